"""One table over every public function and its arguments: what is refused, how, and that nothing has changed then."""

import inspect
import re
import types
from fractions import Fraction

import numpy as np
import pytest

import nnbook as nn
from nnbook import initializers, schedules, storage


class OwnObject:
    pass


NOT_NUMBERS = {
    "object": ([[OwnObject(), 1.0]], TypeError),
    "None": (None, TypeError),
    "text": ("abc", TypeError),
    "array of text": ([["1", "2"]], TypeError),
    "ragged": ([[1.0, 2.0], [1.0]], ValueError),
}
NOT_FINITE = {
    "complex": (np.full((3, 2), 1j), TypeError),
    "NaN": (np.full((3, 2), np.nan), ValueError),
    "infinity": (np.full((3, 2), np.inf), ValueError),
}
OTHER_SHAPES = {
    "scalar": (1.0, ValueError),
    "1-D": (np.ones(2), ValueError),
    "3-D": (np.ones((3, 2, 1)), ValueError),
}
EMPTY = {"empty batch": (np.ones((0, 2)), ValueError), "no columns": (np.ones((3, 0)), ValueError)}
NOT_A_NUMBER = {
    "None": (None, TypeError),
    "text": ("0.1", TypeError),
    "bytes": (b"0.1", TypeError),
    "bool": (True, TypeError),
    "NumPy's bool": (np.True_, TypeError),
    "complex": (0.1j, TypeError),
    "list": ([0.1], TypeError),
    "array": (np.array(0.1), TypeError),
    "NaN": (np.nan, ValueError),
    "infinity": (np.inf, ValueError),
    "too large": (10**400, ValueError),
    "negative": (-0.1, ValueError),
}
NOT_OF_A_CLASS = {
    "None": (None, TypeError),
    "text": ("x", TypeError),
    "number": (1, TypeError),
    "class": (int, TypeError),
}

