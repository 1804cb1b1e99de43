"""One step of gradient descent: the gradients, and the parameters that the library's own step leaves."""

from environments.mlp_batch import ELEMENTS, build
from nnbook.eqcheck import Environment

environment = Environment("sgd_step", build, seed=10, elements=ELEMENTS, biases=["b"], first={"d": 0})
