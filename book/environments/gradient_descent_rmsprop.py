"""Steps of RMSProp, made by the library; ε is large, so that its place in the formula shows."""

import numpy as np

from environments._optimizers import optimizer_environment
from nnbook.optimizers import RMSProp


def make(rng: np.random.Generator) -> tuple[RMSProp, dict[str, float]]:
    """Draw the settings."""
    eta, alpha, epsilon = rng.uniform(0.1, 0.5), rng.uniform(0.5, 0.9), rng.uniform(0.1, 0.3)
    return RMSProp(eta, decay=alpha, epsilon=epsilon), {r"\eta": eta, r"\alpha": alpha, r"\varepsilon": epsilon}


environment = optimizer_environment("gradient_descent_rmsprop", make, {"r": "square"})
