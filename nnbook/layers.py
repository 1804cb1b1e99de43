"""The boxes of a computational graph as objects: each runs forward, then once backward.

`backprop` does the same for a whole network in one go. Here every box stands alone, keeps what its derivative needs and
gives the gradient back when it is asked; chained, the boxes give the gradients of `backprop`.
"""

from abc import ABC, abstractmethod
from typing import Any

from nnbook import _checks
from nnbook._checks import Array
from nnbook.activations import Activation, identity
from nnbook.backprop import bias_gradient, hidden_error, weight_gradient
from nnbook.losses import PairedLoss, binary_cross_entropy, cross_entropy


class _Box:
    """What all boxes share: the values of one forward pass, which one backward pass uses up.

    The arrays are copied, so that a later change in place, of an input or of a weight, cannot reach the gradient.
    """

    def __init__(self) -> None:
        self._kept: tuple[Array, ...] | None = None
        self._came_back = False

    def _forget(self) -> None:
        self._kept, self._came_back = None, False

    def _keep(self, *arrays: Array) -> None:
        self._kept = tuple(array.copy() for array in arrays)

    def _recall(self) -> tuple[Array, ...]:
        if self._kept is None:
            got = "a second backward after the same forward" if self._came_back else "backward without a forward"
            raise RuntimeError(f"{type(self).__name__}.backward must come once after each forward, got {got}")
        return self._kept

    def _use_up(self) -> None:
        self._kept, self._came_back = None, True


class Layer(_Box, ABC):
    """A box with one input and one output, both matrices with one example a row.

    A subclass says what it computes (`_output`) and how a gradient goes back through it (`_input_gradient`).
    """

    def forward(self, X: Array) -> Array:
        """Return the output and keep what `backward` needs.

        Parameters
        ----------
        X : array, shape (n, d_in)
            What the layer takes in, one example a row.

        Returns
        -------
        array, shape (n, d_out)

        Raises
        ------
        TypeError
            If X holds no numbers.
        ValueError
            If X has another shape.
        """
        self._forget()
        X = _checks.as_numeric(X, "X")
        width = self._width()
        if X.ndim != 2 or X.size == 0 or (width is not None and X.shape[1] != width):
            raise ValueError(f"X must have shape (n, {width or 'd'}) with n ≥ 1, got {X.shape}")
        output = self._output(X)
        self._keep(X, *self._parameters())
        self._output_shape = output.shape
        return output

    def backward(self, dY: Array) -> Array:
        """Return the gradient with respect to the input of the last `forward`, from that of its output.

        Parameters
        ----------
        dY : array, shape (n, d_out)
            ∂E/∂Y; it includes the factor 1/n.

        Returns
        -------
        array, shape (n, d_in)
            ∂E/∂X.

        Raises
        ------
        RuntimeError
            Before a forward pass, or a second time after the same one.
        TypeError, ValueError
            If dY holds no numbers or has another shape than the output; the right one may follow.
        """
        X, *parameters = self._recall()
        dY = _checks.as_numeric(dY, "dY")
        if dY.shape != self._output_shape:
            raise ValueError(f"dY must have the shape of the output, {self._output_shape}, got {dY.shape}")
        dX = self._input_gradient(dY, X, *parameters)
        self._use_up()
        return dX

    def _width(self) -> int | None:
        """Return how many values the layer takes in, or None if any number will do."""
        return None

    def _parameters(self) -> tuple[Array, ...]:
        """Return the parameters on which the gradient of the input depends."""
        return ()

    @abstractmethod
    def _output(self, X: Array) -> Array: ...

    @abstractmethod
    def _input_gradient(self, dY: Array, X: Array, *parameters: Array) -> Array: ...


class MatMul(Layer):
    """The product Y = X W, with weights W.

    Implements :eq:`eq-layers-product`.

    Parameters
    ----------
    W : array, shape (d_prev, d)
        Weights. The layer keeps a copy, ``W``, which may be changed in place.

    Raises
    ------
    TypeError
        If W holds no numbers.
    ValueError
        If W is not a matrix, or is empty.

    Examples
    --------
    >>> import nnbook as nn
    >>> layer = nn.MatMul([[1.0], [2.0]])
    >>> layer.forward([[3.0, 4.0]])
    array([[11.]])
    >>> layer.backward([[1.0]]), layer.dW
    (array([[1., 2.]]), array([[3.],
           [4.]]))
    """

    def __init__(self, W: Array) -> None:
        super().__init__()
        self.W = _checks.as_numeric(W, "W").copy()
        if self.W.ndim != 2 or self.W.size == 0:
            raise ValueError(f"W must have shape (d_prev, d) with both sizes at least 1, got {self.W.shape}")
        self._dW: Array | None = None

    @property
    def dW(self) -> Array:  # noqa: N802 - the name of the mathematics
        """∂E/∂W of the last backward pass, of the shape of W; a RuntimeError before there is one for this forward."""
        return self._gradient(self._dW, "dW")

    def _gradient(self, value: Array | None, name: str) -> Array:
        if value is None:
            raise RuntimeError(
                f"{type(self).__name__}.{name} must be read after backward, got none since the last forward"
            )
        return value

    def _forget(self) -> None:
        super()._forget()
        self._dW = None

    def _width(self) -> int:
        return int(self.W.shape[0])

    def _parameters(self) -> tuple[Array, ...]:
        return (self.W,)

    def _output(self, X: Array) -> Array:
        Y: Array = X @ self.W
        return Y

    def _input_gradient(self, dY: Array, X: Array, *parameters: Array) -> Array:
        self._dW = weight_gradient(X, dY)
        # An activation is a box of its own here, so nothing but the weights lies between dY and the input.
        return hidden_error(dY, parameters[0], identity, X)

    def __repr__(self) -> str:
        """Return the sizes."""
        return f"{type(self).__name__}({self.W.shape[0]} → {self.W.shape[1]})"


