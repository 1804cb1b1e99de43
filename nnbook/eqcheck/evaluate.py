"""The value of a formula, for all combinations of its indices at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import values
from .conditions import holds
from .derivatives import derivative, differential, gradient_of
from .errors import IndexingError, NamingError, ShapeError
from .functions import apply_builtin, slope
from .graph import Function, Numbers
from .reading import layer_of, pick, read
from .reductions import reduce
from .scope import Scope
from .tree import (
    Blocks,
    Builtin,
    Call,
    Cases,
    Derivative,
    Differential,
    Elementwise,
    GradientOf,
    Iverson,
    Letter,
    Meaning,
    Moment,
    Number,
    Over,
    Pick,
    Power,
    Read,
    Reduce,
    Times,
    Total,
    Transpose,
)
from .values import Value, lone, scalar


def evaluate(node: Meaning, scope: Scope) -> Value:
    """Return the value of an expression.

    Parameters
    ----------
    node : Meaning
        The expression.
    scope : Scope
        State and indices.

    Returns
    -------
    Value
        A scalar or a matrix for each combination of indices.

    Raises
    ------
    IndexingError, ShapeError, NamingError, AmbiguousError
        Where the expression has no value.
    """
    how = _HOW.get(type(node))
    if how is None:
        raise ShapeError("this cannot stand inside an expression", node.position)
    value: Value = how(node, scope)
    scope.spend(max(1, value.array.size), node.position)
    return value


def _call(node: Call, scope: Scope) -> Value:
    layer = layer_of(node, scope)
    function = scope.state.graph.functions.get((node.name, layer))
    if function is None:
        at = "without a layer" if layer is None else f"in layer {layer}"
        raise IndexingError(f"the function {node.name} does not exist {at}", node.position)
    arguments = [scope.evaluate(argument) for argument in node.arguments]
    if not function.elementwise:
        if node.primes:
            raise ShapeError(
                f"{node.name} does not act on each entry alone, so {node.name}' has no meaning", node.position
            )
        return _whole_call(node, function, arguments, scope)
    if node.primes:
        if len(arguments) != 1:
            raise ShapeError(f"{node.name}' takes one argument, got {len(arguments)}", node.position)
        argument = arguments[0]
        return Value(slope(function, argument.array, node.primes, f"{node.name}'"), argument.matrix)
    return _apply(node, function, arguments)


def _apply(node: Call, function: Function, arguments: list[Value]) -> Value:
    for argument in arguments[1:]:
        values.same_shape(arguments[0], argument, f"the arguments of {node.name}", node.position)
    array = function(*(argument.array for argument in arguments))
    return Value(array, arguments[0].matrix)


def _whole_call(node: Call, function: Function, arguments: list[Value], scope: Scope) -> Value:
    """Call a function of whole vectors or matrices once for each combination of indices."""
    tails = [argument.shape for argument in arguments]
    leads = [a.array.shape[: a.array.ndim - len(t)] for a, t in zip(arguments, tails)]
    common = np.broadcast_shapes(*leads)
    spread = [np.broadcast_to(a.array, common + t).reshape((-1, *t)) for a, t in zip(arguments, tails)]
    scope.spend(int(np.prod(common)) * 10, node.position)
    results = [function(*(array[i] for array in spread)) for i in range(len(spread[0]))]
    array = np.stack(results).reshape(common + results[0].shape)
    if results[0].ndim == 1:
        array = array[..., None, :]
    return Value(array, matrix=results[0].ndim > 0)


def _builtin(node: Builtin, scope: Scope) -> Value:
    arguments = [scope.evaluate(argument) for argument in node.arguments]
    if node.name in {"max", "min"} and len(arguments) == 2:
        first, second = (lone(argument) for argument in arguments)
        if not first.matrix or not second.matrix:
            a = first.array if not second.matrix else first.array[..., None, None]
            b = second.array if not first.matrix else second.array[..., None, None]
            for outcome in np.unique(np.sign((a - b).real)).tolist():
                scope.seen.outcome(node.position, node.name, outcome)
    return apply_builtin(node.name, node.primes, arguments, node.position)


def _total(node: Total, scope: Scope) -> Value:
    result = scope.evaluate(node.terms[0])
    if node.signs[0] < 0:
        result = Value(-result.array, result.matrix, result.bias)
    for sign, term in zip(node.signs[1:], node.terms[1:]):
        result = values.add(result, scope.evaluate(term), sign, term.position)
    return result


def _times(node: Times, scope: Scope) -> Value:
    return values.multiply(scope.evaluate(node.left), scope.evaluate(node.right), node.strict, node.right.position)


def _elementwise(node: Elementwise, scope: Scope) -> Value:
    return values.elementwise(scope.evaluate(node.left), scope.evaluate(node.right), node.divide, node.right.position)


def _over(node: Over, scope: Scope) -> Value:
    return values.divide(scope.evaluate(node.numerator), scope.evaluate(node.denominator), node.denominator.position)


def _power(node: Power, scope: Scope) -> Value:
    return values.power(scope.evaluate(node.base), scope.evaluate(node.exponent), node.elementwise, node.position)


def _transpose(node: Transpose, scope: Scope) -> Value:
    return values.transpose(scope.evaluate(node.body), node.position)


def _number(node: Number, scope: Scope) -> Value:
    return Value(np.asarray(node.value * 1.137 if scope.jitter else node.value))


def _letter(node: Letter, scope: Scope) -> Value:
    if node.name not in scope.bound:
        raise NamingError(f"nothing is bound to {node.name}, and it is no index here", node.position)
    return Value(scope.bound[node.name].astype(float))


def _iverson(node: Iverson, scope: Scope) -> Value:
    found = holds(node.condition, scope)
    for outcome in np.unique(found).tolist():
        scope.seen.outcome(node.position, "[…]", outcome)
    return Value(found.astype(float))


def _cases(node: Cases, scope: Scope) -> Value:
    left = np.asarray(True)
    result: Numbers = np.asarray(np.nan)
    for number, (item, condition) in enumerate(node.rows):
        value = scalar(scope.evaluate(item), "a case", node.position)
        here = left if condition is None else left & holds(condition, scope)
        if bool(np.any(here)):
            scope.seen.outcome(node.position, "cases", number)
        result = np.where(here, value, result)
        left = left & ~here
    return Value(result)


def _blocks(node: Blocks, scope: Scope) -> Value:
    return values.blocks([[scope.evaluate(item) for item in row] for row in node.rows], node.position)


def _moment(node: Moment, scope: Scope) -> Value:
    if not scope.environment.samples:
        raise NamingError(f"{node.name} needs an environment with random samples", node.position)
    expected = 2 if node.name == "Cov" else 1
    if len(node.arguments) != expected:
        raise ShapeError(f"{node.name} takes {expected} arguments, got {len(node.arguments)}", node.position)
    arguments = [scope.evaluate(argument) for argument in node.arguments]
    rank = scope.dimensions + (2 if arguments[0].matrix else 0)
    spread = [a.array.reshape((1,) * (rank - a.array.ndim) + a.array.shape) for a in arguments]
    if node.name == "E":
        return Value(spread[0].mean(axis=0, keepdims=True), arguments[0].matrix)
    first, second = spread[0], spread[-1]
    product = (first - first.mean(axis=0, keepdims=True)) * (second - second.mean(axis=0, keepdims=True))
    return Value(product.mean(axis=0, keepdims=True), arguments[0].matrix)


_HOW: dict[type, Callable[[Any, Scope], Value]] = {
    Number: _number,
    Letter: _letter,
    Read: read,
    Pick: pick,
    Call: _call,
    Builtin: _builtin,
    Total: _total,
    Times: _times,
    Elementwise: _elementwise,
    Over: _over,
    Power: _power,
    Transpose: _transpose,
    Reduce: reduce,
    Iverson: _iverson,
    Cases: _cases,
    Blocks: _blocks,
    Moment: _moment,
    Derivative: derivative,
    GradientOf: gradient_of,
    Differential: differential,
}
