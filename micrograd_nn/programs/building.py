"""Building the C interpreter with the system's compiler: once for each user, then it is found in the cache."""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from .private import cache_folder, is_ours

SOURCE = Path(__file__).with_name("interpreter.c")
FLAGS = (
    *("-std=c11", "-O3", "-fno-fast-math", "-ffp-contract=off", "-fno-math-errno", "-fPIC", "-shared"),
    "-fno-tree-loop-distribute-patterns",  # or GCC copies sums as bytes: a fifth of a step of moons with AVX2
)
WITHOUT_CLONES = "-DNO_CLONES"  # for systems whose loader cannot choose between them
TIMEOUT = 60.0  # seconds; it takes about one
LONGEST = 200  # characters of what a compiler complains of


class NoCompiler(RuntimeError):  # noqa: N818 - it says what is missing
    """The interpreter cannot be built here."""


def interpreter() -> ctypes.CDLL:
    """The interpreter, loaded; MICROGRAD_NN_BACKEND=python switches it off, as all does but c and nothing.

    Raises: NoCompiler with the reason in one line.
    """
    wanted = os.environ.get("MICROGRAD_NN_BACKEND", "")
    if wanted.lower() not in ("", "c"):
        raise NoCompiler(f"the environment variable MICROGRAD_NN_BACKEND is {wanted}")
    library, reason = first_attempt()
    if library is None:
        raise NoCompiler(reason)
    return library


@cache
def first_attempt() -> tuple[ctypes.CDLL | None, str]:
    """The library or the reason why there is none: a compiler that failed is not asked again."""
    try:
        library, number, pointer = load(SOURCE.read_bytes(), compiler()), ctypes.c_int64, ctypes.c_void_p
        library.run.argtypes = (pointer, pointer, pointer, number, pointer, pointer)
        library.run_columns.argtypes = (pointer, pointer, number, pointer)
    except (NoCompiler, OSError, AttributeError) as error:  # a library may lack what it should have
        return None, str(error)
    return library, ""


def load(source: bytes, command: list[str]) -> ctypes.CDLL:
    """The library from the cache, into which it is built if need be, or where that cannot be, from a passing folder."""
    try:
        folder = cache_folder()
        return ctypes.CDLL(str(cached(folder, source, command) or build(folder, source, command)))
    except OSError:
        with tempfile.TemporaryDirectory(prefix="micrograd_nn-", ignore_cleanup_errors=True) as passing:
            return ctypes.CDLL(str(build(Path(passing), source, command)))  # once loaded, it needs no file


def compiler() -> list[str]:
    """The command that compiles C: $CC, or the first of cc, gcc and clang that is there.

    Raises: NoCompiler when there is none.
    """
    named = os.environ.get("CC", "").split()
    for command in [named] if named else [["cc"], ["gcc"], ["clang"]]:
        path = shutil.which(command[0])
        if path:
            return [path, *command[1:]]
    raise NoCompiler(f"CC is {named[0]!r}, which is not there" if named else "no C compiler: install gcc, or set CC")


def stem(source: bytes, command: list[str]) -> str:
    """The beginning of the library's name, which changes with all that it is built from, and for."""
    program = os.stat(command[0])
    parts = [*command, program.st_size, program.st_mtime_ns, *FLAGS, sys.platform, platform.machine(), sys.maxsize]
    return f"interpreter-{digest(source + repr(parts).encode())}-"


def digest(content: bytes) -> str:
    """The first 128 bits of the content's SHA-256.

    >>> digest(b"")
    'e3b0c44298fc1c149afbf4c8996fb924'
    """
    return hashlib.sha256(content).hexdigest()[:32]


def cached(folder: Path, source: bytes, command: list[str]) -> Path | None:
    """The library that was built before, if it is whole: loading half a file would end the process."""
    for path in folder.glob(stem(source, command) + "*.so"):
        if is_ours(path) and path.stem.endswith(digest(path.read_bytes())):
            return path
    return None


def build(folder: Path, source: bytes, command: list[str]) -> Path:
    """The library, newly built in the folder, where it appears all at once under its name.

    Raises: NoCompiler when the compiler fails.
    """
    with tempfile.TemporaryDirectory(dir=folder) as room:
        output = Path(room, "interpreter.so")
        complaint = compile_source(source, command, output)
        if complaint and compile_source(source, [*command, WITHOUT_CLONES], output):
            raise NoCompiler(failed(command, complaint))
        output.chmod(0o700)
        path = folder / f"{stem(source, command)}{digest(output.read_bytes())}.so"
        os.replace(output, path)
    return path


def failed(command: list[str], complaint: str) -> str:
    """The reason why there is no library."""
    return f"the C compiler {command[0]} failed: {complaint}"


def compile_source(source: bytes, command: list[str], output: Path) -> str:
    """Compile C into a library; the first error line comes back, nothing if it went well.

    Raises: NoCompiler when it takes too long, so that nobody waits for a second attempt.
    """
    arguments = [*command, *FLAGS, "-x", "c", "-", "-o", str(output), "-lm"]
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(arguments, input=source, capture_output=True, timeout=TIMEOUT, env=environment)
    except subprocess.TimeoutExpired:
        raise NoCompiler(failed(command, f"it took longer than {TIMEOUT:g} s")) from None
    if done.returncode == 0 and output.exists():
        return ""
    lines = done.stderr.decode(errors="replace").split("\n")
    errors = [line for line in lines if "error" in line.lower()] + [line for line in lines if line.strip()]
    return errors[0].strip()[:LONGEST] if errors else f"exit status {done.returncode}"
