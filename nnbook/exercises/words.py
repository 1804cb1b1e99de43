"""How feedback speaks of arrays and of other objects."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt


def reason(value: object) -> str:
    """Return what to do about a value that is no number, or nothing where it may be one."""
    if value is None:
        return "A function without `return` gives None."
    if isinstance(value, str | bytes):
        return "Leave out the quotation marks."
    if isinstance(value, Iterator):
        return "Turn it into a list first: `list(…)`."
    if callable(value):
        return "Call it, so that it gives its value."
    return ""


def kind(value: object) -> str:
    """Name the type of any object; no code of the object runs."""
    name = type.__dict__["__name__"].__get__(type(value))
    return f"an object of type {name}" if name.isidentifier() else "an object"


def content(array: npt.NDArray[Any]) -> str:
    """Say what an array holds."""
    names = {"b": "truth values", "i": "numbers", "u": "numbers", "f": "numbers", "c": "complex numbers", "U": "text"}
    return names.get(array.dtype.kind, f"entries of type {array.dtype.name}")


def at(where: tuple[int, ...]) -> str:
    """Say where an entry stands, unless it is the only one."""
    return "" if not where else f" at index {where[0] if len(where) == 1 else where}"


def share(wrong: npt.NDArray[np.bool_]) -> str:
    """Say how many entries are wrong."""
    count = int(wrong.sum())
    return f"{count} of {wrong.size} {'is' if count == 1 else 'are'} wrong" if wrong.ndim else "it is wrong"
