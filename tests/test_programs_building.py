"""Building the interpreter: once, then from a cache that no one else can have touched; and all the ways to fail."""

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from micrograd_nn.programs import building, native
from micrograd_nn.programs.building import NoCompiler, build, cached, compiler, first_attempt, interpreter, load
from micrograd_nn.programs.private import cache_folder, is_ours

ROOT = Path(__file__).parent.parent
ANSWER = b"int answer(void) { return 42; }"
needs_c = pytest.mark.skipif(bool(native.why_not()), reason=native.why_not())
needs_owners = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no owners here")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    """An empty cache for each test, and a first attempt that is made again."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("MICROGRAD_NN_BACKEND", raising=False)
    first_attempt.cache_clear()
    yield
    first_attempt.cache_clear()


def program(path, text):
    """A program in place of a compiler."""
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o700)
    return [str(path)]


def no_compiling(*arguments):
    raise AssertionError("it was compiled again")


@needs_c
def test_a_library_is_built_once(monkeypatch):
    assert load(ANSWER, compiler()).answer() == 42
    [path] = cache_folder().iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    monkeypatch.setattr(building, "compile_source", no_compiling)
    assert load(ANSWER, compiler()).answer() == 42


@needs_c
def test_another_source_or_command_is_another_library():
    built = build(cache_folder(), ANSWER, compiler())
    assert cached(cache_folder(), ANSWER, compiler()) == built
    assert cached(cache_folder(), ANSWER + b"\n", compiler()) is None
    assert cached(cache_folder(), ANSWER, [*compiler(), "-g"]) is None


@needs_c
@pytest.mark.parametrize("length", [0, 100, -1])
def test_a_damaged_library_is_not_loaded_but_built_anew(length):
    path = build(cache_folder(), ANSWER, compiler())
    whole = path.read_bytes()
    path.write_bytes(whole[:length])
    assert cached(cache_folder(), ANSWER, compiler()) is None
    assert load(ANSWER, compiler()).answer() == 42
    assert path.read_bytes() == whole


@needs_c
@needs_owners
def test_a_link_or_a_file_that_others_may_write_to_is_not_loaded(tmp_path):
    path = build(cache_folder(), ANSWER, compiler())
    path.chmod(0o722)
    assert cached(cache_folder(), ANSWER, compiler()) is None
    path.chmod(0o700)
    elsewhere = tmp_path / path.name
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert cached(cache_folder(), ANSWER, compiler()) is None


@needs_owners
def test_a_cache_that_others_may_write_to_is_refused(tmp_path):
    assert is_ours(cache_folder())
    cache_folder().chmod(0o770)
    with pytest.raises(PermissionError, match="must be a folder of your own that no one else can write to"):
        cache_folder()


@needs_owners
def test_a_cache_of_someone_else_is_refused(monkeypatch):
    cache_folder()
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(PermissionError, match="must be a folder of your own"):
        cache_folder()


def test_a_link_in_place_of_the_cache_is_refused(tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "trap").mkdir()
    (tmp_path / "cache" / "micrograd_nn").symlink_to(tmp_path / "trap")
    with pytest.raises(PermissionError, match="must be a folder of your own"):
        cache_folder()


def test_a_cache_that_is_no_absolute_path_is_not_looked_at(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "micrograd_nn"


@needs_c
def test_without_a_cache_a_library_is_built_for_this_process_and_leaves_nothing(monkeypatch, tmp_path):
    (tmp_path / "cache").write_bytes(b"")
    (tmp_path / "passing").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "passing"))
    assert load(ANSWER, compiler()).answer() == 42
    assert list((tmp_path / "passing").iterdir()) == []


@needs_c
def test_with_nowhere_to_write_the_reason_is_the_systems(monkeypatch, tmp_path):
    (tmp_path / "cache").write_bytes(b"")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    assert "missing" in native.why_not()


@needs_c
def test_two_processes_may_build_at_once():
    text = "from micrograd_nn.programs.building import *; print(load(b'int two(void) { return 2; }', compiler()).two())"
    command = [sys.executable, "-c", text]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[0] for process in both] == ["2\n", "2\n"]
    assert [path.suffix for path in cache_folder().iterdir()] == [".so"] * len(list(cache_folder().iterdir()))


def test_without_a_compiler_the_reason_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert native.why_not() == "no C compiler: install gcc, or set CC"
    with pytest.raises(NoCompiler, match="no C compiler"):
        interpreter()


