"""Orders of remainders, O(h^p): the remainder is measured while the step falls."""

from __future__ import annotations

import numpy as np

from .errors import FalseEquation, NamingError, ParseError, VacuousError
from .links import Link
from .scope import Scope
from .tree import Meaning, Order, Read, Total, walk
from .values import Value, same_shape, scalar

SHARPNESS = 0.1
ROUNDING = 1e-12


def has_order(node: Meaning) -> bool:
    """Return whether an O(·) occurs in an expression."""
    return any(isinstance(inner, Order) for inner in walk(node))


def split(node: Meaning) -> tuple[Meaning | None, Order | None]:
    """Return an expression without its O(·), and the O(·), which must be a term of its own."""
    if isinstance(node, Order):
        return None, node
    if not isinstance(node, Total):
        return node, None
    if any(sign < 0 and isinstance(term, Order) for sign, term in zip(node.signs, node.terms)):
        raise ParseError("an order has no sign: write + O(…)", node.position)
    pairs = [(sign, term) for sign, term in zip(node.signs, node.terms) if not isinstance(term, Order)]
    found = [term for term in node.terms if isinstance(term, Order)]
    rest = Total(tuple(s for s, _ in pairs), tuple(t for _, t in pairs), node.position) if pairs else None
    return rest, found[0] if len(found) == 1 else None


def compare(link: Link, scope: Scope) -> None:
    """Refuse the link unless the remainder falls just as fast as the argument of O(·).

    Raises
    ------
    FalseEquation
        If the measured order is another one.
    VacuousError
        If there is no remainder to measure.
    """
    left, first = split(link.left)
    right, second = split(link.right)
    order = first or second
    if order is None or (first and second) or link.relation != "=":
        raise ParseError("O(…) must be a term of its own on one side of =", link.position)
    steps = scope.environment.steps
    reads = [node for node in walk(order.body) if isinstance(node, Read) and node.name in steps]
    if not reads:
        raise NamingError("the environment names no step for this order", order.position)
    remainders, arguments = [], []
    for step in steps[reads[0].name]:
        with scope.at(scope.state.placed((reads[0].name, None), step)):
            sides = [scope.evaluate(side) if side is not None else Value(np.asarray(0.0)) for side in (left, right)]
            a, b = same_shape(sides[0], sides[1], "the sides of =", link.position)
            remainders.append(float(np.abs(a.array - b.array).max()))
            arguments.append(
                float(np.abs(scalar(scope.evaluate(order.body), "the argument of O", link.position)).max())
            )
            link.largest_value = max(link.largest_value, *(float(np.abs(side.array).max()) for side in (a, b)))
    if not all(np.isfinite(remainders)) or min(arguments) <= 0:
        raise FalseEquation("the remainder is not finite", link.position)
    if min(remainders) < ROUNDING:
        raise VacuousError("there is no remainder: the order cannot be measured", order.position)
    measured = np.log(remainders[0] / remainders[-1]) / np.log(arguments[0] / arguments[-1])
    if not abs(measured - 1) <= SHARPNESS:
        raise FalseEquation(f"the remainder falls like O(…) to the power {measured:.2f}, not 1", order.position)
    link.combinations += len(remainders)