# For each kind of argument: bad values by name, each with the exact type of the error.
KINDS = {
    # Data of three rows and two columns.
    "matrix": {
        **NOT_NUMBERS,
        **NOT_FINITE,
        **OTHER_SHAPES,
        **EMPTY,
    },
    "inputs": {
        **NOT_NUMBERS,
        **NOT_FINITE,
        **OTHER_SHAPES,
        **EMPTY,
        "too wide": (np.ones((3, 5)), ValueError),
        "too large for float32": (np.full((3, 2), 1e39), ValueError),
    },
    "targets": {
        **NOT_NUMBERS,
        **NOT_FINITE,
        **OTHER_SHAPES,
        **EMPTY,
        "too wide": (np.ones((3, 5)), ValueError),
        "too long": (np.full((4, 2), 0.5), ValueError),
        "one row to be broadcast": (np.full((1, 2), 0.5), ValueError),
        "class too large": ([0, 1, 2], ValueError),
        "class negative": ([0, 1, -1], ValueError),
        "too many classes": ([0, 1, 1, 0], ValueError),
        "no classes": (np.zeros(0, int), ValueError),
        "classes as floats": ([0.0, 1.0, 1.0], ValueError),
    },
    "probabilities": {
        **NOT_NUMBERS,
        "1-D": (np.ones(2), ValueError),
        "too long": (np.full((4, 2), 0.5), ValueError),
        "one row to be broadcast": (np.full((1, 2), 0.5), ValueError),
        "negative": (np.array([[1.5, -0.5]] * 3), ValueError),
        "NaN": (np.full((3, 2), np.nan), ValueError),
    },
    # Arrays beneath the entry points: complex numbers, NaN and infinity pass.
    "numbers": NOT_NUMBERS,
    "kernel matrix": {**NOT_NUMBERS, **OTHER_SHAPES},
    "full kernel matrix": {**NOT_NUMBERS, **OTHER_SHAPES, **EMPTY},
    "like Z": {
        **NOT_NUMBERS,
        "one row to be broadcast": (np.ones((1, 2)), ValueError),
        "1-D": (np.ones(2), ValueError),
    },
    "scores": {**NOT_NUMBERS, "scalar": (1.0, ValueError), "no scores": (np.ones((3, 0)), ValueError)},
    "weights": {
        **NOT_NUMBERS,
        **OTHER_SHAPES,
        **EMPTY,
        "NaN": (np.full((3, 2), np.nan), ValueError),
        "infinity": (np.full((3, 2), np.inf), ValueError),
    },
    "biases": {
        **NOT_NUMBERS,
        "scalar": (1.0, ValueError),
        "2-D": (np.ones((2, 1)), ValueError),
        "too long": (np.ones(5), ValueError),
        "NaN": (np.full(2, np.nan), ValueError),
    },
    "point": {**NOT_NUMBERS, **NOT_FINITE},
    "labels": {
        "None": (None, TypeError),
        "text": (["a", "b", "c"], TypeError),
        "floats": ([0.0, 1.0, 1.0], TypeError),
        "bools": ([True, False, True], TypeError),
        "ragged": ([[0], [0, 1], [0]], ValueError),
        "2-D": ([[0], [1], [1]], ValueError),
        "too few": ([0, 1], ValueError),
        "none": ([], ValueError),
        "negative": ([0, 1, -1], ValueError),
    },
    "rows": {
        "None": (None, TypeError),
        "floats": ([0.5], TypeError),
        "text": ("ab", TypeError),
        "beyond": ([3], ValueError),
        "ragged": ([[0], [0, 1]], ValueError),
        "none": ([], ValueError),
        "mask too long": ([True] * 4, ValueError),
    },
    "number at least 0": NOT_A_NUMBER,
    "number above 0": {**NOT_A_NUMBER, "zero": (0, ValueError)},
    "rate": {**NOT_A_NUMBER, "zero": (0, ValueError), "schedule of text": (lambda _: "0.1", TypeError)},
    "number in [0, 1)": {**NOT_A_NUMBER, "one": (1, ValueError)},
    "number in (0, 1)": {**NOT_A_NUMBER, "zero": (0, ValueError), "one": (1.0, ValueError)},
    "count": {
        "None": (None, TypeError),
        "text": ("3", TypeError),
        "float": (3.0, TypeError),
        "bool": (True, TypeError),
        "fraction": (Fraction(3), TypeError),
        "list": ([3], TypeError),
        "zero": (0, ValueError),
        "negative": (-1, ValueError),
    },
    "count at least 2": {"one": (1, ValueError), "float": (2.0, TypeError)},
    "sizes": {
        "None": (None, TypeError),
        "number": (3, TypeError),
        "text": ("23", TypeError),
        "one": ([3], ValueError),
        "zero": ([3, 0], ValueError),
        "float": ([3, 2.0], TypeError),
        "scalar array": (np.array(3), TypeError),
    },
    "pixels": {
        "number": (2, TypeError),
        "floats": ((1.0, 2.0), TypeError),
        "negative": ((-1, -2), ValueError),
        "3": ((1, 2, 1), ValueError),
    },
    "fractions": {
        "None": (None, TypeError),
        "number": (0.5, TypeError),
        "text": ("ab", TypeError),
        "sum": ([0.5, 0.6], ValueError),
        "negative": ([1.5, -0.5], ValueError),
        "none": ([], ValueError),
        "NaN": ([np.nan, 0.5], ValueError),
        "empty part": ([0.999, 0.001], ValueError),
    },
    "rng": {
        "None": (None, TypeError),
        "text": ("0", TypeError),
        "float": (0.0, TypeError),
        "bool": (True, TypeError),
        "the old generator": (np.random.RandomState(0), TypeError),
        "negative": (-1, ValueError),
    },
    "dtype": {
        "None": (None, TypeError),
        "text": ("no dtype", TypeError),
        "int": (int, TypeError),
        "complex": (complex, TypeError),
        "half": (np.float16, TypeError),
        "swapped bytes": (np.dtype(np.float64).newbyteorder(), TypeError),
    },
    "class": NOT_OF_A_CLASS,
    "callable": {"None": (None, TypeError), "text": ("x", TypeError), "number": (1, TypeError)},
    "optional callable": {"text": ("x", TypeError), "number": (1, TypeError)},
    "layers": {
        **NOT_OF_A_CLASS,
        "none": ([], ValueError),
        "numbers": ([1, 2], TypeError),
        "no fit": ([nn.Dense([[1.0]], [0.0], nn.relu), nn.Dense([[1.0], [1.0]], [0.0], nn.relu)], ValueError),
    },
    "arrays": {
        "number": (1, TypeError),
        "text": ("x", TypeError),
        "too few": ([np.ones((2, 2))], ValueError),
        "wrong shapes": ([np.ones((2, 3))] * 4, ValueError),
        "NaN": ([np.full((2, 3), np.nan)] * 4, ValueError),
        "objects": ([None] * 4, TypeError),
    },
    "method": {"text": ("forward", ValueError), "None": (None, ValueError), "number": (1, ValueError)},
    "yes or no": {"text": ("yes", TypeError), "number": (2, TypeError)},
    "path": {"None": (None, TypeError), "number": (5, TypeError)},
}

