"""A computation as named nodes that know what they depend on, and derivatives by disturbing them.

No derivative formula is used anywhere: a node is moved by a complex step, whatever lies downstream is computed
anew, and central differences must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .errors import FalseEquation, NamingError, ShapeError

Numbers: TypeAlias = npt.NDArray[Any]
Key: TypeAlias = tuple[str, int | None]

COMPLEX_STEP = 1e-30
CENTRAL_STEP = 1e-4
CENTRAL_TOLERANCE = 1e-5
MAX_ELEMENTS = 4096


def guarded(compute: Callable[..., Any], *arguments: Any) -> Numbers:
    """Call a function of the environment; whatever it raises becomes an error of the equation."""
    try:
        return np.asarray(compute(*arguments))
    except Exception as error:
        raise ShapeError(f"a function of the environment refused its arguments: {error}") from None


@dataclass(frozen=True, slots=True)
class Node:
    """How one value is computed from others; a leaf has no inputs, and a constant never moves."""

    compute: Callable[..., Any]
    inputs: tuple[Key, ...]
    constant: bool = False


def _key(name: str | tuple[str, int]) -> Key:
    return (name, None) if isinstance(name, str) else name


class Graph:
    r"""The values of one state of an environment.

    Names are LaTeX as the pages write them, such as ``W`` or ``\hat{y}``; a layer is given apart. Values are
    scalars, vectors (read as rows) or matrices.

    Examples
    --------
    >>> graph = Graph()
    >>> graph.leaf("x", 3.0)
    >>> graph.node("y", lambda x: x**2, ["x"])
    >>> graph.function("f", np.exp)
    >>> float(State(graph).value(("y", None)))
    9.0
    """

    def __init__(self) -> None:
        self.nodes: dict[Key, Node] = {}
        self.functions: dict[Key, Function] = {}
        self.updates: dict[Key, Numbers] = {}
        self._downstream: dict[Key, frozenset[Key]] = {}

    def leaf(self, name: str, value: npt.ArrayLike, layer: int | None = None) -> None:
        """Add an independent value.

        Parameters
        ----------
        name : str
            The name in LaTeX.
        value : array_like
            A scalar, a vector or a matrix.
        layer : int, optional
            The layer, for names written with a superscript in parentheses.
        """
        array = np.asarray(value, dtype=float)
        self.nodes[name, layer] = Node(lambda: array, ())

    def constant(self, name: str, value: npt.ArrayLike, layer: int | None = None) -> None:
        """Add a value that no differential moves, such as a size; arguments as for `leaf`."""
        array = np.asarray(value, dtype=float)
        self.nodes[name, layer] = Node(lambda: array, (), constant=True)

    def node(
        self,
        name: str,
        compute: Callable[..., Any],
        inputs: Sequence[str | tuple[str, int]],
        layer: int | None = None,
    ) -> None:
        """Add a computed value.

        Parameters
        ----------
        name : str
            The name in LaTeX.
        compute : callable
            Takes the values of the inputs in order; must accept complex numbers.
        inputs : sequence of str or (str, int)
            Names of earlier nodes, with their layer where they have one.
        layer : int, optional
            The layer of the new node.
        """
        keys = tuple(_key(item) for item in inputs)
        for key in keys:
            if key not in self.nodes:
                raise NamingError(f"node {name} depends on {key}, which is not bound yet")
        self.nodes[name, layer] = Node(compute, keys)

    def function(
        self, name: str, compute: Callable[..., Any], layer: int | None = None, *, elementwise: bool = True
    ) -> None:
        """Bind a function.

        Parameters
        ----------
        name : str
            The name in LaTeX.
        compute : callable
            Must accept complex arrays. An elementwise function gets arrays of any shape; any other gets
            scalars, and matrices as displayed.
        layer : int, optional
            The layer, where each layer has its own.
        elementwise : bool
            Whether it acts on every entry alone.
        """
        self.functions[name, layer] = Function(compute, elementwise)

    def after(self, name: str, value: npt.ArrayLike, layer: int | None = None) -> None:
        """State the value which the library's own update leaves in a leaf; arguments as for `leaf`."""
        if (name, layer) not in self.nodes:
            raise NamingError(f"{name} is updated, but it is not bound")
        self.updates[name, layer] = np.asarray(value, dtype=float)

    def downstream(self, key: Key) -> frozenset[Key]:
        """Return the key and all that depends on it."""
        if key not in self._downstream:
            found = {key}
            for other, node in self.nodes.items():  # inputs come first, so one pass is enough
                if not found.isdisjoint(node.inputs):
                    found.add(other)
            self._downstream[key] = frozenset(found)
        return self._downstream[key]

    def layers(self, name: str) -> frozenset[int | None]:
        """Return the layers for which a value or function of this name exists; `None` stands for no layer."""
        return frozenset(layer for bound in (self.nodes, self.functions) for known, layer in bound if known == name)


