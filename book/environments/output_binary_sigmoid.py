"""An output layer: binary cross entropy of sigmoids."""

import nnbook as nn
from environments import _output_layer

environment = _output_layer.of_library("output_binary_sigmoid", nn.binary_cross_entropy, nn.sigmoid)
