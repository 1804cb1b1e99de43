"""The checks of arguments that all modules share.

Every message has one form: what, expected, got.
"""

import math
import numbers
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def describe(value: object) -> str:
    """Say in a few words what ``value`` is, for the end of an error message."""
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} with shape {value.shape}"
    if value is None or isinstance(value, bool | int | float | complex | str | np.generic):
        return repr(value)
    return f"an object of type {type(value).__name__}"


def as_array(value: object, name: str) -> Array:
    """Return ``value`` as an array of any dtype."""
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(
            f"{name} must be an array of numbers with rows of equal length, got {describe(value)}"
        ) from error


def as_numeric(value: object, name: str) -> Array:
    """Return ``value`` as an array of floats or complex numbers; integers become float64.

    This is the check of the kernels, which must let complex numbers, infinity and NaN through.
    """
    array = as_array(value, name)
    if array.dtype.kind in "fc":
        return array
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    raise TypeError(f"{name} must hold real numbers, got {describe(array)}")


def as_real(value: object, name: str, dtype: npt.DTypeLike | None = None) -> Array:
    """Return ``value`` as a finite array of float32 or float64 (``dtype``, if given)."""
    array = as_numeric(value, name)
    if array.dtype.kind == "c":
        raise TypeError(f"{name} must hold real numbers, got {describe(array)}")
    if dtype is None:
        dtype = array.dtype if array.dtype in (np.float32, np.float64) else np.float64
    converted = array
    if array.dtype != dtype:
        with np.errstate(over="ignore"):
            converted = array.astype(dtype)
    if not np.isfinite(converted).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(converted))[0])
        raise ValueError(f"{name} must be finite in {converted.dtype}, got {array[where]} at index {where}")
    return converted


def as_matrix(value: object, name: str, columns: int | None = None, dtype: npt.DTypeLike | None = None) -> Array:
    """Return ``value`` as a finite real matrix of shape (n, columns) with n ≥ 1."""
    array = as_real(value, name, dtype)
    wanted = f"(n, {'d' if columns is None else columns})"
    if array.ndim != 2 or (columns is not None and array.shape[1] != columns):
        raise ValueError(f"{name} must have shape {wanted}, got {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name} must have at least one row and one column, got shape {array.shape}")
    return array


def same_shape(first: Array, first_name: str, second: Array, second_name: str) -> None:
    """Refuse two arrays whose shapes differ, rather than broadcast them."""
    if first.shape != second.shape:
        raise ValueError(f"{second_name} must have the shape of {first_name}, {first.shape}, got {second.shape}")


def as_labels(value: object, name: str, classes: int | None = None) -> npt.NDArray[np.int64]:
    """Return ``value`` as class indices of shape (n,), each in 0 … classes − 1."""
    array = as_array(value, name)
    if array.size == 0:
        raise ValueError(f"{name} must have at least one entry, got shape {array.shape}")
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold integers, got {describe(array)}")
    if array.ndim != 1:
        raise ValueError(f"{name} must have shape (n,), got {array.shape}")
    labels = array.astype(np.int64)
    expected = "of at least 0" if classes is None else f"0 … {classes - 1}"
    wrong = labels < 0 if classes is None else (labels < 0) | (labels >= classes)
    if wrong.any():
        where = int(np.flatnonzero(wrong)[0])
        raise ValueError(f"{name} must be class indices {expected}, got {labels[where]} at index {where}")
    return labels


def as_targets(value: object, name: str, rows: int, columns: int, dtype: npt.DTypeLike) -> Array:
    """Return ``value`` as targets of shape (rows, columns).

    1-D integers are class indices and become one-hot rows; for a single column they are the two classes 0 and 1.
    """
    array = as_array(value, name)
    if array.ndim == 1 and array.dtype.kind in "iu":
        labels = as_labels(array, name, max(columns, 2))
        targets = labels[:, None].astype(dtype) if columns == 1 else one_hot(labels, columns, dtype)
    else:
        targets = as_real(array, name, dtype)
    if targets.shape != (rows, columns):
        raise ValueError(f"{name} must have shape ({rows}, {columns}) or be {rows} class indices, got {array.shape}")
    return targets


def one_hot(labels: npt.NDArray[np.int64], classes: int, dtype: npt.DTypeLike = np.float64) -> Array:
    """Return the matrix of shape (n, classes) whose row s is 1 at ``labels[s]`` and 0 elsewhere."""
    targets = np.zeros((labels.size, classes), dtype)
    targets[np.arange(labels.size), labels] = 1
    return targets


def as_count(value: object, name: str, least: int = 1) -> int:
    """Return ``value`` as an integer of at least ``least``."""
    try:
        if isinstance(value, bool):
            raise TypeError
        count = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {describe(value)}") from None
    if count < least:
        raise ValueError(f"{name} must be at least {least}, got {count}")
    return count


def as_number(
    value: object, name: str, *, above: float | None = None, least: float | None = None, below: float | None = None
) -> float:
    """Return ``value`` as a finite float in the stated range."""
    # NumPy's booleans are no numbers in this sense, and neither are its dates, nor bytes that spell a number.
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a real number, got {describe(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if (
        math.isfinite(number)
        and (above is None or number > above)
        and (least is None or number >= least)
        and (below is None or number < below)
    ):
        return number
    bounds = {"greater than": above, "at least": least, "less than": below}
    expected = ["finite", *(f"{words} {bound:g}" for words, bound in bounds.items() if bound is not None)]
    raise ValueError(f"{name} must be {' and '.join(expected)}, got {number}")


def as_items(value: object, name: str, items: str) -> list[Any]:
    """Return the items of a sequence; ``items`` says in the message what they should be."""
    if not isinstance(value, str | bytes):
        try:
            return list(value)  # type: ignore[call-overload, no-any-return]
        except TypeError:
            pass
    raise TypeError(f"{name} must be a sequence of {items}, got {describe(value)}")


def as_sizes(value: object, name: str) -> list[int]:
    """Return ``value`` as the widths of at least two layers."""
    sizes = as_items(value, name, "layer sizes such as [64, 32, 10]")
    if len(sizes) < 2:
        raise ValueError(f"{name} must be at least two layer sizes such as [64, 32, 10], got {sizes}")
    return [as_count(size, f"{name}[{position}]") for position, size in enumerate(sizes)]


def as_generator(rng: object) -> np.random.Generator:
    """Return ``rng`` if it is a generator, else a new one from the integer seed."""
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, bool) or not isinstance(rng, int | np.integer):
        raise TypeError(f"rng must be a numpy.random.Generator or an integer seed, got {describe(rng)}")
    return np.random.default_rng(as_count(rng, "rng", least=0))


def as_float_dtype(value: object, name: str) -> np.dtype[Any]:
    """Return ``value`` as the dtype float32 or float64."""
    try:
        dtype: np.dtype[Any] | None = None if value is None else np.dtype(value)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        dtype = None
    # A trap: None == np.dtype(np.float64) is true.
    if dtype is None or dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise TypeError(f"{name} must be float32 or float64, got {value!r}")
    return dtype


def as_callable(value: object, name: str) -> Callable[..., Any]:
    """Return ``value`` if it can be called."""
    if not callable(value):
        raise TypeError(f"{name} must be callable, got {describe(value)}")
    return value


def instance_of(value: object, kind: type | tuple[type, ...], name: str) -> None:
    """Refuse a ``value`` that is not of the wanted type."""
    if not isinstance(value, kind):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        wanted = " or ".join(k.__name__ for k in kinds)
        raise TypeError(f"{name} must be of type {wanted}, got {describe(value)}")
