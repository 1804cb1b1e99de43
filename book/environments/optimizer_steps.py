"""One parameter θ with gradients g at step t, and what the memories of momentum and of Adam hold before and after."""

import numpy as np

import nnbook as nn
from nnbook import optimizers
from nnbook.eqcheck import Environment, Graph

STEPS = 3


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    beta1, beta2, momentum, rate, epsilon = 0.7, 0.9, 0.8, 0.1, 0.05
    gradients = rng.normal(size=STEPS)
    for name, value in ((r"\beta_1", beta1), (r"\beta_2", beta2), (r"\mu", momentum), (r"\epsilon", epsilon)):
        graph.constant(name, value)
    graph.constant(r"\eta", rate)
    graph.constant("t", STEPS)
    graph.leaf("g", gradients[-1])
    before, after = _last_step(optimizers.Momentum(rate, momentum=momentum), gradients)
    graph.leaf("w", before["parameter"])
    graph.leaf("v", before["velocity"])
    graph.after("v", after["velocity"])
    graph.leaf("v_t", after["velocity"])
    graph.after("w", after["parameter"])
    before, after = _last_step(optimizers.Adam(rate, beta1=beta1, beta2=beta2, epsilon=epsilon), gradients)
    graph.leaf(r"\theta", before["parameter"])
    graph.after(r"\theta", after["parameter"])
    for name, memory in (("m", "mean"), ("s", "square")):
        graph.leaf(f"{name}_{{t-1}}", before[memory])
        graph.leaf(f"{name}_t", after[memory])
    return graph


def _last_step(optimizer: optimizers.Optimizer, gradients: np.ndarray) -> tuple[dict[str, float], dict[str, float]]:
    """Run an optimizer, and return its parameter and its memory before and after the last step."""
    network = nn.Network([nn.Dense([[1.5]], [0.5], nn.identity)])
    states = []
    for gradient in gradients:
        layer = nn.LayerGradients(np.array([[gradient]]), np.array([0.1]), np.zeros((1, 1)))
        states.append(_state(network, optimizer))
        optimizer.update(network, nn.Gradients(0.0, 0.0, (layer,)))
    return states[-1], _state(network, optimizer)


def _state(network: nn.Network, optimizer: optimizers.Optimizer) -> dict[str, float]:
    memory = {name: float(arrays[0][0, 0]) for name, arrays in optimizer.state.memory.items()}
    return {"parameter": float(network.layers[0].W[0, 0]), **memory}


environment = Environment("optimizer_steps", build)
