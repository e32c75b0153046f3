"""What goes to standard output and to standard error."""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from detector.errors import OutputError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

Tick = Callable[[str, int, int], None]

# Two columns of text and a gap: wider is harder to read, not easier.
_WIDTH = 80


def say(message: str) -> None:
    """A message to the person at the terminal, out of the way of the result.

    >>> say("0 files read, 0 matches")
    """
    from detector.report import visible

    with suppress(OSError):  # nobody is left to tell
        if sys.stderr is not None:
            sys.stderr.write(f"copydesk: {visible(message)}\n")


def show(view: RenderableType, rule: bool = False) -> None:
    """Print a view on standard output, coloured on a terminal, plain in a pipe; ``rule`` draws a
    line above it.
    """
    page = io.StringIO()  # so that only write() meets a full disk or a reader that has left
    console = _console(page)
    if rule:
        console.rule(style="dim")
    console.print(view)
    # The columns of a view end in spaces that nobody wants in a mail or a diff.
    lines = (line.rstrip(" ") for line in page.getvalue().splitlines())
    write("".join(f"{line}\n" for line in lines))


def write(text: str) -> None:
    """Write rows or a view to standard output at once."""
    if sys.stdout is None:
        raise OutputError("cannot write report: standard output is closed")
    with output_errors():
        try:
            sys.stdout.buffer.write(text.encode())
            sys.stdout.buffer.flush()
        except OSError:
            # Python would try again to write what is left when it exits, and complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise


@contextmanager
def output_errors() -> Iterator[None]:
    """Turn what the system says about writing into what the user is told.

    >>> with output_errors():
    ...     raise OSError(28, "No space left on device")
    Traceback (most recent call last):
    ...
    detector.errors.OutputError: cannot write report: No space left on device
    """
    try:
        yield
    except BrokenPipeError:
        raise SystemExit(128 + signal.SIGPIPE) from None
    except OSError as error:
        raise OutputError(f"cannot write report: {error.strerror}") from error


@contextmanager
def progress(above_rows: bool = False) -> Iterator[Tick | None]:
    """A bar for each stage on standard error, if somebody is watching it, and not rows in the same
    place. A total of 0 is one that is not known.

    >>> with progress() as tick:
    ...     if tick:
    ...         tick("comparing", 1, 10)
    """
    is_watched = sys.stderr is not None and sys.stderr.isatty()
    if not is_watched or (above_rows and sys.stdout is not None and sys.stdout.isatty()):
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, TaskID

    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def tick(stage: str, done: int, total: int) -> None:
            """Show how far a stage is; its bar is made when it first tells."""
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(
                tasks[stage], description=f"{stage} {done:,}", completed=done, total=total or None
            )

        yield tick


def _console(page: io.StringIO) -> Console:
    from rich.console import Console

    watched = sys.stdout is not None and sys.stdout.isatty()
    width = min(shutil.get_terminal_size().columns, _WIDTH) if watched else _WIDTH
    return Console(
        file=page, width=width, force_terminal=watched or None, highlight=False, markup=False,
        emoji=False,
    )  # fmt: skip
