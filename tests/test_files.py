"""Writing files: the old one or the new one, never half of one."""

import os
import stat

import pytest

from micrograd_nn.files import write_file


def test_a_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "file"
    assert write_file(path, b"one") == path
    assert write_file(str(path), b"two").read_bytes() == b"two"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = write_file(tmp_path / "file", b"old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_link_stays_a_link_and_permissions_stay(tmp_path):
    target, link = write_file(tmp_path / "target", b"old"), tmp_path / "link"
    target.chmod(0o600)
    link.symlink_to(target)
    write_file(link, b"new")
    assert link.is_symlink() and target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_file_has_the_permissions_that_the_umask_leaves(tmp_path):
    mask = os.umask(0o027)
    try:
        path = write_file(tmp_path / "file", b"")
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
