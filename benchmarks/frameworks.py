"""Compare the gradients and steps of nnbook with those of PyTorch, scikit-learn, JAX and Keras.

Every line states one fact of the book's page on other libraries: how a matrix is laid out, what is averaged, what a
penalty includes. A library that is not installed is skipped with a line that says how to install it; the script exits
with 1 if a fact does not hold. Keras runs on the torch backend.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import warnings

import numpy as np

import nnbook as nn

with contextlib.suppress(ModuleNotFoundError):
    import torch
with contextlib.suppress(ModuleNotFoundError):
    import sklearn.neural_network

SIZES, N, RATE, PENALTY = (7, 5, 3), 11, 0.1, 0.02
DOUBLE, SINGLE = 1e-10, 1e-5

Arrays = list[np.ndarray]


def make_case(output: nn.Activation, loss: nn.Loss) -> tuple[nn.Network, np.ndarray, np.ndarray]:
    """Return a network with nonzero biases, and data."""
    rng = np.random.default_rng(0)
    network = nn.Network.create(SIZES, hidden=nn.tanh, output=output, rng=rng)
    for layer in network.layers:
        layer.b[:] = rng.normal(size=layer.b.shape)
    X = rng.normal(size=(N, SIZES[0]))
    if loss is nn.cross_entropy:
        T = np.eye(SIZES[-1])[rng.integers(0, SIZES[-1], N)]
    elif loss is nn.binary_cross_entropy:
        T = rng.integers(0, 2, (N, SIZES[-1])).astype(float)
    else:
        T = rng.normal(size=(N, SIZES[-1]))
    return network, X, T


def flat(network: nn.Network, X: np.ndarray, T: np.ndarray, loss: nn.Loss, l2: float = 0.0) -> Arrays:
    """Return the gradients dW, db, dW, db, … of nnbook."""
    layers = nn.backprop(network, X, T, loss=loss, l2=l2).layers
    return [gradient for layer in layers for gradient in (layer.dW, layer.db)]


def torch_model(network: nn.Network) -> torch.nn.Sequential:
    """Return the same network in PyTorch, without its output activation."""
    first, second = network.layers
    model = torch.nn.Sequential(
        torch.nn.Linear(*first.W.shape), torch.nn.Tanh(), torch.nn.Linear(*second.W.shape)
    ).double()
    with torch.no_grad():
        for linear, layer in ((model[0], first), (model[2], second)):
            linear.weight.copy_(torch.from_numpy(layer.W.T))  # PyTorch: (outputs, inputs)
            linear.bias.copy_(torch.from_numpy(layer.b))
    return model


def torch_gradients(model: torch.nn.Sequential, E: torch.Tensor) -> Arrays:
    """Return the gradients of a loss in the layout of nnbook."""
    model.zero_grad()  # backward adds to what is there
    E.backward()
    return [p.grad.numpy().T.copy() for p in model.parameters()]


def torch_parameters(model: torch.nn.Sequential) -> Arrays:
    """Return the parameters in the layout of nnbook."""
    return [p.detach().numpy().T.copy() for p in model.parameters()]


def sklearn_model(network: nn.Network, X: np.ndarray, T: np.ndarray, kind: str, alpha: float):
    """Return a scikit-learn network with our parameters, one plain step of which moves by the gradient."""
    cls = getattr(sklearn.neural_network, kind)
    model = cls(
        hidden_layer_sizes=SIZES[1:-1],
        activation="tanh",
        solver="sgd",
        momentum=0,
        nesterovs_momentum=False,
        learning_rate_init=1.0,
        batch_size=len(X),
        alpha=alpha,
        random_state=0,
    )
    targets = T.argmax(axis=1) if kind == "MLPClassifier" else T
    extra = {"classes": np.arange(SIZES[-1])} if kind == "MLPClassifier" else {}
    model.partial_fit(X, targets, **extra)  # creates the arrays
    for layer, W, b in zip(network.layers, model.coefs_, model.intercepts_):
        W[:], b[:] = layer.W, layer.b
    model.partial_fit(X, targets)
    return model


def sklearn_gradients(network: nn.Network, model) -> Arrays:
    """Return the gradients, which are what one step with the learning rate 1 has subtracted."""
    pairs = zip(network.layers, model.coefs_, model.intercepts_)
    return [old - new for layer, W, b in pairs for old, new in ((layer.W, W), (layer.b, b))]


class Facts:
    """Prints each fact with its largest relative deviation and remembers whether all held."""

    def __init__(self) -> None:
        self.all_hold = True
        self.tolerance = DOUBLE

    def compare(self, fact: str, ours: Arrays, theirs: Arrays) -> None:
        """State that two lists of arrays agree."""
        error = max(float(np.abs(a - b).max() / np.abs(a).max()) for a, b in zip(ours, theirs, strict=True))
        self.all_hold &= error <= self.tolerance
        print(f"{'ok   ' if error <= self.tolerance else 'WRONG'} {error:8.1e}  {fact}")


def check_torch(facts: Facts) -> None:
    """Check the column of PyTorch."""
    print(f"PyTorch {torch.__version__}")
    network, X, T = make_case(nn.softmax, nn.cross_entropy)
    model, x, t = torch_model(network), torch.from_numpy(X), torch.from_numpy(T)
    E = torch.nn.functional.cross_entropy(model(x), t)
    ours = flat(network, X, T, nn.cross_entropy)
    facts.compare("cross_entropy(logits, T): gradients as ours, weight transposed", ours, torch_gradients(model, E))
    value = nn.backprop(network, X, T, loss=nn.cross_entropy).loss
    facts.compare("cross_entropy: mean over the batch", [np.array([value])], [np.array([E.item()])])
    E = torch.nn.functional.cross_entropy(model(x), t.argmax(dim=1))
    facts.compare("cross_entropy takes class indices as well", ours, torch_gradients(model, E))

    network, X, T = make_case(nn.identity, nn.squared_error)
    model, x, t = torch_model(network), torch.from_numpy(X), torch.from_numpy(T)
    E = SIZES[-1] / 2 * torch.nn.functional.mse_loss(model(x), t)
    ours = flat(network, X, T, nn.squared_error)
    facts.compare("mse_loss is 2 / d_L times our squared error", ours, torch_gradients(model, E))

    network, X, T = make_case(nn.sigmoid, nn.binary_cross_entropy)
    model, x, t = torch_model(network), torch.from_numpy(X), torch.from_numpy(T)
    E = SIZES[-1] * torch.nn.functional.binary_cross_entropy_with_logits(model(x), t)
    ours = flat(network, X, T, nn.binary_cross_entropy)
    facts.compare("binary_cross_entropy_with_logits is 1 / d_L times ours", ours, torch_gradients(model, E))

    network, X, T = make_case(nn.softmax, nn.cross_entropy)
    x, t = torch.from_numpy(X), torch.from_numpy(T)
    rules = {
        "SGD": (nn.SGD(RATE), lambda p: torch.optim.SGD(p, lr=RATE)),
        "SGD(momentum=0.9)": (nn.Momentum(RATE), lambda p: torch.optim.SGD(p, lr=RATE, momentum=0.9)),
        "SGD(momentum=0.9, nesterov=True)": (
            nn.Nesterov(RATE),
            lambda p: torch.optim.SGD(p, lr=RATE, momentum=0.9, nesterov=True),
        ),
        "RMSprop": (nn.RMSProp(RATE), lambda p: torch.optim.RMSprop(p, lr=RATE)),
        "Adam": (nn.Adam(RATE), lambda p: torch.optim.Adam(p, lr=RATE)),
    }
    for name, (optimizer, make) in rules.items():
        trained, model = network.copy(), torch_model(network)
        theirs = make(model.parameters())
        for _ in range(5):
            optimizer.update(trained, nn.backprop(trained, X, T, loss=nn.cross_entropy))
            model.zero_grad()
            torch.nn.functional.cross_entropy(model(x), t).backward()
            theirs.step()
        facts.compare(f"{name}: the same parameters after five steps", trained.parameters, torch_parameters(model))
    model = torch_model(network)
    torch.nn.functional.cross_entropy(model(x), t).backward()
    torch.optim.SGD(model.parameters(), lr=1.0, weight_decay=PENALTY).step()
    moved = [old - new for old, new in zip(network.parameters, torch_parameters(model))]
    ours = flat(network, X, T, nn.cross_entropy, l2=PENALTY)
    ours[1::2] = [db + PENALTY * layer.b for db, layer in zip(ours[1::2], network.layers)]
    facts.compare("SGD(weight_decay=λ) is our l2=λ, on the biases too", ours, moved)


def check_sklearn(facts: Facts) -> None:
    """Check the column of scikit-learn."""
    print(f"scikit-learn {sklearn.__version__}")
    network, X, T = make_case(nn.softmax, nn.cross_entropy)
    theirs = sklearn_model(network, X, T, "MLPClassifier", alpha=0.0)
    ours = flat(network, X, T, nn.cross_entropy)
    facts.compare("MLPClassifier: gradients and layout as ours", ours, sklearn_gradients(network, theirs))
    value = nn.backprop(network, X, T, loss=nn.cross_entropy).loss
    facts.compare("MLPClassifier.loss_: mean over the batch", [np.array([value])], [np.array([theirs.loss_])])
    theirs = sklearn_model(network, X, T, "MLPClassifier", alpha=N * PENALTY)
    ours = flat(network, X, T, nn.cross_entropy, l2=PENALTY)
    facts.compare("alpha is divided by the batch size, weights only", ours, sklearn_gradients(network, theirs))
    network, X, T = make_case(nn.identity, nn.squared_error)
    theirs = sklearn_model(network, X, T, "MLPRegressor", alpha=0.0)
    gradients = nn.backprop(network, X, T, loss=nn.squared_error)
    ours = flat(network, X, T, nn.squared_error)
    facts.compare("MLPRegressor: gradients as ours", ours, sklearn_gradients(network, theirs))
    value = np.array([gradients.loss / SIZES[-1]])
    facts.compare("MLPRegressor.loss_ is 1 / d_L times our loss", [value], [np.array([theirs.loss_])])


def check_jax(facts: Facts) -> None:
    """Check the column of JAX with Optax."""
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)
    print(f"JAX {jax.__version__}, Optax {optax.__version__}")
    network, X, T = make_case(nn.softmax, nn.cross_entropy)

    def logits(parameters: Arrays) -> jax.Array:
        W1, b1, W2, b2 = parameters
        return jax.numpy.tanh(X @ W1 + b1) @ W2 + b2

    def cross_entropy(parameters: Arrays) -> jax.Array:
        return optax.softmax_cross_entropy(logits(parameters), T).mean()

    theirs = [np.asarray(g) for g in jax.grad(cross_entropy)(network.parameters)]
    ours = flat(network, X, T, nn.cross_entropy)
    facts.compare("softmax_cross_entropy(logits, T).mean(): gradients as ours", ours, theirs)
    network, X, T = make_case(nn.identity, nn.squared_error)

    def half_squares(parameters: Arrays) -> jax.Array:
        return optax.l2_loss(logits(parameters), T).sum(axis=1).mean()

    theirs = [np.asarray(g) for g in jax.grad(half_squares)(network.parameters)]
    ours = flat(network, X, T, nn.squared_error)
    facts.compare("l2_loss(Y, T).sum(axis=1).mean() is our squared error", ours, theirs)


def check_keras(facts: Facts) -> None:
    """Check the column of Keras."""
    os.environ["KERAS_BACKEND"] = "torch"
    import keras

    facts.tolerance = SINGLE  # Keras computes in float32 unless told otherwise
    print(f"Keras {keras.__version__}, float32")

    def gradients(network: nn.Network, X: np.ndarray, T: np.ndarray, loss: object, scale: float) -> Arrays:
        model = keras.Sequential(
            [keras.Input((SIZES[0],)), keras.layers.Dense(SIZES[1], "tanh"), keras.layers.Dense(SIZES[2])]
        )
        model.set_weights(network.parameters)
        model.zero_grad()
        (scale * loss(T, model(X))).backward()
        return [weight.value.grad.cpu().numpy() for weight in model.trainable_weights]

    network, X, T = make_case(nn.softmax, nn.cross_entropy)
    theirs = gradients(network, X, T, keras.losses.CategoricalCrossentropy(from_logits=True), 1)
    ours = flat(network, X, T, nn.cross_entropy)
    facts.compare("CategoricalCrossentropy(from_logits=True): gradients and layout as ours", ours, theirs)
    network, X, T = make_case(nn.identity, nn.squared_error)
    theirs = gradients(network, X, T, keras.losses.MeanSquaredError(), SIZES[-1] / 2)
    ours = flat(network, X, T, nn.squared_error)
    facts.compare("MeanSquaredError is 2 / d_L times our squared error", ours, theirs)
    network, X, T = make_case(nn.sigmoid, nn.binary_cross_entropy)
    theirs = gradients(network, X, T, keras.losses.BinaryCrossentropy(from_logits=True), SIZES[-1])
    ours = flat(network, X, T, nn.binary_cross_entropy)
    facts.compare("BinaryCrossentropy(from_logits=True) is 1 / d_L times ours", ours, theirs)


PEERS = {  # what each needs: names of packages and of modules
    check_torch: {"torch": "torch"},
    check_sklearn: {"scikit-learn": "sklearn"},
    check_jax: {"jax": "jax", "optax": "optax"},
    check_keras: {"keras": "keras", "torch": "torch"},
}


def main() -> int:
    """Check every fact; return 0 if all hold."""
    warnings.simplefilter("ignore")
    facts = Facts()
    for check, packages in PEERS.items():
        missing = [package for package, module in packages.items() if importlib.util.find_spec(module) is None]
        if missing:
            print(f"skipped: {check.__doc__} To try it: {sys.executable} -m pip install {' '.join(missing)}")
        else:
            check(facts)
    return 0 if facts.all_hold else 1


if __name__ == "__main__":
    sys.exit(main())
