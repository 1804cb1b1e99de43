"""Sums, products, maxima and the like: letters that run, along an axis or from layer to layer."""

from __future__ import annotations

from functools import reduce as fold

import numpy as np

from . import values
from .conditions import holds
from .errors import IndexingError, ShapeError
from .graph import Numbers
from .ranges import axis_range, layer_range
from .scope import Scope
from .tree import Meaning, Reduce
from .values import Value


def reduce(node: Reduce, scope: Scope) -> Value:
    """Return a sum, a product or an extremum over all values of its letters."""
    counting = [binder for binder in node.binders if binder.letter in scope.layers]
    if not counting:
        return _reduce_axes(node, scope)
    if len(node.binders) > 1 or node.operation not in {"sum", "prod"} or node.conditions:
        raise IndexingError("a sum over layers runs over one letter and has no condition", node.position)
    binder = counting[0]
    if binder.lower is not None and binder.upper is not None:
        ends = [_end(end, scope, binder.position) for end in (binder.lower, binder.upper)]
        if any(end.size != 1 for end in ends):
            raise IndexingError("the limits of a sum over layers must be single numbers", binder.position)
        layers = list(range(int(ends[0].flat[0]), int(ends[1].flat[0]) + 1))
    else:
        layers = layer_range(binder.letter, [node.body], scope)
    if not 0 < len(layers) <= 1000:
        raise IndexingError(f"{binder.letter} runs over {len(layers)} values", binder.position)
    scope.seen.length(node.position, binder.letter, len(layers))
    terms = []
    for layer in layers:
        with scope.binding({binder.letter: np.asarray(layer)}):
            terms.append(scope.evaluate(node.body))
    if node.operation == "prod":
        return fold(lambda a, b: values.multiply(a, b, strict=False, position=node.position), terms)
    return fold(lambda a, b: values.add(a, b, 1, node.position), terms)


def _end(end: Meaning, scope: Scope, position: int) -> Numbers:
    return scope.whole(end, "a limit", position)


def _reduce_axes(node: Reduce, scope: Scope) -> Value:
    mask: Numbers = np.asarray(True)
    with scope.binding({}):
        for binder in node.binders:
            letter = binder.letter
            if binder.lower is not None and binder.upper is not None:
                lower, upper = (_end(end, scope, binder.position) for end in (binder.lower, binder.upper))
                low, high = int(lower.min()), int(upper.max())
            else:
                low, high = axis_range(letter, [node.body], scope, binder.position)
                lower = upper = np.asarray(0)
            scope.run(letter, low, high, binder.position)
            scope.seen.length(node.position, letter, high - low + 1)
            if lower.size * upper.size > 1:
                mask = mask & (scope.bound[letter] >= lower) & (scope.bound[letter] <= upper)
        for condition in node.conditions:
            mask = mask & holds(condition, scope)
        body = scope.evaluate(node.body)
        return _collapse(node, body, mask, scope)


def _collapse(node: Reduce, body: Value, mask: Numbers, scope: Scope) -> Value:
    """Reduce the axes of the letters that run, where the mask holds."""
    rank = scope.dimensions + (2 if body.matrix else 0)
    array = body.array.reshape((1,) * (rank - body.array.ndim) + body.array.shape)
    if body.matrix:
        mask = mask[..., None, None]
    lengths = [1] * rank
    axes = tuple(scope.axes[binder.letter] for binder in node.binders)
    for binder in node.binders:
        lengths[scope.axes[binder.letter]] = scope.bound[binder.letter].size
    shape = np.broadcast_shapes(array.shape, tuple(lengths), mask.shape)
    scope.spend(int(np.prod(shape)), node.position)
    array, mask = np.broadcast_to(array, shape), np.broadcast_to(mask, shape)
    if node.operation == "sum":
        return Value(np.where(mask, array, 0).sum(axis=axes, keepdims=True), body.matrix)
    if body.matrix or (node.operation != "prod" and len(axes) > 1):
        raise ShapeError(f"{node.operation} runs over one letter and takes scalars", node.position)
    if node.operation == "prod":
        return Value(np.where(mask, array, 1).prod(axis=axes, keepdims=True))
    largest = node.operation.endswith("max")
    compared = np.where(mask, array.real, -np.inf if largest else np.inf)
    best = np.expand_dims(compared.argmax(axes[0]) if largest else compared.argmin(axes[0]), axes[0])
    if node.operation.startswith("arg"):
        return Value(best + scope.bound[node.binders[0].letter].flat[0])
    return Value(np.take_along_axis(array, best, axes[0]))