ACTIVATIONS = ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus"]


def network():
    return nn.Network.create([2, 3, 2], hidden=nn.tanh, output=nn.softmax, rng=0, dtype=np.float32)


def data():
    return nn.Dataset([[0.0, 1.0], [1.0, 0.0], [1.0, 2.0]], np.eye(2)[[0, 1, 1]], [0, 1, 1])


X, Z, T = (
    np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 2.0]]),
    np.array([[0.5, -1.0], [2.0, 1.0], [0.0, 3.0]]),
    np.eye(2)[[0, 1, 1]],
)


def gradients():
    return nn.backprop(network(), X, T, loss=nn.cross_entropy)


def after_forward(layer):
    layer.forward(X)
    return layer


# Name, function, good arguments, and the kinds of those that are to be spoiled one by one.
TABLE = [
    *(
        (name, type(f).__call__, lambda f=f: {"self": f, "Z": Z}, {"Z": "numbers"})
        for name in ACTIVATIONS
        for f in [getattr(nn, name)]
    ),
    *(
        (f"{name}.derivative", type(f).derivative, lambda f=f: {"self": f, "Z": Z}, {"Z": "numbers"})
        for name in ACTIVATIONS
        for f in [getattr(nn, name)]
    ),
    *(
        (f"{name}.vjp", type(f).vjp, lambda f=f: {"self": f, "Z": Z, "dA": X}, {"Z": "numbers", "dA": "like Z"})
        for name in ACTIVATIONS
        for f in [getattr(nn, name)]
    ),
    ("softmax", type(nn.softmax).__call__, lambda: {"self": nn.softmax, "Z": Z}, {"Z": "scores"}),
    ("softmax.jacobian", type(nn.softmax).jacobian, lambda: {"self": nn.softmax, "Z": Z}, {"Z": "scores"}),
    (
        "softmax.vjp",
        type(nn.softmax).vjp,
        lambda: {"self": nn.softmax, "Z": Z, "dA": X},
        {"Z": "scores", "dA": "like Z"},
    ),
    ("log_softmax", nn.log_softmax, lambda: {"Z": Z}, {"Z": "scores"}),
    ("LeakyReLU", nn.LeakyReLU, lambda: {"slope": 0.1}, {"slope": "number in [0, 1)"}),
    (
        "squared_error",
        type(nn.squared_error).__call__,
        lambda: {"self": nn.squared_error, "Y": Z, "T": T},
        {"Y": "full kernel matrix", "T": "like Z"},
    ),
    (
        "squared_error.gradient",
        type(nn.squared_error).gradient,
        lambda: {"self": nn.squared_error, "Y": Z, "T": T},
        {"Y": "full kernel matrix", "T": "like Z"},
    ),
    *(
        row
        for name in ("cross_entropy", "binary_cross_entropy")
        for loss in [getattr(nn, name)]
        for row in [
            (
                name,
                type(loss).__call__,
                lambda loss=loss: {"self": loss, "Y": T, "T": T},
                {"Y": "full kernel matrix", "T": "probabilities"},
            ),
            (
                f"{name}.gradient",
                type(loss).gradient,
                lambda loss=loss: {"self": loss, "Y": T, "T": T},
                {"Y": "full kernel matrix", "T": "probabilities"},
            ),
            (
                f"{name}.value_from_logits",
                type(loss).value_from_logits,
                lambda loss=loss: {"self": loss, "Z": Z, "T": T},
                {"Z": "full kernel matrix", "T": "probabilities"},
            ),
            (
                f"{name}.gradient_from_logits",
                type(loss).gradient_from_logits,
                lambda loss=loss: {"self": loss, "Z": Z, "T": T},
                {"Z": "full kernel matrix", "T": "probabilities"},
            ),
            (
                f"{name}.error_signal",
                type(loss).error_signal,
                lambda loss=loss: {"self": loss, "Y": T, "T": T},
                {"Y": "full kernel matrix", "T": "like Z"},
            ),
        ]
    ),
    (
        "initializers.zeros",
        initializers.zeros,
        lambda: {"fan_in": 2, "fan_out": 3, "rng": 0},
        {"fan_in": "count", "fan_out": "count"},
    ),
    *(
        (
            f"initializers.{f.__name__}",
            f,
            lambda: {"fan_in": 2, "fan_out": 3, "rng": np.random.default_rng(0)},
            {"fan_in": "count", "fan_out": "count", "rng": "rng"},
        )
        for f in (initializers.glorot_normal, initializers.glorot_uniform, initializers.he_normal)
    ),
    ("initializers.normal", initializers.normal, lambda: {"scale": 0.1}, {"scale": "number at least 0"}),
    (
        "what initializers.normal returns",
        initializers.normal(0.1),
        lambda: {"fan_in": 2, "fan_out": 3, "rng": np.random.default_rng(0)},
        {"fan_in": "count", "fan_out": "count", "rng": "rng"},
    ),
    (
        "Dense",
        nn.Dense,
        lambda: {"W": np.ones((3, 2)), "b": np.zeros(2), "activation": nn.relu},
        {"W": "weights", "b": "biases", "activation": "class"},
    ),
    ("Network", nn.Network, lambda: {"layers": [nn.Dense([[1.0]], [0.0], nn.relu)]}, {"layers": "layers"}),
    (
        "Network.create",
        nn.Network.create,
        lambda: {
            "sizes": [2, 3],
            "hidden": nn.relu,
            "output": nn.softmax,
            "rng": np.random.default_rng(0),
            "initializer": None,
            "dtype": float,
        },
        {
            "sizes": "sizes",
            "hidden": "class",
            "output": "class",
            "rng": "rng",
            "initializer": "optional callable",
            "dtype": "dtype",
        },
    ),
    ("Network.forward", nn.Network.forward, lambda: {"self": network(), "X": X}, {"X": "inputs"}),
    ("Network.predict", nn.Network.predict, lambda: {"self": network(), "X": X}, {"X": "inputs"}),
    ("Network.predict_classes", nn.Network.predict_classes, lambda: {"self": network(), "X": X}, {"X": "inputs"}),
    (
        "Network.evaluate",
        nn.Network.evaluate,
        lambda: {"self": network(), "X": X, "T": T, "loss": nn.cross_entropy},
        {"X": "inputs", "T": "targets", "loss": "class"},
    ),
    ("Network.astype", nn.Network.astype, lambda: {"self": network(), "dtype": float}, {"dtype": "dtype"}),
    ("Network.save", nn.Network.save, lambda: {"self": network(), "path": "/dev/null/none"}, {"path": "path"}),
    ("Network.load", nn.Network.load, lambda: {"path": "/dev/null/none"}, {"path": "path"}),
    (
        "output_error",
        nn.output_error,
        lambda: {"loss": nn.cross_entropy, "activation": nn.softmax, "Z": Z, "T": T},
        {"loss": "class", "activation": "class", "Z": "kernel matrix", "T": "probabilities"},
    ),
    (
        "hidden_error",
        nn.hidden_error,
        lambda: {"delta_next": X, "W_next": np.ones((2, 2)), "activation": nn.relu, "Z": Z},
        {"delta_next": "kernel matrix", "W_next": "kernel matrix", "activation": "class", "Z": "like Z"},
    ),
    (
        "weight_gradient",
        nn.weight_gradient,
        lambda: {"A_prev": X, "delta": Z},
        {"A_prev": "kernel matrix", "delta": "kernel matrix"},
    ),
    ("bias_gradient", nn.bias_gradient, lambda: {"delta": Z}, {"delta": "kernel matrix"}),
    (
        "weight_penalty",
        nn.weight_penalty,
        lambda: {"network": network(), "l2": 0.1},
        {"network": "class", "l2": "number at least 0"},
    ),
    (
        "backprop",
        nn.backprop,
        lambda: {"network": network(), "X": X, "T": T, "loss": nn.cross_entropy, "l2": 0.1},
        {"network": "class", "X": "inputs", "T": "targets", "loss": "class", "l2": "number at least 0"},
    ),
    (
        "check_gradients",
        nn.check_gradients,
        lambda: {
            "network": network(),
            "X": X,
            "T": T,
            "loss": nn.cross_entropy,
            "l2": 0.1,
            "gradients": gradients().parameters,
            "tolerance": 1e-3,
        },
        {
            "network": "class",
            "X": "inputs",
            "T": "targets",
            "loss": "class",
            "l2": "number at least 0",
            "gradients": "arrays",
            "tolerance": "optional number above 0",
        },
    ),
    (
        "numerical_gradient",
        nn.numerical_gradient,
        lambda: {"f": np.sum, "x": X, "method": "complex", "h": 1e-5},
        {"f": "callable", "x": "point", "method": "method", "h": "optional number above 0"},
    ),
    (
        "Dataset",
        nn.Dataset,
        lambda: {"inputs": X, "targets": T, "labels": [0, 1, 1], "image_shape": (1, 2)},
        {"inputs": "matrix", "targets": "matrix", "labels": "optional labels", "image_shape": "pixels"},
    ),
    ("Dataset.take", nn.Dataset.take, lambda: {"self": data(), "rows": [0]}, {"rows": "rows"}),
    (
        "Dataset.split",
        nn.Dataset.split,
        lambda: {"self": data(), "fractions": [0.5, 0.5], "rng": np.random.default_rng(0)},
        {"fractions": "fractions", "rng": "rng"},
    ),
    ("load_digits", nn.load_digits, lambda: {"dtype": float}, {"dtype": "dtype"}),
    ("make_xor", nn.make_xor, dict, {}),
    (
        "make_spiral",
        nn.make_spiral,
        lambda: {"points_per_class": 3, "noise": 0.1, "rng": np.random.default_rng(0)},
        {"points_per_class": "count", "noise": "number at least 0", "rng": "rng"},
    ),
    (
        "make_spiral ",
        nn.make_spiral,
        lambda: {"points_per_class": 3, "rng": 0},
        {"points_per_class": "count at least 2"},
    ),
    (
        "accuracy",
        nn.accuracy,
        lambda: {"network": network(), "dataset": data()},
        {"network": "class", "dataset": "class"},
    ),
    (
        "confusion_matrix",
        nn.confusion_matrix,
        lambda: {"network": network(), "dataset": data()},
        {"network": "class", "dataset": "class"},
    ),
    ("SGD", nn.SGD, lambda: {"learning_rate": 0.1}, {"learning_rate": "rate"}),
    (
        "Momentum",
        nn.Momentum,
        lambda: {"learning_rate": 0.1, "momentum": 0.5},
        {"learning_rate": "rate", "momentum": "number in [0, 1)"},
    ),
    (
        "Nesterov",
        nn.Nesterov,
        lambda: {"learning_rate": 0.1, "momentum": 0.5},
        {"learning_rate": "rate", "momentum": "number in [0, 1)"},
    ),
    (
        "RMSProp",
        nn.RMSProp,
        lambda: {"learning_rate": 0.1, "decay": 0.5, "epsilon": 1e-8},
        {"learning_rate": "rate", "decay": "number in [0, 1)", "epsilon": "number above 0"},
    ),
    (
        "Adam",
        nn.Adam,
        lambda: {"learning_rate": 0.1, "beta1": 0.5, "beta2": 0.5, "epsilon": 1e-8},
        {
            "learning_rate": "rate",
            "beta1": "number in [0, 1)",
            "beta2": "number in [0, 1)",
            "epsilon": "number above 0",
        },
    ),
    *(
        (
            f"{kind.__name__}.update",
            kind.update,
            lambda kind=kind: {
                "self": kind(learning_rate=0.1),
                "network": network(),
                "gradients": gradients(),
                "epoch": 1,
            },
            {"network": "class", "gradients": "class", "epoch": "count"},
        )
        for kind in (nn.SGD, nn.Momentum, nn.Nesterov, nn.RMSProp, nn.Adam)
    ),
    (
        "gradient_descent",
        nn.gradient_descent,
        lambda: {"f": np.sum, "gradient": np.ones_like, "start": X, "learning_rate": 0.1, "steps": 2},
        {
            "f": "callable",
            "gradient": "callable",
            "start": "point",
            "learning_rate": "number above 0",
            "steps": "count",
        },
    ),
    (
        "fit",
        nn.fit,
        lambda: {
            "network": network(),
            "train": data(),
            "validation": data(),
            "loss": nn.cross_entropy,
            "optimizer": nn.SGD(0.1),
            "epochs": 1,
            "batch_size": 2,
            "rng": np.random.default_rng(0),
            "l2": 0.1,
            "patience": 1,
            "progress": False,
        },
        {
            "network": "class",
            "train": "class",
            "validation": "optional class",
            "loss": "class",
            "optimizer": "class",
            "epochs": "count",
            "batch_size": "count",
            "rng": "rng",
            "l2": "number at least 0",
            "patience": "optional count",
            "progress": "yes or no",
            "resume": "yes or no",
            "checkpoint": "optional path",
        },
    ),
    ("MatMul", nn.MatMul, lambda: {"W": np.ones((3, 2))}, {"W": "numbers"}),
    ("Affine", nn.Affine, lambda: {"W": np.ones((3, 2)), "b": np.zeros(2)}, {"W": "numbers", "b": "numbers"}),
    ("ActivationLayer", nn.ActivationLayer, lambda: {"activation": nn.relu}, {"activation": "class"}),
    *(
        row
        for make in (
            lambda: nn.MatMul(np.ones((2, 2))),
            lambda: nn.Affine(np.ones((2, 2)), np.zeros(2)),
            lambda: nn.ActivationLayer(nn.tanh),
        )
        for kind in [type(make())]
        for row in [
            (
                f"{kind.__name__}.forward",
                kind.forward,
                lambda make=make: {"self": make(), "X": X},
                {"X": "full kernel matrix"},
            ),
            (
                f"{kind.__name__}.backward",
                kind.backward,
                lambda make=make: {"self": after_forward(make()), "dY": Z},
                {"dY": "like Z"},
            ),
        ]
    ),
    (
        "SoftmaxWithLoss.forward",
        nn.SoftmaxWithLoss.forward,
        lambda: {"self": nn.SoftmaxWithLoss(), "Z": Z, "T": T},
        {"Z": "full kernel matrix", "T": "targets"},
    ),
    (
        "SigmoidWithLoss.forward",
        nn.SigmoidWithLoss.forward,
        lambda: {"self": nn.SigmoidWithLoss(), "Z": Z, "T": T},
        {"Z": "full kernel matrix", "T": "targets"},
    ),
    (
        "schedules.step_decay",
        schedules.step_decay,
        lambda: {"learning_rate": 0.1, "every": 2, "factor": 0.5},
        {"learning_rate": "number above 0", "every": "count", "factor": "number in (0, 1)"},
    ),
    (
        "schedules.exponential_decay",
        schedules.exponential_decay,
        lambda: {"learning_rate": 0.1, "factor": 0.5},
        {"learning_rate": "number above 0", "factor": "number in (0, 1)"},
    ),
    (
        "schedules.cosine",
        schedules.cosine,
        lambda: {"learning_rate": 0.1, "epochs": 3},
        {"learning_rate": "number above 0", "epochs": "count"},
    ),
    (
        "schedules.warmup",
        schedules.warmup,
        lambda: {"learning_rate": 0.1, "epochs": 3},
        {"learning_rate": "number above 0", "epochs": "count"},
    ),
    (
        "schedules.rate_at",
        schedules.rate_at,
        lambda: {"learning_rate": 0.1, "epoch": 3},
        {"learning_rate": "rate", "epoch": "count"},
    ),
    ("read_idx", nn.read_idx, lambda: {"path": "x", "limit": 5}, {"path": "path", "limit": "count"}),
    ("load_mnist", nn.load_mnist, lambda: {"folder": "x", "dtype": float}, {"folder": "path", "dtype": "dtype"}),
    (
        "load_idx",
        nn.load_idx,
        lambda: {"images": "x", "labels": "x", "classes": 10, "dtype": float},
        {"images": "path", "classes": "count", "dtype": "dtype"},
    ),
]

