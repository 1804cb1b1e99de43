"""Claims about expectation and variance: the sides are compared within the error of the samples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .errors import FalseEquation, VacuousError
from .links import ZERO, Link
from .scope import Scope
from .tree import Claim, Moment, walk
from .values import Value, same_shape

STANDARD_ERRORS = 5.0
PRECISION = 0.03


def is_random(claim: Claim) -> bool:
    """Return whether a claim speaks of a moment."""
    return any(isinstance(node, Moment) for item in claim.items for node in walk(item))


def evaluate_links(links: Sequence[Link], scope: Scope) -> list[tuple[Value, Value]]:
    """Return both sides of every link at one state, that is, for one batch of samples."""
    found = []
    for link in links:
        left, right = scope.evaluate(link.left), scope.evaluate(link.right)
        found.append(same_shape(left, right, "the sides of =", link.position))
    return found


def compare(links: Sequence[Link], batches: Sequence[Sequence[tuple[Value, Value]]]) -> None:
    """Refuse a link whose sides differ by more than the scatter between independent batches explains.

    Raises
    ------
    FalseEquation
        If they differ by more than five standard errors.
    VacuousError
        If the scatter is so large that nothing could be refused.
    """
    if len(batches) < 8:
        raise VacuousError("expectation and variance need an environment with at least 8 states", 0)
    for number in range(len(batches[0])):
        link = links[number % len(links)]
        differences = np.stack([np.asarray(b[number][0].array - b[number][1].array) for b in batches])
        sides = [np.abs(side.array).max() for batch in batches for side in batch[number]]
        scale = float(max(sides))
        mean, error = differences.mean(axis=0), differences.std(axis=0, ddof=1) / np.sqrt(len(batches))
        link.combinations += mean.size * len(batches)
        link.largest_value = max(link.largest_value, scale)
        if scale > ZERO and float(error.max()) > PRECISION * scale:
            raise VacuousError(f"the standard error is {float(error.max()) / scale:.0%} of the value", link.position)
        beyond = np.abs(mean) - STANDARD_ERRORS * error - 1e-9 * scale
        if link.relation not in {"=", ":="}:
            raise VacuousError(f"{link.relation} between moments is not measured", link.position)
        if not float(beyond.max()) <= 0:
            worst = np.unravel_index(int(np.argmax(beyond)), beyond.shape)
            raise FalseEquation(
                f"the sides differ by {mean[worst]:.4g}, the standard error is {error[worst]:.2g}", link.position
            )
        link.largest_error = max(link.largest_error, float(np.abs(mean).max()) / max(scale, ZERO))
