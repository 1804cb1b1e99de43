"""Reading values of the environment: whole, by rows and columns, and by elements."""

from __future__ import annotations

import numpy as np

from . import values
from .errors import IndexingError, ShapeError
from .graph import Key, Numbers
from .scope import Scope
from .tree import Call, Number, Pick, Read
from .values import Value


def layer_of(node: Read | Call, scope: Scope) -> int | None:
    """Return the layer a name is taken at."""
    if node.layer is None:
        return None
    layer = scope.whole(node.layer, "a layer", node.position)
    return int(layer.flat[0])


def node_key(node: Read, scope: Scope) -> Key:
    """Return which node of the graph a name reads."""
    key = node.name, layer_of(node, scope)
    if key not in scope.state.graph.nodes:
        at = "without a layer" if key[1] is None else f"in layer {key[1]}"
        raise IndexingError(f"{node.name} does not exist {at}", node.position)
    return key


def sampled(key: Key, scope: Scope) -> bool:
    """Return whether the first axis of a value holds random samples."""
    return scope.environment.samples and not scope.state.graph.nodes[key].constant


def element_index(node: Read, shape: tuple[int, ...], scope: Scope) -> tuple[Numbers, ...]:
    """Return the positions, from 0, that the indices of an element mean in an array of the given shape."""
    indices = node.indices
    axes = [axis for axis, length in enumerate(shape) if length > 1 or len(indices) == len(shape)]
    if len(axes) == 0 and len(indices) == 1 and shape:
        axes = [len(shape) - 1]
    if len(axes) == 1 and len(indices) == 2 and indices[0].position == indices[1].position:
        tens, units = (index.value for index in indices if isinstance(index, Number))  # u_{12}, not u_{1,2}
        indices = (Number(10 * tens + units, 0, node.position),)
    if len(axes) != len(indices):
        raise IndexingError(
            f"{node.name} of shape {shape} takes {len(axes)} indices, got {len(indices)}", node.position
        )
    first = scope.environment.first.get(node.name, 1)
    full = [np.zeros((), dtype=np.int64) for _ in shape]
    for axis, index in zip(axes, indices):
        found = scope.whole(index, "an index", node.position)
        if found.size == 0 or found.min() < first or found.max() >= first + shape[axis]:
            bad = found.min() if found.min() < first else found.max()
            raise IndexingError(
                f"{node.name} has indices {first} to {first + shape[axis] - 1} here, got {bad}", node.position
            )
        full[axis] = found - first
    return tuple(full)


def read(node: Read, scope: Scope) -> Value:
    """Return a value of the environment, or what its indices pick from it."""
    key = node_key(node, scope)
    array = scope.state.value(key)
    if scope.jitter and not scope.state.graph.nodes[key].constant:
        array = array * (1 + 0.1 * np.sin(np.arange(1, array.size + 1) + len(node.name))).reshape(array.shape)
    samples = sampled(key, scope)
    shape = array.shape[1:] if samples else array.shape
    if node.kind == "element":
        index = element_index(node, shape, scope)
        return Value(array[_samples_first(index, array, scope)] if samples else array[index])
    if samples:
        array = array.reshape(array.shape[:1] + (1,) * (scope.dimensions - 1) + shape)
    if node.kind != "whole":
        return _line(node, array, shape, scope)
    if len(shape) == 1:
        array = array[..., None, :]
    return Value(array, matrix=bool(shape), bias=node.name in scope.environment.biases)


def _samples_first(index: tuple[Numbers, ...], array: Numbers, scope: Scope) -> tuple[Numbers, ...]:
    everything = np.arange(array.shape[0]).reshape((-1,) + (1,) * (scope.dimensions - 1))
    return everything, *index


def _line(node: Read, array: Numbers, shape: tuple[int, ...], scope: Scope) -> Value:
    if len(shape) != 2 or array.ndim != 2:
        raise ShapeError(f"{node.name} must be a matrix to have a {node.kind}", node.position)
    axis = 0 if node.kind == "row" else 1
    found = scope.whole(node.indices[0], "an index", node.position)
    if found.min() < 1 or found.max() > shape[axis]:
        raise IndexingError(f"{node.name} has {shape[axis]} {node.kind}s, got {found.max()}", node.position)
    lines = array.take(found - 1, axis=axis)
    if axis == 0:
        return Value(lines[..., None, :], matrix=True)
    return Value(np.moveaxis(lines, 0, -1)[..., None], matrix=True)


def pick(node: Pick, scope: Scope) -> Value:
    """Return the entry of a matrix that is not a plain name."""
    body = scope.evaluate(node.body)
    array = values.matrix(body, "what carries indices", node.position)
    shape = body.shape
    axes = [axis for axis in (0, 1) if shape[axis] > 1 or len(node.indices) == 2]
    if len(axes) != len(node.indices):
        raise IndexingError(f"{body} takes {len(axes)} indices, got {len(node.indices)}", node.position)
    positions = [np.zeros((1,) * scope.dimensions, dtype=np.int64) for _ in shape]
    for axis, index in zip(axes, node.indices):
        found = scope.whole(index, "an index", node.position)
        if found.min() < 1 or found.max() > shape[axis]:
            raise IndexingError(f"an index runs from 1 to {shape[axis]} here, got {found.max()}", node.position)
        positions[axis] = found - 1
    leading = array.reshape((1,) * (scope.dimensions + 2 - array.ndim) + array.shape)
    common = np.broadcast_shapes(leading.shape[:-2], *(position.shape for position in positions))
    scope.spend(int(np.prod(common)), node.position)
    grid = np.ix_(*(np.arange(length) for length in common))
    own = tuple(np.where(leading.shape[axis] > 1, line, 0) for axis, line in enumerate(grid))
    return Value(leading[(*own, *positions)])
