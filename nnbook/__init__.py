"""Neural networks in matrix form: forward propagation, backpropagation and training in NumPy."""

from nnbook import initializers, schedules
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
from nnbook.history import History
from nnbook.layers import ActivationLayer, Affine, Layer, MatMul, SigmoidWithLoss, SoftmaxWithLoss
from nnbook.losses import Loss, binary_cross_entropy, cross_entropy, squared_error
from nnbook.metrics import accuracy, confusion_matrix
from nnbook.mnist import load_idx, load_mnist, read_idx
from nnbook.network import Dense, ForwardPass, LayerPass, Network
from nnbook.optimizer_base import Optimizer, OptimizerState
from nnbook.optimizers import SGD, Adam, DescentPath, Momentum, Nesterov, RMSProp, gradient_descent
from nnbook.training import DivergenceError, fit

__version__ = "0.1.0"

__all__ = [
    "SGD",
    "Activation",
    "ActivationLayer",
    "Adam",
    "Affine",
    "Dataset",
    "Dense",
    "DescentPath",
    "DivergenceError",
    "ElementwiseActivation",
    "ForwardPass",
    "GradientReport",
    "Gradients",
    "History",
    "Layer",
    "LayerGradients",
    "LayerPass",
    "LeakyReLU",
    "Loss",
    "MatMul",
    "Momentum",
    "Nesterov",
    "Network",
    "Optimizer",
    "OptimizerState",
    "ParameterCheck",
    "RMSProp",
    "SigmoidWithLoss",
    "SoftmaxWithLoss",
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
    "load_idx",
    "load_mnist",
    "log_softmax",
    "make_spiral",
    "make_xor",
    "numerical_gradient",
    "output_error",
    "read_idx",
    "relu",
    "schedules",
    "sigmoid",
    "softmax",
    "softplus",
    "squared_error",
    "tanh",
    "weight_gradient",
    "weight_penalty",
]
