"""Time the first and the last epochs of a long training, with validation and early stopping.

An epoch must cost the same however many there were before; a search through the history, for one, would grow. Two
trainings take turns, a short one and a long one, so that both see the same machine. It exits with 1 if the last 1000
epochs of the long one take more than 1.5 times as long as the short one's 1000.
"""

import statistics
import sys
import time

import numpy as np

import nnbook as nn

ROUNDS = 5
TARGET = 1.5


def time_last_epochs(epochs: int) -> float:
    """Return the median time of the last 1000 epochs, in seconds."""
    X = np.linspace(-1, 1, 5)[:, None]
    data = nn.Dataset(X, 2 * X)
    network = nn.Network.create([1, 1], hidden=nn.relu, output=nn.identity, rng=0)
    stamps: list[float] = []

    def rate(_epoch: int) -> float:
        stamps.append(time.perf_counter())
        return 0.01

    nn.fit(
        network,
        data,
        validation=data,
        loss=nn.squared_error,
        optimizer=nn.SGD(rate),
        epochs=epochs,
        patience=epochs,
        rng=0,
    )
    return float(np.median(np.diff(stamps)[-1000:]))


def main() -> int:
    pairs = [(time_last_epochs(1000), time_last_epochs(5000)) for _ in range(ROUNDS)]
    ratio = statistics.median(late / early for early, late in pairs)
    print(f"epochs 4001 to 5000 take {ratio:.2f} times as long as epochs 1 to 1000, at most {TARGET} wanted")
    return 0 if ratio <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
