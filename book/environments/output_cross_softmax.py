"""An output layer: cross entropy of softmax, for targets whose rows sum to one."""

import nnbook as nn
from environments import _output_layer

environment = _output_layer.of_library("output_cross_softmax", nn.cross_entropy, nn.softmax)
