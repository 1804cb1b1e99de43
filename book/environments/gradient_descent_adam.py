"""Steps of Adam, made by the library; ε is large, so that its place in the formula shows."""

import numpy as np

from environments._optimizers import optimizer_environment
from nnbook.optimizers import Adam


def make(rng: np.random.Generator) -> tuple[Adam, dict[str, float]]:
    """Draw the settings."""
    eta, epsilon = rng.uniform(0.1, 0.5), rng.uniform(0.1, 0.3)
    beta1, beta2 = rng.uniform(0.5, 0.7), rng.uniform(0.75, 0.9)
    settings = {r"\eta": eta, r"\beta_1": beta1, r"\beta_2": beta2, r"\varepsilon": epsilon}
    return Adam(eta, beta1=beta1, beta2=beta2, epsilon=epsilon), settings


environment = optimizer_environment("gradient_descent_adam", make, {"v": "mean", "r": "square"})
