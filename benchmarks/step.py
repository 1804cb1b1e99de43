"""Time one training step of nnbook, checks included, against the same arithmetic written straight in NumPy.

The network is 784-128-10 with relu, softmax and cross entropy; the batch holds 64 examples in float32. Library and
plain NumPy take turns, and the medians over the rounds are compared. It exits with 1 if the library takes more than
1.2 times as long.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

import nnbook as nn

LEARNING_RATE = 0.01
TARGET = 1.2


def random_batch(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    X = rng.random((64, 784), dtype=np.float32)
    T = np.eye(10, dtype=np.float32)[rng.integers(0, 10, 64)]
    return X, T


def library_step(network: nn.Network, X: np.ndarray, T: np.ndarray) -> Callable[[], float]:
    optimizer = nn.SGD(learning_rate=LEARNING_RATE)

    def step() -> float:
        gradients = nn.backprop(network, X, T, loss=nn.cross_entropy)
        optimizer.update(network, gradients)
        return gradients.loss

    return step


def plain_step(parameters: list[np.ndarray], X: np.ndarray, T: np.ndarray) -> Callable[[], float]:
    W1, b1, W2, b2 = parameters
    n = X.shape[0]

    def step() -> float:
        Z1 = X @ W1 + b1
        A1 = np.maximum(Z1, 0)
        Z2 = A1 @ W2 + b2
        shifted = Z2 - Z2.max(axis=1, keepdims=True)
        e = np.exp(shifted)
        total = e.sum(axis=1, keepdims=True)
        loss = -(T * (shifted - np.log(total))).sum() / n

        delta2 = (e / total - T) / n
        dW2, db2 = A1.T @ delta2, delta2.sum(axis=0)
        delta1 = (delta2 @ W2.T) * (Z1 > 0)
        dW1, db1 = X.T @ delta1, delta1.sum(axis=0)
        for parameter, gradient in ((W1, dW1), (b1, db1), (W2, dW2), (b2, db2)):
            parameter -= LEARNING_RATE * gradient
        return float(loss)

    return step


def seconds_per_step(step: Callable[[], float], steps: int) -> float:
    start = time.perf_counter()
    for _ in range(steps):
        step()
    return (time.perf_counter() - start) / steps


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=51, help="how often the two take turns, at least 7")
    parser.add_argument("--steps", type=int, default=40, help="steps of each in a round")
    arguments = parser.parse_args()
    if arguments.rounds < 7:
        parser.error(f"--rounds must be at least 7, got {arguments.rounds}")

    rng = np.random.default_rng(0)
    X, T = random_batch(rng)
    network = nn.Network.create([784, 128, 10], hidden=nn.relu, output=nn.softmax, rng=rng, dtype=np.float32)
    parameters = [parameter.copy() for parameter in network.parameters]
    library, plain = library_step(network, X, T), plain_step(parameters, X, T)

    for _ in range(20):
        np.testing.assert_allclose(library(), plain(), rtol=1e-4)
    for ours, theirs in zip(network.parameters, parameters, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-5)

    rounds = [
        (seconds_per_step(library, arguments.steps), seconds_per_step(plain, arguments.steps))
        for _ in range(arguments.rounds)
    ]
    ours, theirs = (statistics.median(times) for times in zip(*rounds))
    print(f"nnbook {ours * 1e6:.0f} µs a step, plain NumPy {theirs * 1e6:.0f} µs: medians of {len(rounds)} rounds")
    print(f"ratio {ours / theirs:.2f}, at most {TARGET} wanted")
    return 0 if ours <= TARGET * theirs else 1


if __name__ == "__main__":
    sys.exit(main())
