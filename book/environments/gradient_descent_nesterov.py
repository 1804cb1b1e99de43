"""Steps of gradient descent with Nesterov's momentum, made by the library."""

import numpy as np

from environments._optimizers import optimizer_environment
from nnbook.optimizers import Nesterov


def make(rng: np.random.Generator) -> tuple[Nesterov, dict[str, float]]:
    """Draw the settings."""
    eta, mu = rng.uniform(0.1, 0.5), rng.uniform(0.5, 0.9)
    return Nesterov(eta, momentum=mu), {r"\eta": eta, r"\mu": mu}


environment = optimizer_environment("gradient_descent_nesterov", make, {"v": "velocity"})
