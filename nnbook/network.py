"""A network as a stack of dense layers, and forward propagation through it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from nnbook import _checks, initializers
from nnbook._checks import Array
from nnbook.activations import Activation, LeakyReLU, ReLU
from nnbook.losses import Loss
from nnbook.storage import PathLike, check_names, describe_activation, find_activation, read_arrays, write_arrays


class Dense:
    """One fully connected layer, A = f(A_prev W + b). It keeps copies of the arrays it is given.

    Implements :eq:`eq-neurons-layer`, :eq:`eq-matrices-batch` and :eq:`eq-forward-layer-row`.

    Parameters
    ----------
    W : array, shape (d_prev, d)
        Weights; ``W[i, j]`` runs from unit i of the layer before to unit j of this one.
    b : array, shape (d,)
        Biases, one for each unit of this layer.
    activation : Activation
        The function f.

    Raises
    ------
    TypeError
        If W or b hold no numbers, or ``activation`` is not an Activation.
    ValueError
        If the shapes do not fit, or a parameter is not finite.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.Dense([[1.0], [2.0]], [0.5], nn.identity)
    Dense(2 → 1, identity)
    """

    def __init__(self, W: Array, b: Array, activation: Activation) -> None:
        self.W = _parameter(W, "W")
        if self.W.ndim != 2 or self.W.size == 0:
            raise ValueError(f"W must have shape (d_prev, d) with both sizes at least 1, got {self.W.shape}")
        self.b = _parameter(b, "b", self.W.dtype)
        if self.b.shape != self.W.shape[1:]:
            raise ValueError(f"b must have shape {self.W.shape[1:]}, one bias for each column of W, got {self.b.shape}")
        _checks.instance_of(activation, Activation, "activation")
        self.activation = activation

    def pre_activation(self, A_prev: Array) -> Array:
        """Return Z = A_prev W + b of shape (n, d) from ``A_prev`` of shape (n, d_prev)."""
        Z: Array = A_prev @ self.W + self.b
        return Z

    def __repr__(self) -> str:
        """Return the sizes and the activation."""
        return f"Dense({self.W.shape[0]} → {self.W.shape[1]}, {self.activation!r})"


@dataclass(frozen=True, eq=False)
class LayerPass:
    """What one layer took in and gave out.

    Attributes
    ----------
    A_prev : array, shape (n, d_prev)
        The activation of the layer before; for the first layer the inputs X.
    Z : array, shape (n, d)
        The pre-activation.
    A : array, shape (n, d)
        The activation.

    Examples
    --------
    >>> import nnbook as nn
    >>> network = nn.Network([nn.Dense([[2.0]], [1.0], nn.relu)])
    >>> seen = network.forward([[-3.0]]).layers[0]
    >>> seen.A_prev, seen.Z, seen.A
    (array([[-3.]]), array([[-5.]]), array([[0.]]))
    """

    A_prev: Array
    Z: Array
    A: Array


@dataclass(frozen=True, eq=False)
class ForwardPass:
    """What every layer took in and gave out, parallel to ``network.layers``.

    Attributes
    ----------
    layers : tuple of LayerPass
        From the first layer to the last.

    Examples
    --------
    >>> import nnbook as nn
    >>> network = nn.Network.create([4, 3, 2], hidden=nn.tanh, output=nn.softmax, rng=0)
    >>> step = network.forward([[1.0, 0.0, 0.0, 0.0]])
    >>> len(step.layers), step.output.shape
    (2, (1, 2))
    """

    layers: tuple[LayerPass, ...]

    @property
    def output(self) -> Array:
        """The output Y of the network, shape (n, d_L)."""
        return self.layers[-1].A


def propagate(layers: Iterable[Dense], X: Array) -> ForwardPass:
    """Run forward propagation, layer after layer, without any check of ``X``.

    Parameters
    ----------
    layers : iterable of Dense
        The layers from the first to the last.
    X : array, shape (n, d_0)
        Inputs, one example a row. Complex numbers are allowed.

    Returns
    -------
    ForwardPass

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.network.propagate([nn.Dense([[2.0]], [1.0], nn.identity)], np.array([[3.0]])).output
    array([[7.]])
    """
    passes = []
    A = X
    for layer in layers:
        Z = layer.pre_activation(A)
        passes.append(LayerPass(A, Z, layer.activation(Z)))
        A = passes[-1].A
    return ForwardPass(tuple(passes))


class Network:
    """A feedforward network: dense layers, each of which feeds the next.

    Parameters
    ----------
    layers : sequence of Dense
        At least one; every layer takes in as many values as the one before gives out, and all have one dtype.

    Raises
    ------
    TypeError
        If an item is no Dense layer.
    ValueError
        If there is no layer, or sizes or dtypes do not fit together.

    Examples
    --------
    >>> import nnbook as nn
    >>> nn.Network.create([64, 32, 10], hidden=nn.relu, output=nn.softmax, rng=0)
    Network(64 → 32 relu → 10 softmax, 2410 parameters, float64)
    """

    def __init__(self, layers: Sequence[Dense]) -> None:
        self.layers: tuple[Dense, ...] = tuple(_checks.as_items(layers, "layers", "Dense layers"))
        if not self.layers:
            raise ValueError("layers must hold at least one Dense layer, got none")
        for position, layer in enumerate(self.layers):
            _checks.instance_of(layer, Dense, f"layers[{position}]")
        for position, (before, layer) in enumerate(zip(self.layers, self.layers[1:]), start=1):
            if layer.W.shape[0] != before.W.shape[1]:
                raise ValueError(
                    f"layers[{position}] must take in {before.W.shape[1]} values, got W of shape {layer.W.shape}"
                )
            if layer.W.dtype != before.W.dtype:
                raise ValueError(f"layers[{position}] must have dtype {before.W.dtype}, got {layer.W.dtype}")

    @classmethod
    def create(
        cls,
        sizes: Sequence[int],
        *,
        hidden: Activation,
        output: Activation,
        rng: np.random.Generator | int,
        initializer: initializers.Initializer | None = None,
        dtype: npt.DTypeLike = np.float64,
    ) -> Self:
        """Return a network with random weights and zero biases.

        Parameters
        ----------
        sizes : sequence of int
            The widths d_0, …, d_L, inputs first.
        hidden, output : Activation
            The activation of every hidden layer, and that of the last layer.
        rng : numpy.random.Generator or int
            Generator or seed of the weights.
        initializer : callable, optional
            A function of fan-in, fan-out and generator; by default He's normal for layers with (leaky) relu, else
            Glorot's uniform.
        dtype : dtype
            float64 or float32.

        Returns
        -------
        Network

        Raises
        ------
        TypeError, ValueError
            If an argument is not of the kind stated.
        """
        widths = _checks.as_sizes(sizes, "sizes")
        _checks.instance_of(hidden, Activation, "hidden")
        _checks.instance_of(output, Activation, "output")
        generator = _checks.as_generator(rng)
        dtype = _checks.as_float_dtype(dtype, "dtype")
        if initializer is not None:
            _checks.as_callable(initializer, "initializer")
        activations = [hidden] * (len(widths) - 2) + [output]
        layers = []
        for fan_in, fan_out, activation in zip(widths, widths[1:], activations):
            draw = initializer or _default_initializer(activation)
            W = _checks.as_real(draw(fan_in, fan_out, generator), "the initializer's W", dtype)
            if W.shape != (fan_in, fan_out):
                raise ValueError(f"the initializer's W must have shape {(fan_in, fan_out)}, got {W.shape}")
            layers.append(Dense(W, np.zeros(fan_out, dtype), activation))
        return cls(layers)

    @property
    def sizes(self) -> list[int]:
        """The widths d_0, …, d_L."""
        return [self.layers[0].W.shape[0], *(layer.W.shape[1] for layer in self.layers)]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of all parameters."""
        return self.layers[0].W.dtype

    @property
    def parameters(self) -> list[Array]:
        """The arrays W, b of the first layer, W, b of the second, and so on: the arrays themselves, not copies."""
        return [array for layer in self.layers for array in (layer.W, layer.b)]

    def forward(self, X: Array) -> ForwardPass:
        """Run forward propagation and keep what every layer took in and gave out.

        Implements :eq:`eq-forward-batch`.

        Parameters
        ----------
        X : array, shape (n, d_0)
            Inputs, one example a row; they are converted to the dtype of the network.

        Returns
        -------
        ForwardPass

        Raises
        ------
        TypeError
            If X holds no real numbers.
        ValueError
            If X has another shape, is empty or is not finite.
        """
        return propagate(self.layers, self.as_inputs(X))

    def predict(self, X: Array) -> Array:
        """Return the outputs Y of shape (n, d_L), without keeping what lies between; else like `forward`."""
        A = self.as_inputs(X)
        for layer in self.layers:
            A = layer.activation(layer.pre_activation(A))
        return A

    def predict_classes(self, X: Array) -> npt.NDArray[np.int64]:
        """Return the class of each example, shape (n,): the largest output, or y > ½ where there is only one output."""
        Y = self.predict(X)
        classes = Y.argmax(axis=1) if Y.shape[1] > 1 else Y[:, 0] > 0.5
        return classes.astype(np.int64)

    def evaluate(self, X: Array, T: Array, *, loss: Loss) -> float:
        """Return the loss on inputs ``X`` and targets ``T``, the mean over the examples.

        Parameters
        ----------
        X : array, shape (n, d_0)
            Inputs.
        T : array, shape (n, d_L), or n class indices
            Targets.
        loss : Loss
            The loss.

        Returns
        -------
        float

        Raises
        ------
        TypeError, ValueError
            If the data do not fit the network or the loss.
        """
        _checks.instance_of(loss, Loss, "loss")
        X = self.as_inputs(X)
        T = self.as_targets(T, X.shape[0])
        last = propagate(self.layers, X).layers[-1]
        return float(loss.at_output(self.layers[-1].activation, last.Z, last.A, T))

    def as_inputs(self, X: object) -> Array:
        """Return ``X`` as a finite matrix of shape (n, d_0) in the dtype of the network, or raise."""
        return _checks.as_matrix(X, "X", self.layers[0].W.shape[0], self.dtype)

    def as_targets(self, T: object, n: int) -> Array:
        """Return ``T`` as a finite matrix of shape (n, d_L) in the dtype of the network, or raise."""
        return _checks.as_targets(T, "T", n, self.layers[-1].W.shape[1], self.dtype)

    def copy(self) -> Self:
        """Return a network with copies of all parameters and the same activations."""
        return type(self)([Dense(layer.W, layer.b, layer.activation) for layer in self.layers])

    def astype(self, dtype: npt.DTypeLike) -> Self:
        """Return a copy with parameters of ``dtype``, float32 or float64."""
        dtype = _checks.as_float_dtype(dtype, "dtype")
        return type(self)([Dense(a.W.astype(dtype), a.b.astype(dtype), a.activation) for a in self.layers])

    def save(self, path: PathLike) -> None:
        """Write the network to a file, which appears complete or not at all.

        Parameters
        ----------
        path : str or path
            The file, by custom ``….npz``, since ``numpy.load`` can open it; an older one is replaced.

        Raises
        ------
        TypeError, ValueError
            If a parameter is complex or not finite; an older file stays as it was.
        OSError
            If the file cannot be written.
        """
        about = {"activations": [describe_activation(layer.activation) for layer in self.layers]}
        write_arrays(path, "network", about, dict(zip(_parameter_names(len(self.layers)), self.parameters)))

    @classmethod
    def load(cls, path: PathLike, *, activations: Sequence[Activation] = ()) -> Self:
        """Return the network that `save` wrote. A file can hold no code, so none is run.

        Parameters
        ----------
        path : str or path
            The file.
        activations : sequence of Activation
            The activations that are not of this library; they are found by name.

        Returns
        -------
        Network

        Raises
        ------
        TypeError
            If ``activations`` holds anything else.
        ValueError
            If the file is damaged, truncated or none of a network, or an activation is missing or named twice.
        OSError
            If there is no such file, or it cannot be read.
        """
        custom = _checks.as_items(activations, "activations", "Activation objects")
        for position, activation in enumerate(custom):
            _checks.instance_of(activation, Activation, f"activations[{position}]")
        about, arrays = read_arrays(path, "network")
        try:
            return cls(_stored_layers(about, arrays, custom))
        except ValueError as error:
            raise ValueError(f"{path} must give a network, got one that cannot be built: {error}") from None

    def __repr__(self) -> str:
        """Return the sizes, the activations and the number of parameters."""
        chain = " → ".join([str(self.sizes[0]), *(f"{layer.W.shape[1]} {layer.activation!r}" for layer in self.layers)])
        return f"Network({chain}, {sum(p.size for p in self.parameters)} parameters, {self.dtype})"