def test_a_compiler_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("CC", "nowhere/cc -O3")
    with pytest.raises(NoCompiler, match="CC is 'nowhere/cc', which is not there"):
        compiler()


@needs_c
def test_cc_may_have_options(monkeypatch):
    [plain] = compiler()
    monkeypatch.setenv("CC", f"{plain} -DANSWER=41")
    assert compiler() == [plain, "-DANSWER=41"]
    assert load(b"int answer(void) { return ANSWER + 1; }", compiler()).answer() == 42


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("exit 3", "exit status 3"),
        ("echo warning: careful >&2; echo 'cc: error: out of luck' >&2; exit 1", "cc: error: out of luck"),
        ("echo >&2; echo no room >&2; exit 1", "no room"),
        ("exit 0", "exit status 0"),  # and no library
        ("exec sleep 60", "it took longer than 0.2 s"),
    ],
)
def test_a_compiler_that_fails_is_quoted(monkeypatch, tmp_path, text, complaint):
    monkeypatch.setattr(building, "TIMEOUT", 0.2)
    command = program(tmp_path / "cc", text)
    with pytest.raises(NoCompiler) as caught:
        load(ANSWER, command)
    assert str(caught.value) == f"the C compiler {command[0]} failed: {complaint}"
    assert list(cache_folder().iterdir()) == []


def test_a_compiler_that_failed_is_not_asked_again(monkeypatch, tmp_path):
    program(tmp_path / "cc", f"echo >> {tmp_path}/calls; exit 1")
    monkeypatch.setenv("CC", str(tmp_path / "cc"))
    reason = native.why_not()
    calls = (tmp_path / "calls").read_bytes()
    assert native.why_not() == reason != ""
    assert (tmp_path / "calls").read_bytes() == calls


@needs_c
def test_an_error_of_the_compiler_is_shown():
    with pytest.raises(NoCompiler, match=r"failed: .*error: "):
        build(cache_folder(), b"int answer(void) { return }", compiler())


@needs_c
def test_where_clones_cannot_be_built_there_is_one_for_every_processor():
    source = b"#ifndef NO_CLONES\n#error no clones here\n#endif\n" + ANSWER
    assert load(source, compiler()).answer() == 42


def test_the_environment_may_switch_c_off(monkeypatch):
    for word in ("python", "fortran"):
        monkeypatch.setenv("MICROGRAD_NN_BACKEND", word)
        assert native.why_not() == f"the environment variable MICROGRAD_NN_BACKEND is {word}"


def test_without_a_home_there_is_no_cache_in_the_current_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.chdir(tmp_path)
    for home in ("~", "here"):  # "~" is what expanduser leaves, where a user has no home
        monkeypatch.setenv("HOME", home)
        with pytest.raises(FileNotFoundError, match="HOME must be an absolute path"):
            cache_folder()
    assert list(tmp_path.iterdir()) == []


@needs_c
def test_cc_cannot_ask_for_fast_mathematics(monkeypatch):
    """GCC would then flush tiny numbers to 0, in all of Python."""
    monkeypatch.setenv("CC", f"{compiler()[0]} -ffast-math")
    source = b"#ifdef __FAST_MATH__\n#error fast\n#endif\n" + ANSWER
    assert load(source, compiler()).answer() == 42
    assert 5e-324 * float("1") == 5e-324


def test_a_compiler_that_hangs_is_asked_once(monkeypatch, tmp_path):
    monkeypatch.setattr(building, "TIMEOUT", 0.2)
    monkeypatch.setenv("CC", *program(tmp_path / "cc", f"echo >> {tmp_path}/calls; exec sleep 60"))
    assert "it took longer than 0.2 s" in native.why_not()
    assert (tmp_path / "calls").read_bytes() == b"\n"


def test_what_a_compiler_complains_of_is_cut_short(monkeypatch, tmp_path):
    command = program(tmp_path / "cc", "head -c 100000 /dev/zero | tr '\\0' e >&2; exit 1")
    with pytest.raises(NoCompiler) as caught:
        load(ANSWER, command)
    assert str(caught.value).endswith(f"failed: {'e' * building.LONGEST}")


@needs_c
def test_a_library_without_its_functions_is_not_used(monkeypatch):
    monkeypatch.setenv("CC", f"{compiler()[0]} -fvisibility=hidden")
    assert "run" in native.why_not()
