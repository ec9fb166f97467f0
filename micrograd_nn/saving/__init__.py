"""Saving: models and training runs as JSON files, and back."""

from ..document import ModelFileError
from .save import load, read_metadata, resume, save

__all__ = ["save", "load", "resume", "read_metadata", "ModelFileError"]
