"""Over which values an index runs: those of the axes, and of the layers, in which it is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .errors import IndexingError
from .reading import node_key, sampled
from .scope import Scope
from .tree import AnyNode, Builtin, Call, Letter, Meaning, Number, Pick, Read, Reduce, Total, children, walk


def offset(index: Meaning, letter: str) -> int | None:
    """Return c where an index is the letter plus the whole number c, else `None`."""
    if isinstance(index, Letter) and index.name == letter:
        return 0
    if isinstance(index, Total) and len(index.terms) == 2 and index.signs[0] > 0:
        first, second = index.terms
        if isinstance(first, Letter) and first.name == letter and isinstance(second, Number):
            return index.signs[1] * int(second.value)
    return None


def free_letters(node: AnyNode) -> dict[str, int]:
    """Return the letters of a node that no sum inside it binds, with the place of their first use."""
    if isinstance(node, Letter):
        return {node.name: node.position}
    found: dict[str, int] = {}
    for child in children(node):
        for letter, position in free_letters(child).items():
            found.setdefault(letter, position)
    if isinstance(node, Reduce):
        for binder in node.binders:
            found.pop(binder.letter, None)
    return found


def bound_letters(node: AnyNode) -> dict[str, int]:
    """Return the letters that sums inside a node bind, with the place where they are bound."""
    sums = (child for child in walk(node) if isinstance(child, Reduce))
    return {binder.letter: binder.position for item in sums for binder in item.binders}


def layer_range(letter: str, nodes: Iterable[Meaning], scope: Scope) -> list[int]:
    """Return the layers that exist for all uses of a letter."""
    found: set[int] | None = None
    graph = scope.state.graph
    for node in (inner for outer in nodes for inner in walk(outer)):
        layers: set[int] = set()
        if isinstance(node, Read | Call) and node.layer is not None:
            shift = offset(node.layer, letter)
            layers = {layer for layer in graph.layers(node.name) if layer is not None}
        elif isinstance(node, Read) and node.kind == "element" and len(node.indices) == 1 and node.layer is None:
            shift = offset(node.indices[0], letter)
            first = scope.environment.first.get(node.name, 1)
            layers = set(range(first, first + scope.state.value(node_key(node, scope)).size))
        else:
            continue
        if shift is not None:
            shifted = {layer - shift for layer in layers}
            found = shifted if found is None else found & shifted
    if not found:
        raise IndexingError(f"there is no layer {letter} for which all names exist")
    return sorted(found)


def axis_range(letter: str, nodes: Iterable[Meaning], scope: Scope, position: int) -> tuple[int, int]:
    """Return the first and the last value of a letter; all uses of it must agree."""
    ranges: dict[tuple[int, int], str] = {}
    for node in nodes:
        for name, low, high in _uses(letter, node, scope):
            ranges.setdefault((low, high), name)
    if not ranges:
        raise IndexingError(f"{letter} needs a range: no axis has it as an index of its own", position)
    if len(ranges) > 1:
        uses = ", ".join(f"{low} to {high} in {name}" for (low, high), name in ranges.items())
        raise IndexingError(f"{letter} runs over different ranges: {uses}", position)
    return next(iter(ranges))


def _uses(letter: str, node: AnyNode, scope: Scope) -> Iterator[tuple[str, int, int]]:
    """Yield the axes that have the letter as an index."""
    if isinstance(node, Read) and any(offset(index, letter) == 0 for index in node.indices):
        if node.layer is None or all(name in scope.bound for name in free_letters(node.layer)):
            yield from _axes_of_read(letter, node, scope)
    elif isinstance(node, Pick) and all(name in scope.bound for name in free_letters(node.body)):
        shape = scope.evaluate(node.body).shape
        axes = [axis for axis in range(len(shape)) if shape[axis] > 1 or len(node.indices) == 2]
        for axis, index in zip(axes, node.indices):
            if offset(index, letter) == 0:
                yield "the matrix in brackets", 1, shape[axis]
    if isinstance(node, Builtin) and node.name in {"ones", "identity"}:
        return
    for child in children(node):
        yield from _uses(letter, child, scope)


def _axes_of_read(letter: str, node: Read, scope: Scope) -> Iterator[tuple[str, int, int]]:
    key = node_key(node, scope)
    shape = scope.state.value(key).shape
    shape = shape[1:] if sampled(key, scope) else shape
    if node.kind == "element":
        axes = [axis for axis, length in enumerate(shape) if length > 1 or len(node.indices) == len(shape)]
        axes = axes or [len(shape) - 1]
    else:
        axes = [0 if node.kind == "row" else 1]
    if len(axes) != len(node.indices) or not shape:
        message = f"{node.name} of shape {shape} takes {len(axes)} indices, got {len(node.indices)}"
        raise IndexingError(message, node.position)
    first = scope.environment.first.get(node.name, 1)
    for axis, index in zip(axes, node.indices):
        if offset(index, letter) == 0:
            yield node.name, first, first + shape[axis] - 1
