"""The command line. ``main`` turns every way a run can end into its exit code.

::

    0    done                             4    index unusable
    1    --fail-on hit                    5    output failed
    2    usage or configuration           130, 141, 143    ended by SIGINT, SIGPIPE, SIGTERM
    3    done, some inputs skipped
"""

from __future__ import annotations

import signal
from types import FrameType

import typer

from detector.cli.app import app
from detector.cli.screen import say
from detector.errors import CopydeskError, IndexUnusable, OutputError

__all__ = ["main"]


def main() -> int:
    """Run the command that ``sys.argv`` asks for; the answer is the exit code."""
    _end_quietly_on_signals()
    try:
        # Without standalone mode, typer hands back what the command returned.
        return app(prog_name="copydesk", standalone_mode=False) or 0
    except typer.TyperException as error:
        if message := " ".join(error.format_message().split()):  # none: help has been printed
            say(message)
        return 2
    except IndexUnusable as error:
        say(error.message)
        return 4
    except OutputError as error:
        say(error.message)
        return 5
    except CopydeskError as error:
        say(error.message)
        return 2


def _end_quietly_on_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup and shells in scripts ask
            signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> None:
    """Unlike death by the signal itself, an exception lets half-written files be removed."""
    raise SystemExit(128 + number)
