"""An exercise that knows its answer and the classic wrong ones."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from nnbook.exercises.matrix_mistakes import TRANSPOSE
from nnbook.exercises.mistakes import Array, WrongAnswer
from nnbook.exercises.words import at, content, kind, reason, share

Verdict: TypeAlias = Literal["right", "known mistake", "close", "wrong", "wrong shape", "not finite", "unreadable"]

_CLOSE = 1e-2  # relative: so near, it is rounding and not a mistake in thinking
_IMAGINARY = "Where does an imaginary part come from?"
_RAGGED = "Do all rows have the same length?"
_ROUNDING = "Were numbers rounded on the way?"
_STRANGE = "Look for a division by zero, a logarithm of zero or an overflow."


@dataclass(frozen=True)
class Feedback:
    """What :meth:`Exercise.check` says; it is true if the answer is right.

    Attributes
    ----------
    verdict : str
        "right", "known mistake", "close", "wrong", "wrong shape", "not finite" or "unreadable".
    message : str
        The same in a sentence or two.
    mistake : str or None
        The name of the wrong answer that was recognized.
    hint : str
        What to think about next; may be empty.
    """

    verdict: Verdict
    message: str
    mistake: str | None = None
    hint: str = ""

    def __bool__(self) -> bool:
        """Whether the answer is right."""
        return self.verdict == "right"

    def __repr__(self) -> str:
        """Return what to tell the reader."""
        return " ".join(part for part in (self.message, self.hint) if part)

    def _repr_markdown_(self) -> str:
        sign = "✓" if self else "✗"
        return f"**{sign} {self.message}**" + (f" {self.hint}" if self.hint else "")


class Exercise:
    """A question with an answer that can be checked.

    Parameters
    ----------
    answer : array_like, or function without arguments that returns one
        Real numbers or truth values, of any shape. NaN and infinity are allowed where they are the answer.
    mistakes : sequence of WrongAnswer
        The classic wrong answers.
    rtol, atol : float
        A number x counts as the answer a if ``abs(x - a) <= atol + rtol * abs(a)``.

    Raises
    ------
    TypeError
        If an answer does not consist of real numbers, or an argument is of another type.
    ValueError
        If a tolerance is negative or not finite, an answer is empty, or two answers cannot be told from each other.

    Examples
    --------
    >>> import numpy as np
    >>> from nnbook.exercises import Exercise, sum_for_mean
    >>> exercise = Exercise(np.mean([1.0, 3.0]), [sum_for_mean(2.0, n=2)])
    >>> exercise.check(2)
    Right.
    >>> exercise.check(4.0)
    Not yet: this looks like the sum instead of the mean. Divide by the number of terms.
    >>> bool(exercise.check("four"))
    False
    """

    def __init__(
        self,
        answer: Any,
        mistakes: Sequence[WrongAnswer] = (),
        *,
        rtol: float = 1e-6,
        atol: float = 1e-12,
    ) -> None:
        self.rtol, self.atol = _tolerance(rtol, "rtol"), _tolerance(atol, "atol")
        self.answer = _stated(answer, "answer")
        self.mistakes = tuple(mistakes)
        known = [("the answer", self.answer)]
        for mistake in self.mistakes:
            if not isinstance(mistake, WrongAnswer):
                raise TypeError(f"mistakes must hold WrongAnswer objects, got {kind(mistake)}")
            value = _stated(mistake.value, f"the value of {mistake.name!r}")
            if (value.dtype == np.bool_) != (self.answer.dtype == np.bool_):
                raise TypeError(
                    f"{mistake.name!r} must hold {content(self.answer)} like the answer, got {content(value)}"
                )
            for name, other in known:
                if self._confusable(value, other):
                    raise ValueError(
                        f"{mistake.name!r} must differ from {name!r} by more than the tolerance, got {value}"
                    )
            known.append((mistake.name, value))
        self._values = [value for _, value in known[1:]]

    def __repr__(self) -> str:
        """Describe the exercise without giving the answer away."""
        return f"Exercise({content(self.answer)} of shape {self.answer.shape}, {len(self.mistakes)} known mistakes)"

    def check(self, value: object) -> Feedback:
        """Say whether ``value`` is the answer, or else what it looks like.

        Parameters
        ----------
        value : object
            Anything; nothing raises an error.

        Returns
        -------
        Feedback
            True if the answer is right.

        Examples
        --------
        >>> from nnbook.exercises import Exercise
        >>> Exercise([1.0, 2.0]).check([[1.0, 2.0]])
        Not yet: the numbers are right, but the shape must be (2,), got (1, 2).
        """
        # Whatever comes in may run any code when it is touched, and warnings may be errors.
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                return self._check(value)
        except Exception:
            return Feedback("unreadable", f"Cannot read numbers from {kind(value)}.")

    def _check(self, value: object) -> Feedback:
        hint = reason(value)
        if hint:
            return Feedback("unreadable", f"Expected {content(self.answer)}, got {kind(value)}.", hint=hint)
        try:
            given = np.asarray(value)
        except ValueError:
            return Feedback("unreadable", f"Cannot make an array of {kind(value)}.", hint=_RAGGED)
        if given.dtype.kind not in "biuf" or (given.dtype == np.bool_) != (self.answer.dtype == np.bool_):
            got = content(given) if given.ndim or given.dtype.kind != "O" else kind(value)
            hint = _IMAGINARY if given.dtype.kind == "c" else ""
            return Feedback("unreadable", f"Expected {content(self.answer)}, got {got}.", hint=hint)
        if self._same(given, self.answer):
            return Feedback("right", "Right.")
        for mistake, known in zip(self.mistakes, self._values):
            if self._same(given, known):
                return Feedback(
                    "known mistake", f"Not yet: this looks like {mistake.name}.", mistake.name, mistake.hint
                )
        if given.ndim == 2 and self._same(given.T, self.answer):
            name = "the transpose"
            return Feedback("known mistake", f"Not yet: this looks like {name} of the answer.", name, TRANSPOSE)
        if given.shape != self.answer.shape:
            same = given.size == self.answer.size and self._same(given.ravel(), self.answer.ravel())
            but = "the numbers are right, but " if same else ""
            message = f"Not yet: {but}the shape must be {self.answer.shape}, got {given.shape}."
            return Feedback("wrong shape", message)
        if given.dtype == np.bool_:
            return Feedback("wrong", f"Not yet: {share(given != self.answer)}.")
        return self._judge(given.astype(np.float64), self.answer.astype(np.float64))

    def _judge(self, given: Array, answer: Array) -> Feedback:
        """Say what is wrong with numbers of the right shape."""
        strange = ~np.isfinite(given) & ~np.isclose(given, answer, equal_nan=True)
        if strange.any():
            where = _first(strange)
            return Feedback("not finite", f"Not yet: {given[where]} is not right{at(where)}.", hint=_STRANGE)
        if np.isclose(given, answer, rtol=_CLOSE, atol=self.atol, equal_nan=True).all():
            return Feedback("close", "Almost: this is near the answer, but outside the tolerance.", hint=_ROUNDING)
        factor = _common_factor(given, answer)
        if factor and np.allclose(given, factor * answer, rtol=self.rtol, atol=self.atol):
            return Feedback("wrong", f"Not yet: every number is {factor:.6g} times what it should be.")
        wrong = ~np.isclose(given, answer, rtol=self.rtol, atol=self.atol, equal_nan=True)
        where = _first(wrong)
        direction = np.sign(given[where] - answer[where])
        how = "too large" if direction > 0 else "too small" if direction < 0 else "not right"
        count = f"{share(wrong)}; " if wrong.ndim else ""
        return Feedback("wrong", f"Not yet: {count}{given[where]:.6g}{at(where)} is {how}.")

    def _same(self, given: Array, expected: Array) -> bool:
        """Whether ``given`` passes for ``expected``."""
        if given.shape != expected.shape:
            return False
        given, expected = given.astype(np.float64), expected.astype(np.float64)
        return np.allclose(given, expected, rtol=self.rtol, atol=self.atol, equal_nan=True)

    def _confusable(self, first: Array, second: Array) -> bool:
        """Whether some array would pass for both."""
        if first.shape != second.shape:
            return False
        with np.errstate(all="ignore"):
            first, second = first.astype(np.float64), second.astype(np.float64)
            near = np.abs(first - second) <= 2 * self.atol + self.rtol * (np.abs(first) + np.abs(second))
        finite = np.isfinite(first) & np.isfinite(second)
        return bool(np.where(finite, near, np.isclose(first, second, equal_nan=True)).all())


def _tolerance(value: float, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.floating):
        raise TypeError(f"{name} must be a number, got {kind(value)}")
    if not 0 <= value < np.inf:
        raise ValueError(f"{name} must be finite and at least 0, got {value}")
    return float(value)


def _stated(value: Any, name: str) -> Array:
    """Return what the author of an exercise states, as an array of its own that nobody can change."""
    array = np.array(value() if callable(value) else value)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers or truth values, got {content(array)}")
    if array.size == 0:
        raise ValueError(f"{name} must hold at least one number, got shape {array.shape}")
    array.flags.writeable = False
    return array


def _first(mask: Array) -> tuple[int, ...]:
    return tuple(int(index) for index in np.argwhere(mask)[0])


def _common_factor(given: Array, answer: Array) -> float:
    """Return the factor by which all numbers may be off, or 0 where there are too few to tell."""
    if np.count_nonzero(answer) < 2 or not (np.isfinite(answer) & np.isfinite(given)).all():
        return 0.0
    largest = np.abs(answer).argmax()
    return float(given.flat[largest] / answer.flat[largest])
