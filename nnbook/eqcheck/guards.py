"""Refuses checks that could not have failed; each guard once let a wrong formula through while it was missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .errors import VacuousError
from .links import NEAR, ZERO, Link
from .scope import Seen
from .tree import Builtin, Cases, FiniteSet, Iverson, Meaning, Number, walk


def refuse_idle_link(link: Link, disturbed: Callable[[], float]) -> None:
    """Refuse two zeros, a bound that is nowhere near, an update that changes nothing, a member never reached."""
    if link.relation == r"\leftarrow" and not link.changed:
        raise VacuousError("the update changes nothing", link.position)
    if link.largest_value < ZERO and link.relation not in {"<", ">", r"\le", r"\ge"}:
        # f'(1) = 0 says something if f' is zero there only: the literal must be explicit, and the zero a coincidence.
        explicit = any(isinstance(side, Number) and side.value == 0 for side in (link.left, link.right))
        if not explicit or disturbed() < ZERO:
            raise VacuousError("both sides are zero everywhere", link.position)
    for end in range(2 if link.relation == r"\in" and link.gaps else 1 if link.gaps else 0):
        gaps = link.gaps[end::2] if link.relation == r"\in" else link.gaps
        if min(low for low, _ in gaps) > NEAR * max(high for _, high in gaps):
            raise VacuousError("the two sides are nowhere near each other", link.position)
    if isinstance(link.right, FiniteSet) and len(link.reached) < len(link.right.items):
        raise VacuousError("not every member of the set occurs", link.position)


def refuse_single_values(seen: Seen) -> None:
    """Refuse an index with only one value: a sum over it, or a shift of it, would not be noticed."""
    for (position, letter), count in seen.longest.items():
        if count < 2:
            raise VacuousError(f"{letter} has only one value", position)


def refuse_missing_outcomes(items: Sequence[Meaning], seen: Seen) -> None:
    """Refuse a case that never occurs, a bracket that is always 0 or always 1, a maximum that is always one side."""
    for node in (inner for item in items for inner in walk(item)):
        if isinstance(node, Cases):
            found = seen.outcomes.get((node.position, "cases"), set())
            for number in range(len(node.rows)):
                if number not in found:
                    raise VacuousError(f"case {number + 1} never occurs", node.rows[number][0].position)
        elif isinstance(node, Iverson):
            if len(seen.outcomes.get((node.position, "[…]"), set())) < 2:
                raise VacuousError("the condition in brackets always has the same outcome", node.position)
        elif isinstance(node, Builtin) and node.name in {"max", "min"} and len(node.arguments) == 2:
            found = seen.outcomes.get((node.position, node.name), {-1.0, 1.0})
            if not {-1.0, 1.0} <= found:
                raise VacuousError(f"the {node.name} is always the same argument", node.position)