@dataclass(frozen=True, slots=True)
class Function:
    """A function, and whether it acts on every entry alone."""

    compute: Callable[..., Any]
    elementwise: bool

    def __call__(self, *arguments: Numbers) -> Numbers:
        """Return the value of the function."""
        return guarded(self.compute, *arguments)


class State:
    """The values of a graph, some of them possibly moved; nothing is computed twice.

    Parameters
    ----------
    graph : Graph
        The graph.
    base : State, optional
        The state that was moved.
    moved : dict, optional
        The new values of the moved nodes.
    """

    def __init__(self, graph: Graph, base: State | None = None, moved: dict[Key, Numbers] | None = None) -> None:
        self.graph = graph
        self._base = base
        self._values: dict[Key, Numbers] = dict(moved or {})
        self._touched: frozenset[Key] = frozenset().union(*map(graph.downstream, self._values))
        self._children: dict[object, State] = {}
        self._jacobians: dict[tuple[Key, Key], Numbers] = {}

    def value(self, key: Key) -> Numbers:
        """Return the value of a node: 0-d, or with one, two or (with samples) three axes."""
        found = self._values.get(key)
        if found is None:
            if self._base is not None and key not in self._touched:
                return self._base.value(key)
            node = self.graph.nodes[key]
            found = guarded(node.compute, *[self.value(key) for key in node.inputs])
            self._values[key] = found
        return found

    def moved(self, key: Key, index: tuple[int, ...], step: complex) -> State:
        """Return the state in which one element of a node is larger by `step`."""
        child = self._children.get((key, index, step))
        if child is None:
            value = self.value(key).astype(complex if isinstance(step, complex) else float)
            value[index] += step
            child = self._children[key, index, step] = State(self.graph, self, {key: value})
        return child

    def placed(self, key: Key, value: float) -> State:
        """Return the state in which a node has the given value."""
        child = self._children.get((key, value))
        if child is None:
            child = self._children[key, value] = State(self.graph, self, {key: np.asarray(value)})
        return child

    def along(self, step: complex) -> State:
        """Return the state in which all leaves but constants have moved by `step` times a random direction."""
        child = self._children.get(step)
        if child is None:
            rng = np.random.default_rng(271828)
            moved = {}
            for key, node in self.graph.nodes.items():
                if not node.inputs and not node.constant:
                    value = self.value(key)
                    moved[key] = value + step * rng.uniform(0.5, 1.5, value.shape) * rng.choice((-1, 1), value.shape)
            child = self._children[step] = State(self.graph, self, moved)
        return child

    def updated(self) -> State:
        """Return the state which the library's update leaves."""
        child = self._children.get("after")
        if child is None:
            child = self._children["after"] = State(self.graph, self, self.graph.updates)
        return child

    def jacobian(self, upper: Key, lower: Key) -> Numbers:
        """Return the derivatives of one node by another, with the axes of `upper` and then those of `lower`.

        Raises
        ------
        FalseEquation
            If complex step and central difference disagree: at a kink, or where a node is not analytic.
        """
        found = self._jacobians.get((upper, lower))
        if found is None:
            shape = self.value(lower).shape
            columns = [self._slope(upper, lower, index) for index in np.ndindex(shape)]
            found = np.stack(columns, axis=-1).reshape(self.value(upper).shape + shape)
            self._jacobians[upper, lower] = found
        return found

    def _slope(self, upper: Key, lower: Key, index: tuple[int, ...]) -> Numbers:
        if upper not in self.graph.downstream(lower):
            return np.zeros(self.value(upper).shape)
        exact = self.moved(lower, index, 1j * COMPLEX_STEP).value(upper).imag / COMPLEX_STEP
        above = self.moved(lower, index, CENTRAL_STEP).value(upper)
        central = (above - self.moved(lower, index, -CENTRAL_STEP).value(upper)) / (2 * CENTRAL_STEP)
        require_agreement(exact, central, f"the derivative of {upper[0]} by {lower[0]}")
        return exact


def require_agreement(exact: Numbers, central: Numbers, what: str, tolerance: float = CENTRAL_TOLERANCE) -> None:
    """Refuse a derivative on which complex step and central difference disagree."""
    scale = 1 + float(np.max(np.abs(central), initial=0.0))
    error = np.abs(exact - central)
    if not bool(np.all(error <= tolerance * scale)):
        worst = np.unravel_index(int(np.argmax(np.nan_to_num(error, nan=np.inf))), error.shape)
        raise FalseEquation(
            f"complex step and central difference disagree on {what}: {exact[worst]:.6g} and {central[worst]:.6g}"
        )
