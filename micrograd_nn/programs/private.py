"""Folders and files that no one else can have tampered with."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def cache_folder() -> Path:
    """The folder that this user's built files are kept in, made if need be: $XDG_CACHE_HOME/micrograd_nn or ~/.cache/….

    Raises: OSError when it cannot be made, PermissionError when others could write to it.
    """
    named = (os.environ.get("XDG_CACHE_HOME", ""), os.path.expanduser("~/.cache"))
    parent = next(filter(os.path.isabs, named), None)
    if not parent:  # a user may have no home: then "~" stays as it is
        raise FileNotFoundError("no folder for a cache: HOME must be an absolute path")
    folder = Path(parent, "micrograd_nn")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not is_ours(folder):
        raise PermissionError(f"{folder} must be a folder of your own that no one else can write to")
    return folder


def is_ours(path: Path) -> bool:
    """Whether a file or folder, and no link to one, belongs to this user and only this user may write to it."""
    found = os.lstat(path)
    if stat.S_ISLNK(found.st_mode) or not hasattr(os, "geteuid"):  # without owners, folders of one's own are private
        return not stat.S_ISLNK(found.st_mode)
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
