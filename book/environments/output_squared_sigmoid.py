"""An output layer: half the squared error of sigmoids."""

import nnbook as nn
from environments import _output_layer

environment = _output_layer.of_library("output_squared_sigmoid", nn.squared_error, nn.sigmoid)
