"""Derivatives of formulas: the environment is disturbed, never differentiated."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .errors import NamingError, ShapeError
from .functions import five_points
from .graph import CENTRAL_STEP, COMPLEX_STEP, MAX_ELEMENTS, Key, Numbers, State, require_agreement
from .reading import element_index, layer_of, node_key, sampled
from .scope import Scope
from .tree import Derivative, Differential, GradientOf, Meaning, Read, needs_real_steps
from .values import Value, lone


def slope_at(states: Callable[[complex], State], body: Meaning, scope: Scope, what: str) -> Value:
    """Return the derivative of a formula along a way through the states, at the step 0."""

    def value(step: complex) -> Value:
        with scope.at(states(step)):
            return scope.evaluate(body)

    here = value(0.0)
    if needs_real_steps(body):
        return Value(five_points(lambda step: value(step).array), here.matrix)
    exact = value(1j * COMPLEX_STEP).array.imag / COMPLEX_STEP
    central = (value(CENTRAL_STEP).array - value(-CENTRAL_STEP).array) / (2 * CENTRAL_STEP)
    require_agreement(np.broadcast_to(exact, central.shape), central, what)
    return Value(exact, here.matrix)


def derivative(node: Derivative, scope: Scope) -> Value:
    """Return the derivative of a formula by an element, or by all elements, of a value."""
    variable = node.variable
    key = node_key(variable, scope)
    if sampled(key, scope):
        raise NamingError("no derivatives by random samples", node.position)
    if variable.kind not in {"element", "whole"}:
        raise ShapeError("a derivative is by an element or by a whole matrix", node.position)
    shape = scope.state.value(key).shape
    if int(np.prod(shape)) > MAX_ELEMENTS:
        raise NamingError(f"no derivatives by {key[0]}: it has more than {MAX_ELEMENTS} elements", node.position)
    if isinstance(node.body, Read) and node.body.kind in {"element", "whole"}:
        found = _by_jacobian(node.body, variable, key, shape, scope)
        if found is not None:
            return found
    if variable.kind == "element":
        return _by_element(node, key, shape, scope)
    if not shape:
        return slope_at(lambda step: _moved(scope.state, key, (), step), node.body, scope, "a derivative")
    return _by_whole(node, key, shape, scope)


def _moved(state: State, key: Key, index: tuple[int, ...], step: complex) -> State:
    return state if step == 0 else state.moved(key, index, step)


def _by_jacobian(body: Read, variable: Read, key: Key, shape: tuple[int, ...], scope: Scope) -> Value | None:
    """Return the derivative of one value by another from their Jacobian, which the state keeps."""
    upper = node_key(body, scope)
    above = scope.state.value(upper).shape
    if sampled(upper, scope) or (body.kind == "whole" and above):
        return None
    jacobian = scope.state.jacobian(upper, key)
    first = element_index(body, above, scope) if body.kind == "element" else ()
    if variable.kind == "element":
        return Value(jacobian[(*first, *element_index(variable, shape, scope))])
    part = jacobian[first]
    if not shape:
        return Value(part)
    return Value(part[..., None, :] if len(shape) == 1 else part, matrix=True)


def _by_element(node: Derivative, key: Key, shape: tuple[int, ...], scope: Scope) -> Value:
    """Evaluate the formula once for each element that the indices of the variable reach."""
    index = np.broadcast_arrays(*element_index(node.variable, shape, scope))
    result: Value | None = None
    for element in sorted(set(zip(*(axis.ravel().tolist() for axis in index)))):
        part = slope_at(lambda step, e=element: _moved(scope.state, key, e, step), node.body, scope, "a derivative")  # type: ignore[misc]
        here: Numbers = np.logical_and.reduce([axis == place for axis, place in zip(index, element)])
        if part.matrix:
            here = here[..., None, None]
        result = Value(np.where(here, part.array, 0.0 if result is None else result.array), part.matrix)
    assert result is not None  # noqa: S101 - an array that can be indexed has an element
    return result


def _by_whole(node: Derivative, key: Key, shape: tuple[int, ...], scope: Scope) -> Value:
    """Return the gradient of a scalar, or the Jacobian of a vector by a vector."""
    parts = [
        slope_at(lambda step, e=element: _moved(scope.state, key, e, step), node.body, scope, "a derivative")  # type: ignore[misc]
        for element in np.ndindex(shape)
    ]
    rows, columns = (1, *shape)[-2:]
    if parts[0].shape == (1, 1):
        parts = [lone(part) for part in parts]
    if not parts[0].matrix:
        stacked = np.stack([part.array for part in parts], axis=-1)
        return Value(stacked.reshape(*stacked.shape[:-1], rows, columns), matrix=True)
    if 1 not in parts[0].shape or 1 not in (rows, columns):
        raise ShapeError(
            f"a derivative of {parts[0]} by a {rows}×{columns} matrix has more than two axes", node.position
        )
    flat = [part.array.reshape(*part.array.shape[:-2], -1) for part in parts]
    return Value(np.stack(flat, axis=-1), matrix=True)


def gradient_of(node: GradientOf, scope: Scope) -> Value:
    """Return the derivatives of a scalar function at a scalar, a vector or a matrix, in its shape."""
    call = node.call
    if len(call.arguments) != 1 or call.primes:
        raise ShapeError(r"\nabla takes a function of one argument", node.position)
    function = scope.state.graph.functions.get((call.name, layer_of(call, scope)))
    if function is None:
        raise NamingError(f"the function {call.name} does not exist in this layer", node.position)
    point = scope.evaluate(call.arguments[0])
    array = point.array
    if array.size > MAX_ELEMENTS or (point.matrix and array.size != array.shape[-1] * array.shape[-2]):
        raise ShapeError(r"\nabla is taken at one vector or matrix", node.position)
    if function.elementwise and point.matrix:
        raise ShapeError(rf"{call.name} is no scalar function of a matrix, so it has no \nabla", node.position)

    def at(place: int, step: complex) -> Numbers:
        moved = array.astype(complex if isinstance(step, complex) else float).ravel()
        moved[place] += step
        found = function(moved.reshape(array.shape))
        return found.reshape(-1)[place] if function.elementwise else found.reshape(())

    exact = np.array([at(place, 1j * COMPLEX_STEP).imag / COMPLEX_STEP for place in range(array.size)])
    h = CENTRAL_STEP
    central = np.array([((at(place, h) - at(place, -h)) / (2 * h)).real for place in range(array.size)])
    require_agreement(exact, central, rf"\nabla {call.name}")
    return Value(exact.reshape(array.shape), point.matrix)


def differential(node: Differential, scope: Scope) -> Value:
    """Return the derivative along the state's random direction of all leaves."""
    if scope.environment.samples:
        raise NamingError("no differentials of random samples", node.position)
    state = scope.state
    return slope_at(lambda step: state if step == 0 else state.along(step), node.body, scope, "a differential")
