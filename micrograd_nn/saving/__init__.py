"""Saving: models and training runs as JSON files, and back."""

from ..section import ModelFileError
from .save import load, read_metadata, resume, save

__all__ = ["save", "load", "resume", "read_metadata", "ModelFileError"]
