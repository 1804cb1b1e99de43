"""The functions every formula may use, and derivatives of functions of one variable.

All of them accept complex numbers, so that a complex step can run through them: they branch on the real part
and never take an absolute value or a conjugate.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .errors import NamingError, ShapeError
from .graph import COMPLEX_STEP, Numbers, require_agreement
from .values import Value, lone, matrix, same_shape, scalar

ELEMENTWISE: dict[str, Callable[[Numbers], Numbers]] = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "sin": np.sin,
    "cos": np.cos,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "sqrt": np.sqrt,
    "abs": lambda x: np.where(x.real < 0, -x, x),
    "sign": lambda x: np.sign(x.real),
}
CONSTANTS = {"e": np.e, r"\pi": np.pi}
REAL_STEP = 2e-3
SECOND_STEP = 1e-2


def slope(function: Callable[[Numbers], Numbers], x: Numbers, order: int, what: str) -> Numbers:
    """Return the derivative of the given order at each entry of `x`, and refuse a kink."""
    if order == 1:
        exact: Numbers = np.imag(function(x + 1j * COMPLEX_STEP)) / COMPLEX_STEP
        require_agreement(exact, five_points(lambda step: function(x + step)), what)
        return exact
    if order == 2:
        return five_points(lambda step: slope(function, x + step, 1, what))
    middle = slope(function, x, 1, what)
    near, far = (
        slope(function, x + k * SECOND_STEP, 1, what) + slope(function, x - k * SECOND_STEP, 1, what) for k in (1, 2)
    )
    result: Numbers = (16 * near - far - 30 * middle) / (12 * SECOND_STEP**2)
    return result


def five_points(at: Callable[[float], Numbers]) -> Numbers:
    """Return the derivative of `at` at 0 by the central difference of order four."""
    h = REAL_STEP
    result: Numbers = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
    return result


def apply_builtin(name: str, primes: int, arguments: list[Value], position: int) -> Value:
    """Return the value of a built-in function, or of its derivative."""
    if name in CONSTANTS:
        return Value(np.asarray(CONSTANTS[name]))
    if name in {"max", "min"}:
        return _extremum(name, primes, arguments, position)
    if len(arguments) != 1:
        raise ShapeError(f"{name} takes one argument, got {len(arguments)}", position)
    value = arguments[0]
    if name in ELEMENTWISE:
        function = ELEMENTWISE[name]
        array = slope(function, value.array, primes, f"{name}'") if primes else function(value.array)
        return Value(array, value.matrix)
    if primes:
        raise NamingError(f"{name} has no derivative of one variable", position)
    if name in {"norm1", "norm2"}:
        entries = value.array if value.matrix else value.array[..., None, None]
        if name == "norm1":
            return Value(ELEMENTWISE["abs"](entries).sum(axis=(-1, -2)))
        return Value(np.sqrt((entries * entries).sum(axis=(-1, -2))))
    if name in {"ones", "identity"}:
        size = _size(value, position)
        return Value(np.ones((size, 1)) if name == "ones" else np.eye(size), matrix=True)
    array = matrix(value, f"the argument of {name}", position)
    rows, columns = array.shape[-2:]
    if name == "softmax":
        axis = -2 if columns == 1 else -1
        powers = np.exp(array - array.real.max(axis=axis, keepdims=True))
        return Value(powers / powers.sum(axis=axis, keepdims=True), matrix=True)
    if name == "vec":
        return Value(np.swapaxes(array, -1, -2).reshape(*array.shape[:-2], rows * columns, 1), matrix=True)
    if name == "diag":
        if 1 not in (rows, columns):
            raise ShapeError(f"diag takes a vector, got {value}", position)
        entries = array.reshape(*array.shape[:-2], rows * columns)
        return Value(entries[..., None] * np.eye(rows * columns), matrix=True)
    if rows != columns:
        raise ShapeError(f"{name} takes a square matrix, got {value}", position)
    return Value(np.trace(array, axis1=-2, axis2=-1) if name == "tr" else np.linalg.det(array))


def _extremum(name: str, primes: int, arguments: list[Value], position: int) -> Value:
    if primes or len(arguments) < 2:
        raise ShapeError(f"{name} takes two arguments or more, or an index below", position)
    result = arguments[0]
    for other in arguments[1:]:
        left, right = result, lone(other)
        # max(0, Z) compares every entry with one number, as everybody reads it.
        if left.matrix == right.matrix:
            left, right = same_shape(left, right, f"the arguments of {name}", position)
        first = left.array if left.matrix or not right.matrix else left.array[..., None, None]
        second = right.array if right.matrix or not left.matrix else right.array[..., None, None]
        keep = first.real >= second.real if name == "max" else first.real <= second.real
        result = Value(np.where(keep, first, second), left.matrix or right.matrix)
    return result


def _size(value: Value, position: int) -> int:
    array = scalar(value, "a size", position)
    if array.size != 1 or not 1 <= float(array.real.flat[0]) <= 1000:
        raise ShapeError("a size must be one whole number from 1 to 1000", position)
    return int(array.real.flat[0])