# Why a public name has no row of its own.
NO_ROW = {
    "Activation": "abstract",
    "ElementwiseActivation": "abstract",
    "Layer": "abstract",
    "Loss": "abstract",
    "Optimizer": "abstract",
    "ForwardPass": "a record that forward makes",
    "LayerPass": "a record that forward makes",
    "Gradients": "a record that backprop makes",
    "LayerGradients": "a record that backprop makes",
    "GradientReport": "a record that check_gradients makes",
    "ParameterCheck": "a record that check_gradients makes",
    "DescentPath": "a record that gradient_descent makes",
    "History": "a record that fit makes",
    "DivergenceError": "raised by fit",
    "OptimizerState": "a record that an optimizer makes",
    "SigmoidWithLoss": "takes no argument; its forward has a row",
    "SoftmaxWithLoss": "takes no argument; its forward has a row",
}


def kind_of(kind):
    if not kind.startswith("optional ") or kind in KINDS:
        return KINDS[kind]
    return {name: bad for name, bad in KINDS[kind.removeprefix("optional ")].items() if bad[0] is not None}


CASES = [
    pytest.param(function, good, argument, value, error, id=f"{name}-{argument}-{description}")
    for name, function, good, arguments in TABLE
    for argument, kind in arguments.items()
    for description, (value, error) in kind_of(kind).items()
]


