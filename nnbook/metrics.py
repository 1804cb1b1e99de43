"""Measures of how good predictions are."""

import numpy as np
import numpy.typing as npt

from nnbook import _checks
from nnbook.datasets import Dataset
from nnbook.network import Network


def accuracy(network: Network, dataset: Dataset) -> float:
    """Return the share of the examples whose class the network predicts.

    Implements :eq:`eq-training-accuracy`.

    Parameters
    ----------
    network : Network
        The network.
    dataset : Dataset
        Examples with labels.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If the dataset has no labels or does not fit the network.

    Examples
    --------
    >>> import nnbook as nn
    >>> network = nn.Network([nn.Dense([[0.0], [0.0]], [1.0], nn.sigmoid)])
    >>> nn.accuracy(network, nn.make_xor())
    0.5
    """
    labels, predicted = _labels_and_predictions(network, dataset)
    return float((labels == predicted).mean())


def confusion_matrix(network: Network, dataset: Dataset) -> npt.NDArray[np.int64]:
    """Return how often each class is taken for each.

    Parameters
    ----------
    network : Network
        The network.
    dataset : Dataset
        Examples with labels.

    Returns
    -------
    array of int, shape (K, K)
        Entry (i, j) counts the examples of class i that are predicted as class j; a perfect network fills the diagonal
        alone.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If the dataset has no labels or does not fit the network.

    Examples
    --------
    >>> import nnbook as nn
    >>> network = nn.Network([nn.Dense([[0.0], [0.0]], [1.0], nn.sigmoid)])
    >>> nn.confusion_matrix(network, nn.make_xor())
    array([[0, 2],
           [0, 2]])
    """
    labels, predicted = _labels_and_predictions(network, dataset)
    classes = max(network.sizes[-1], 2)
    counts = np.bincount(labels * classes + predicted, minlength=classes**2)
    return counts.reshape(classes, classes).astype(np.int64)


def _labels_and_predictions(network: Network, dataset: Dataset) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    _checks.instance_of(network, Network, "network")
    _checks.instance_of(dataset, Dataset, "dataset")
    if dataset.labels is None:
        raise ValueError("dataset must have labels, got a dataset for regression")
    labels = _checks.as_labels(dataset.labels, "dataset.labels", max(network.sizes[-1], 2))
    return labels, network.predict_classes(dataset.inputs)
