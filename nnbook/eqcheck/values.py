"""Strict arithmetic: scalars are scalars, matrices have two axes, and nothing is broadcast save a bias.

A value is an array whose last two axes are rows and columns if it is a matrix. All axes before them belong to
index letters (the very first one to random samples); they are aligned from the right, as NumPy does it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .errors import AmbiguousError, ShapeError
from .graph import Numbers


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar or a matrix for each combination of indices; a bias may be added to every row or column."""

    array: Numbers
    matrix: bool = False
    bias: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns, or nothing for a scalar."""
        return self.array.shape[-2:] if self.matrix else ()

    def __str__(self) -> str:
        """Return the shape in words."""
        return f"a {self.shape[0]}×{self.shape[1]} matrix" if self.matrix else "a scalar"


def lone(value: Value) -> Value:
    """Return a 1×1 matrix as the scalar that it is, as in an inner product; anything else as it stands."""
    if value.matrix and value.shape == (1, 1):
        return Value(value.array[..., 0, 0])
    return value


def scalar(value: Value, what: str, position: int) -> Numbers:
    """Return the numbers of a scalar, or refuse a matrix."""
    value = lone(value)
    if value.matrix:
        raise ShapeError(f"{what} must be a scalar, got {value}", position)
    return value.array


def matrix(value: Value, what: str, position: int) -> Numbers:
    """Return the numbers of a matrix, or refuse a scalar."""
    if not value.matrix:
        raise ShapeError(f"{what} must be a matrix, got a scalar", position)
    return value.array


def same_shape(left: Value, right: Value, what: str, position: int) -> tuple[Value, Value]:
    """Return both sides with one shape, or refuse."""
    if left.matrix != right.matrix:
        left, right = lone(left), lone(right)
    if left.matrix != right.matrix or left.shape != right.shape:
        raise ShapeError(f"{what} must have one shape, got {left} and {right}", position)
    return left, right


def add(left: Value, right: Value, sign: int, position: int) -> Value:
    """Return left plus or minus right; a bias is added to every row, or to every column."""
    for bias, other in ((left, right), (right, left)):
        if bias.bias and other.matrix and not other.bias and bias.shape != other.shape:
            one = bias.shape.index(1)
            if bias.shape[1 - one] == other.shape[1 - one]:
                return Value(left.array + sign * right.array, matrix=True)
    left, right = same_shape(left, right, "the terms of a sum", position)
    return Value(left.array + sign * right.array, left.matrix, left.bias and right.bias)


def multiply(left: Value, right: Value, strict: bool, position: int) -> Value:
    """Return the product of two factors side by side: by a scalar, or of two matrices."""
    if not left.matrix and not right.matrix:
        return Value(left.array * right.array)
    if left.matrix and right.matrix:
        if strict:
            raise AmbiguousError("a matrix product beside ⊙ needs parentheses", position)
        if left.shape[1] != right.shape[0]:
            raise ShapeError(f"{left} cannot be multiplied by {right}", position)
        return Value(left.array @ right.array, matrix=True, bias=left.bias)
    if left.matrix:
        return Value(left.array * right.array[..., None, None], matrix=True)
    return Value(left.array[..., None, None] * right.array, matrix=True)


def elementwise(left: Value, right: Value, divide: bool, position: int) -> Value:
    """Return the product or quotient, entry by entry, of two matrices of one shape."""
    if not left.matrix or not right.matrix:
        raise ShapeError(f"⊙ must stand between matrices, got {left} and {right}", position)
    left, right = same_shape(left, right, "the factors of ⊙", position)
    return Value(left.array / right.array if divide else left.array * right.array, matrix=True)


def divide(numerator: Value, denominator: Value, position: int) -> Value:
    """Return a quotient by a scalar."""
    below = scalar(denominator, "a denominator", position)
    if numerator.matrix:
        return Value(numerator.array / below[..., None, None], matrix=True)
    return Value(numerator.array / below)


def power(base: Value, exponent: Value, by_entry: bool, position: int) -> Value:
    """Return a power: of a scalar, of each entry, or the inverse of a matrix."""
    above = scalar(exponent, "an exponent", position)
    if by_entry:
        return Value(matrix(base, "the base of ^{⊙}", position) ** above[..., None, None], matrix=True)
    base = lone(base)
    if not base.matrix:
        whole = above.size == 1 and float(above.real.flat[0]).is_integer() and abs(float(above.real.flat[0])) <= 64
        if whole and not np.iscomplexobj(above):
            return Value(
                base.array ** int(above.flat[0]) if above.flat[0] >= 0 else 1 / base.array ** -int(above.flat[0])
            )
        return Value(base.array**above)
    if above.size != 1 or above.flat[0] != -1 or base.shape[0] != base.shape[1]:
        raise ShapeError(f"only the power -1 of a square matrix has a meaning, got a power of {base}", position)
    try:
        return Value(np.linalg.inv(base.array), matrix=True)
    except np.linalg.LinAlgError:
        raise ShapeError("the matrix has no inverse", position) from None


def transpose(value: Value, position: int) -> Value:
    """Return the transposed matrix."""
    return Value(np.swapaxes(matrix(value, "what is transposed", position), -1, -2), matrix=True, bias=value.bias)


def blocks(rows: list[list[Value]], position: int) -> Value:
    """Return the matrix of entries, or of blocks whose edges fit."""
    lines = []
    for row in rows:
        entries = [value.array if value.matrix else value.array[..., None, None] for value in row]
        if len({entry.shape[-2] for entry in entries}) > 1:
            raise ShapeError("the blocks of a row must have equally many rows", position)
        lines.append(_joined(entries, -1))
    if len({line.shape[-1] for line in lines}) > 1:
        raise ShapeError("the rows of blocks must have equally many columns", position)
    return Value(_joined(lines, -2), matrix=True)


def _joined(parts: list[Numbers], axis: int) -> Numbers:
    common = np.broadcast_shapes(*(part.shape[:-2] for part in parts))
    return np.concatenate([np.broadcast_to(part, common + part.shape[-2:]) for part in parts], axis)
