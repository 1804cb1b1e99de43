"""Neural networks in matrix form: forward propagation, backpropagation and training in NumPy."""

from nnbook import initializers
from nnbook.activations import (
    Activation,
    ElementwiseActivation,
    LeakyReLU,
    identity,
    leaky_relu,
    log_softmax,
    relu,
    sigmoid,
    softmax,
    softplus,
    tanh,
)
from nnbook.backprop import (
    Gradients,
    LayerGradients,
    backprop,
    bias_gradient,
    hidden_error,
    output_error,
    weight_gradient,
    weight_penalty,
)
from nnbook.datasets import Dataset, load_digits, make_spiral, make_xor
from nnbook.gradient_check import GradientReport, ParameterCheck, check_gradients, numerical_gradient
from nnbook.losses import Loss, binary_cross_entropy, cross_entropy, squared_error
from nnbook.metrics import accuracy, confusion_matrix
from nnbook.network import Dense, ForwardPass, LayerPass, Network
from nnbook.optimizers import SGD, DescentPath, gradient_descent
from nnbook.training import DivergenceError, History, fit

__version__ = "0.1.0"

__all__ = [
    "SGD",
    "Activation",
    "Dataset",
    "Dense",
    "DescentPath",
    "DivergenceError",
    "ElementwiseActivation",
    "ForwardPass",
    "GradientReport",
    "Gradients",
    "History",
    "LayerGradients",
    "LayerPass",
    "LeakyReLU",
    "Loss",
    "Network",
    "ParameterCheck",
    "accuracy",
    "backprop",
    "bias_gradient",
    "binary_cross_entropy",
    "check_gradients",
    "confusion_matrix",
    "cross_entropy",
    "fit",
    "gradient_descent",
    "hidden_error",
    "identity",
    "initializers",
    "leaky_relu",
    "load_digits",
    "log_softmax",
    "make_spiral",
    "make_xor",
    "numerical_gradient",
    "output_error",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "squared_error",
    "tanh",
    "weight_gradient",
    "weight_penalty",
]