def state(value):
    """All numbers that a value holds, and where a generator stands."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, np.random.Generator):
        return repr(value.bit_generator.state)
    if isinstance(value, (list, tuple)):
        return [state(item) for item in value]
    if isinstance(value, dict):
        return {name: state(item) for name, item in value.items()}
    if isinstance(value, nn.Network):
        return [state(value.layers), value.sizes]
    if isinstance(value, (nn.Dense, nn.Dataset, nn.Optimizer, nn.Gradients, nn.LayerGradients)):
        return {name: state(item) for name, item in vars(value).items()}
    return repr(value) if isinstance(value, (int, float, str, type(None))) else type(value).__name__


@pytest.mark.parametrize(("function", "good", "argument", "value", "error"), CASES)
def test_bad_input_is_refused_in_plain_words_and_changes_nothing(function, good, argument, value, error):
    arguments = {**good(), argument: value}
    before = state(arguments)
    with pytest.raises(error) as caught:
        function(**arguments)
    # A subclass, such as a UnicodeError for a ValueError, would come from the depths.
    assert type(caught.value) is error
    assert re.fullmatch(r".+ must .+, got .+", str(caught.value), re.DOTALL)
    assert state(arguments) == before


@pytest.mark.parametrize(("name", "function", "good"), [pytest.param(*row[:3], id=row[0]) for row in TABLE])
def test_an_unknown_keyword_is_refused_and_changes_nothing(name, function, good):
    arguments = good()
    before = state(arguments)
    with pytest.raises(TypeError, match="unexpected keyword argument 'learning_rte'"):
        function(**arguments, learning_rte=0.1)
    assert state(arguments) == before


READS_FILES = {"Network.save", "Network.load", "read_idx", "load_mnist", "load_idx"}


@pytest.mark.parametrize(
    ("function", "good"), [pytest.param(*row[1:3], id=row[0]) for row in TABLE if row[0] not in READS_FILES]
)
def test_the_good_arguments_of_the_table_are_good(function, good):
    function(**good())


def test_every_public_name_has_a_row_or_a_reason():
    rows = {name for name, *_ in TABLE}
    for name in nn.__all__:
        if not isinstance(getattr(nn, name), types.ModuleType):
            assert (name in rows) is not (name in NO_ROW), name
    assert set(NO_ROW) <= set(nn.__all__)
    listed = {name for name, *_ in TABLE}
    for module in (initializers, schedules):
        for name, member in vars(module).items():
            if inspect.isfunction(member) and member.__module__ == module.__name__ and not name.startswith("_"):
                assert f"{module.__name__.removeprefix('nnbook.')}.{name}" in listed


def test_every_kind_is_used():
    used = {kind for *_, arguments in TABLE for kind in arguments.values()}
    assert set(KINDS) <= used | {kind.removeprefix("optional ") for kind in used}


def test_every_argument_of_a_row_is_spoiled_or_needs_no_check():
    # One is documented as unused, one comes from a forward pass, and two are reached after a file was read.
    free = {
        ("initializers.zeros", "rng"),
        ("output_error", "Y"),
        ("Network.load", "activations"),
        ("load_idx", "labels"),
    }
    for name, function, _, arguments in TABLE:
        if name.endswith(" "):
            continue
        parameters = {p for p in inspect.signature(function).parameters if p != "self"}
        assert parameters - set(arguments) <= {argument for row, argument in free if row == name}, name


@pytest.mark.parametrize("width", [1, 3])
def test_a_silent_broadcast_is_never_made(width):
    # (3, 1) and (3,) would broadcast to (3, 3): a classic mistake with a single output.
    single = nn.Network.create([2, 1], hidden=nn.tanh, output=nn.identity, rng=0)
    with pytest.raises(ValueError, match=r"^T must have shape \(3, 1\) or be 3 class indices, got \("):
        nn.backprop(single, X, np.ones((width, 3)).squeeze(), loss=nn.squared_error)


@pytest.mark.parametrize("T", [[[0.5, 0.6]] * 3, [[1.0, -0.1]] * 3, [[2.0, -1.0]] * 3], ids=str)
@pytest.mark.parametrize(
    "call",
    [
        lambda net, T: nn.backprop(net, X, T, loss=nn.cross_entropy),
        lambda net, T: net.evaluate(X, T, loss=nn.cross_entropy),
        lambda net, T: nn.check_gradients(net, X, T, loss=nn.cross_entropy),
        lambda net, T: nn.fit(
            net, nn.Dataset(X, T), loss=nn.cross_entropy, optimizer=nn.SGD(0.1), epochs=1, rng=0, progress=False
        ),
    ],
    ids=["backprop", "evaluate", "check_gradients", "fit"],
)
def test_targets_that_do_not_suit_the_loss_are_refused_and_change_nothing(call, T):
    net = network()
    before = state(net)
    with pytest.raises(ValueError, match=r"T must (be between 0 and 1|sum to 1), got"):
        call(net, T)
    assert state(net) == before


def test_a_path_is_checked_by_storage_too():
    with pytest.raises(TypeError, match=r"^path must be of type str or PathLike, got 5$"):
        storage.as_path(5, "path")
