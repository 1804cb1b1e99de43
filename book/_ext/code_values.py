"""What is known of values of the library without running code: from the objects themselves and their annotations."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Known:
    """A module, class, function or other object of the library itself; `owner` is the class it was taken from."""

    value: Any
    owner: type | None = None


@dataclass(frozen=True)
class Of:
    """Some value of a type; `owner` is what `Self` means in it."""

    hint: Any
    owner: type | None = None

    @property
    def kind(self) -> type | None:
        """The class, where there is only one."""
        hint = self.plain
        kind = typing.get_origin(hint) or hint
        return kind if isinstance(kind, type) and not isinstance(hint, types.UnionType) else None

    @property
    def plain(self) -> Any:
        """The type without None: a cell that uses a member has run, so the value was another."""
        choices = [part for part in typing.get_args(self.hint) if part is not types.NoneType]
        union = typing.get_origin(self.hint) in (typing.Union, types.UnionType)
        hint = choices[0] if union and len(choices) == 1 else self.hint
        return self.owner if hint is typing.Self else hint


@dataclass(frozen=True)
class Returning:
    """A function of the page itself that returns such a value."""

    value: Any


Value = Known | Of | Returning | tuple[Any, ...] | list[Any] | None
"""What is known of a value. A tuple or a list is one that was written out."""


class Reference:
    """The entries of the reference, and the objects that they stand for.

    Parameters
    ----------
    entries : iterable of str
        Full names, as `nnbook.Network.create`.
    package : str
        The package, whose modules are imported.
    """

    def __init__(self, entries: Iterable[str], package: str = "nnbook") -> None:
        self.package = package
        self.entries = {name for name in entries if name.split(".")[0] == package}
        self.names: dict[int, str] = {}
        for name in sorted(self.entries):
            value = self.load(name)
            if value is not None and isinstance(self.load(name.rpartition(".")[0]), types.ModuleType):
                self.names.setdefault(id(value), name)

    def load(self, name: str) -> Any:
        """Return the object of a dotted name; what a module defines comes before a module of the same name."""
        value: Any = import_module(self.package)
        for end in range(2, name.count(".") + 2):
            module = ".".join(name.split(".")[:end])
            part = module.rpartition(".")[2]
            if isinstance(value, types.ModuleType) and not hasattr(value, part):
                value = import_or_none(module)
            else:
                value = getattr(value, part, None)
        return value

    def entry(self, value: Value) -> str | None:
        """Return the entry of an object of the library."""
        return self.names.get(id(value.value)) if isinstance(value, Known) else None

    def entry_of_member(self, owner: Value, name: str) -> str | None:
        """Return the entry of a member: that of the class, or of the nearest base class that has one."""
        if is_module(owner):
            return self.entry(member(owner, name))
        names = (f"{self.names.get(id(base))}.{name}" for base in getattr(_class_of(owner), "__mro__", ()))
        return next((entry for entry in names if entry in self.entries), None)


def import_or_none(name: str) -> types.ModuleType | None:
    """Return a module, if there is one."""
    try:
        return import_module(name)
    except ImportError:
        return None


def _class_of(value: Value) -> type | None:
    if isinstance(value, Of):
        return value.kind
    if isinstance(value, Known) and not isinstance(value.value, types.ModuleType):
        return value.value if isinstance(value.value, type) else type(value.value)
    return None


def _hint(thing: Any, name: str, owner: type | None) -> Value:
    try:
        hints = typing.get_type_hints(thing)
    except (NameError, TypeError):  # a name for type checkers only; nothing that is annotated
        return None
    return Of(hints[name], owner) if name in hints else None


def member(owner: Value, name: str) -> Value:
    """Return what is known of an attribute."""
    if is_module(owner):
        return Known(getattr(owner.value, name)) if hasattr(owner.value, name) else None
    kind = _class_of(owner)
    if kind is None:
        return None
    found = inspect.getattr_static(kind, name, None)
    if isinstance(found, property):
        return _hint(found.fget, "return", kind)
    if isinstance(found, classmethod | staticmethod | types.FunctionType):
        return Known(getattr(found, "__func__", found), kind)
    return _hint(kind, name, kind)


def result(function: Value) -> Value:
    """Return what is known of the result of a call."""
    if isinstance(function, Returning):
        return typing.cast("Value", function.value)
    if isinstance(function, Known) and isinstance(function.value, type):
        return Of(function.value)
    if isinstance(function, Known) and isinstance(function.value, types.FunctionType):
        return _hint(function.value, "return", function.owner)
    call = member(function, "__call__")
    return result(call) if isinstance(call, Known) and isinstance(call.value, types.FunctionType) else None


def item(value: Value, index: int | None = None) -> Value:
    """Return what is known of an item, or of every item."""
    if isinstance(value, tuple | list):
        return same(value) if index is None else value[index] if -len(value) <= index < len(value) else None
    if not isinstance(value, Of) or value.kind is None:
        return None
    parts = typing.get_args(value.plain)
    if value.kind is tuple and parts and parts[-1] is not Ellipsis:
        return item(tuple(Of(part, value.owner) for part in parts), index)
    if issubclass(value.kind, Sequence) and parts:
        return Of(parts[0], value.owner)
    return None


def same(values: Sequence[Value]) -> Value:
    """Return what all values have in common: pairs may agree in one place and not in the other."""
    if not values:
        return None
    first, *rest = values
    if isinstance(first, tuple):
        fitting = [value for value in values if isinstance(value, tuple) and len(value) == len(first)]
        return tuple(map(same, zip(*fitting))) if len(fitting) == len(values) else None
    if isinstance(first, Known):
        equal = all(
            isinstance(other, Known) and other.value is first.value and other.owner is first.owner for other in rest
        )
    else:
        equal = isinstance(first, Of | Returning) and all(other == first for other in rest)
    return first if equal else None


def is_module(value: Value) -> typing.TypeGuard[Known]:
    """Tell whether a value is a module of the library."""
    return isinstance(value, Known) and isinstance(value.value, types.ModuleType)