class Affine(MatMul):
    """The affine map Z = X W + b, a dense layer without its activation.

    Implements :eq:`eq-layers-affine` and :eq:`eq-layers-bias`.

    Parameters
    ----------
    W : array, shape (d_prev, d)
        Weights. The layer keeps copies, ``W`` and ``b``, which may be changed in place.
    b : array, shape (d,)
        Biases.

    Raises
    ------
    TypeError
        If W or b hold no numbers.
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> import nnbook as nn
    >>> layer = nn.Affine([[1.0], [2.0]], [0.5])
    >>> layer.forward([[3.0, 4.0], [0.0, 0.0]])
    array([[11.5],
           [ 0.5]])
    >>> dX = layer.backward([[1.0], [1.0]])
    >>> layer.db
    array([2.])
    """

    def __init__(self, W: Array, b: Array) -> None:
        super().__init__(W)
        self.b = _checks.as_numeric(b, "b").copy()
        if self.b.shape != self.W.shape[1:]:
            raise ValueError(f"b must have shape {self.W.shape[1:]}, one bias for each column of W, got {self.b.shape}")
        self._db: Array | None = None

    @property
    def db(self) -> Array:
        """∂E/∂b of the last backward pass, of the shape of b; a RuntimeError before there is one for this forward."""
        return self._gradient(self._db, "db")

    def _forget(self) -> None:
        super()._forget()
        self._db = None

    def _output(self, X: Array) -> Array:
        Z: Array = super()._output(X) + self.b
        return Z

    def _input_gradient(self, dY: Array, X: Array, *parameters: Array) -> Array:
        self._db = bias_gradient(dY)
        return super()._input_gradient(dY, X, *parameters)


class ActivationLayer(Layer):
    """An activation function as a layer.

    Implements :eq:`eq-layers-activation`, :eq:`eq-layers-sigmoid` and :eq:`eq-layers-softmax`.

    Parameters
    ----------
    activation : Activation
        The function f; softmax too.

    Raises
    ------
    TypeError
        If ``activation`` is not an Activation.

    Examples
    --------
    >>> import nnbook as nn
    >>> layer = nn.ActivationLayer(nn.relu)
    >>> layer.forward([[-1.0, 2.0]])
    array([[0., 2.]])
    >>> layer.backward([[5.0, 5.0]])
    array([[0., 5.]])
    """

    def __init__(self, activation: Activation) -> None:
        super().__init__()
        _checks.instance_of(activation, Activation, "activation")
        self.activation = activation

    def _output(self, X: Array) -> Array:
        return self.activation(X)

    def _input_gradient(self, dY: Array, X: Array, *parameters: Array) -> Array:  # noqa: ARG002 - it has no parameters
        return self.activation.vjp(X, dY)

    def __repr__(self) -> str:
        """Return the name of the activation."""
        return f"ActivationLayer({self.activation!r})"


class _WithLoss(_Box):
    """An output activation and the loss that pairs with it, as one last box."""

    loss: PairedLoss

    def forward(self, Z: Array, T: Array) -> Any:
        """Return the loss and keep what `backward` needs.

        Parameters
        ----------
        Z : array, shape (n, d)
            Pre-activations.
        T : array, shape (n, d), or n class indices
            Targets.

        Returns
        -------
        scalar
            The mean over the batch.

        Raises
        ------
        TypeError, ValueError
            If Z or T hold no numbers, the shapes differ or the targets do not suit the loss.
        """
        self._forget()
        Z = _checks.as_numeric(Z, "Z")
        if Z.ndim != 2 or Z.size == 0:
            raise ValueError(f"Z must have shape (n, d) with n, d ≥ 1, got {Z.shape}")
        T = _checks.as_targets(T, "T", Z.shape[0], Z.shape[1], Z.real.dtype)
        value = self.loss.value_from_logits(Z, T)
        self._keep(Z, T)
        return value

    def backward(self) -> Array:
        """Return ∂E/∂Z of the last `forward`, of shape (n, d); it includes the factor 1/n.

        Raises
        ------
        RuntimeError
            Before a forward pass, or a second time after the same one.
        """
        Z, T = self._recall()
        dZ = self.loss.gradient_from_logits(Z, T)
        self._use_up()
        return dZ

    def __repr__(self) -> str:
        """Return the class."""
        return f"{type(self).__name__}()"


class SoftmaxWithLoss(_WithLoss):
    """Softmax and cross entropy in one box, which is stable and has the simple gradient (Y − T) / n.

    Implements :eq:`eq-layers-fused`.

    Examples
    --------
    >>> import nnbook as nn
    >>> layer = nn.SoftmaxWithLoss()
    >>> float(layer.forward([[0.0, 0.0]], [0])), layer.backward()
    (0.6931471805599453, array([[-0.5,  0.5]]))
    """

    loss = cross_entropy


class SigmoidWithLoss(_WithLoss):
    """Sigmoid and binary cross entropy in one box, which is stable and has the simple gradient (Y − T) / n.

    Implements :eq:`eq-layers-fused`.

    Examples
    --------
    >>> import nnbook as nn
    >>> layer = nn.SigmoidWithLoss()
    >>> float(layer.forward([[0.0]], [[1.0]])), layer.backward()
    (0.6931471805599453, array([[-0.5]]))
    """

    loss = binary_cross_entropy