def _parameter(value: object, name: str, dtype: npt.DTypeLike | None = None) -> Array:
    """Return a copy as a finite array of ``dtype``; complex numbers are let through, for complex steps.

    Without the copy, training in place would change the caller's array, or two layers made from one array.
    """
    array = _checks.as_numeric(value, name)
    if array.dtype.kind == "c" or (dtype is not None and np.dtype(dtype).kind == "c"):
        return array.copy()
    return _checks.as_real(array, name, dtype).copy()


def _parameter_names(layers: int) -> list[str]:
    return [f"layers.{number}.{letter}" for number in range(layers) for letter in "Wb"]


def _stored_layers(about: dict[str, Any], arrays: dict[str, Array], custom: Sequence[Activation]) -> list[Dense]:
    """Return the layers that a file describes."""
    descriptions = about.get("activations")
    if not isinstance(descriptions, list) or len(about) != 1:
        raise ValueError(f"it must be described by a list of activations alone, got {sorted(about)}")
    names = _parameter_names(len(descriptions))
    check_names(arrays, names)
    dtypes = sorted({str(array.dtype) for array in arrays.values()})
    if len(dtypes) > 1:
        raise ValueError(f"its arrays must have one dtype, got {dtypes}")
    ordered = [arrays[name] for name in names]
    return [
        Dense(W, b, find_activation(description, custom))
        for W, b, description in zip(ordered[::2], ordered[1::2], descriptions)
    ]


def _default_initializer(activation: Activation) -> Callable[[int, int, np.random.Generator], Array]:
    return initializers.he_normal if isinstance(activation, ReLU | LeakyReLU) else initializers.glorot_uniform
