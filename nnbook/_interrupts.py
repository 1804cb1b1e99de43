"""Ctrl-C at a moment when it can do no harm.

Python turns Ctrl-C into a KeyboardInterrupt between any two of its instructions, hence also in the middle of putting
parameters back. While a training runs, its own handler stands before the one that was there: it lets the first Ctrl-C
through at once if the gate is open, and closes the gate behind it.
"""

import signal
from collections.abc import Callable
from types import FrameType
from typing import Any


class Interrupts:
    """A gate for Ctrl-C, closed at first.

    ``held`` is a plain attribute because Python delivers no signal within an assignment, whereas it may on the way into
    a method.
    """

    def __init__(self) -> None:
        self.held = True
        self._waiting = False
        self._previous: Callable[[int, FrameType | None], Any] | None = None

    def open(self) -> None:
        """Let Ctrl-C through from here on, and pass on the one that came before.

        Nothing else happens where Ctrl-C is ignored, or outside the main thread, in which Python delivers no signal.
        """
        previous = signal.getsignal(signal.SIGINT)
        if self._previous is None and callable(previous):
            self._previous = previous
            try:
                signal.signal(signal.SIGINT, self._handle)
            except ValueError:
                self._previous = None
        self.held = False
        self._pass_on()

    def close(self) -> None:
        """Give the place back to the handler that was there before, and pass on the Ctrl-C that is still waiting."""
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)
            self._pass_on()

    def _handle(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002 - every handler has this form
        self._waiting = True
        if not self.held:
            self._pass_on()

    def _pass_on(self) -> None:
        if self._waiting and self._previous is not None:
            self._waiting = False
            self.held = True
            self._previous(signal.SIGINT, None)
            self.held = False
