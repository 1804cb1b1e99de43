"""Steps of gradient descent with momentum, made by the library."""

import numpy as np

from environments._optimizers import optimizer_environment
from nnbook.optimizers import Momentum


def make(rng: np.random.Generator) -> tuple[Momentum, dict[str, float]]:
    """Draw the settings."""
    eta, mu = rng.uniform(0.1, 0.5), rng.uniform(0.5, 0.9)
    return Momentum(eta, momentum=mu), {r"\eta": eta, r"\mu": mu}


environment = optimizer_environment("gradient_descent_momentum", make, {"v": "velocity"})
