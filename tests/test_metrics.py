"""Accuracy and confusion matrix, by hand and against each other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnbook as nn


def predicts(classes, labels, K):
    """A network that takes the class from its one-hot input, and a dataset in which it predicts ``classes``."""
    network = nn.Network([nn.Dense(np.eye(K), np.zeros(K), nn.softmax)])
    return network, nn.Dataset(np.eye(K)[classes], np.eye(K)[labels], labels)


def test_by_hand():
    # True classes 0 0 1 1 2 2, predicted 0 1 1 1 0 2: four of six are right.
    network, data = predicts([0, 1, 1, 1, 0, 2], [0, 0, 1, 1, 2, 2], 3)
    accuracy = nn.accuracy(network, data)
    assert type(accuracy) is float
    assert accuracy == 4 / 6
    counts = nn.confusion_matrix(network, data)
    assert counts.dtype == np.int64
    # Rows are the true classes, columns the predicted ones.
    np.testing.assert_array_equal(counts, [[1, 1, 0], [0, 2, 0], [1, 0, 1]])


def test_classes_that_never_occur_have_rows_and_columns_too():
    network, data = predicts([1], [1], 4)
    counts = nn.confusion_matrix(network, data)
    assert counts.shape == (4, 4)
    assert counts.sum() == counts[1, 1] == 1


def test_a_single_output_means_two_classes():
    # y > ½ for x > 0: predictions 0 1 1 1 against 0 1 0 1.
    network = nn.Network([nn.Dense([[1.0]], [0.0], nn.sigmoid)])
    labels = np.array([0, 1, 0, 1])
    data = nn.Dataset([[-1.0], [2.0], [3.0], [4.0]], labels[:, None], labels)
    assert nn.accuracy(network, data) == 3 / 4
    np.testing.assert_array_equal(nn.confusion_matrix(network, data), [[1, 1], [0, 2]])


@settings(deadline=None)
@given(st.integers(2, 5), st.data())
def test_confusion_matrix_counts_what_a_loop_counts(K, data):
    pairs = data.draw(st.lists(st.tuples(st.integers(0, K - 1), st.integers(0, K - 1)), min_size=1, max_size=20))
    labels, classes = (np.array(column) for column in zip(*pairs))
    network, dataset = predicts(classes, labels, K)
    counts = nn.confusion_matrix(network, dataset)
    expected = np.zeros((K, K), int)
    for label, guess in pairs:
        expected[label, guess] += 1
    np.testing.assert_array_equal(counts, expected)
    assert nn.accuracy(network, dataset) == np.trace(expected) / len(pairs)


@pytest.mark.parametrize("metric", [nn.accuracy, nn.confusion_matrix])
def test_refused(metric):
    network, data = predicts([0, 1], [0, 1], 2)
    with pytest.raises(ValueError, match=r"^dataset must have labels, got a dataset for regression$"):
        metric(network, nn.Dataset(data.inputs, data.targets))
    with pytest.raises(ValueError, match=r"^dataset.labels must be class indices 0 … 1, got 7 at index 1$"):
        metric(network, nn.Dataset(data.inputs, data.targets, [0, 7]))
    with pytest.raises(ValueError, match=r"^X must have shape \(n, 2\), got \(2, 3\)$"):
        metric(network, nn.Dataset(np.ones((2, 3)), data.targets, [0, 1]))
    with pytest.raises(TypeError, match=r"^network must be of type Network, got an object of type Dataset$"):
        metric(data, network)
    with pytest.raises(
        TypeError, match=r"^dataset must be of type Dataset, got an array of float64 with shape \(2, 2\)$"
    ):
        metric(network, data.inputs)
