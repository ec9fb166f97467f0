"""A prompt: reads commands until one ends it; a mistake or Ctrl-C is a line of text, and the session goes on."""

from __future__ import annotations

import cmd
import io
import sys
from inspect import cleandoc
from typing import IO

from .quoting import shortened

REFUSALS = (ValueError, IndexError, TypeError, ArithmeticError, OSError, ImportError, RuntimeError)


class Prompt(cmd.Cmd):
    """The commands are methods `do_…`, whose docstrings are their help."""

    def __init__(self, stdin: IO[str] | None = None, stdout: IO[str] | None = None) -> None:
        super().__init__(stdin=usable(stdin or sys.stdin), stdout=usable(stdout or sys.stdout))
        self.use_rawinput = self.stdin is sys.stdin and self.stdout is sys.stdout and sys.stderr is not None
        self.echo = not self.stdin.isatty()  # a transcript shows what was typed

    def run(self) -> None:
        """Read and obey commands until one of them answers true; Ctrl-C interrupts a command, not the session."""
        while True:
            try:
                return self.cmdloop()
            except KeyboardInterrupt:
                self.say("", "interrupted; q quits")

    def say(self, *texts: object) -> None:
        """Print lines where the prompt stands."""
        print(*texts, sep="\n", file=self.stdout, flush=True)

    def precmd(self, line: str) -> str:
        """Show what was typed where no terminal does."""
        if self.echo or line == "EOF":
            self.say("" if line == "EOF" else line)
        return line

    def onecmd(self, line: str) -> bool:
        """Obey one line."""
        try:
            return bool(super().onecmd(line))
        except BrokenPipeError:
            raise
        except REFUSALS as mistake:
            self.say(f"*** {one_line(mistake)}")
            return False

    def default(self, line: str) -> None:
        """Say which commands there are."""
        raise ValueError(f"no such command as {shortened(line.split()[0])}: help lists them")

    def completenames(self, text: str, *rest: object) -> list[str]:
        """The commands that begin with what was typed."""
        return [name for name in super().completenames(text) if name != "EOF"]

    def do_help(self, word: str) -> None:
        """help [command]: what all commands do, or this one."""
        if word and not hasattr(self, f"do_{word}"):
            return self.default(word)
        names = [word] if word else self.completenames("")
        texts = [cleandoc(getattr(self, f"do_{name}").__doc__ or "") for name in names]
        self.say(*(texts if word else [text.partition("\n")[0] for text in sorted(set(texts))]))
        return None


def usable(stream: IO[str] | None) -> IO[str]:
    """The stream; where there is none, or it is closed, one that is empty."""
    return io.StringIO() if stream is None or stream.closed else stream


def one_line(error: Exception) -> str:
    """What an error says to a person, in one line: for a file, which one and why."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split())
