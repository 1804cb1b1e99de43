"""The boxes of a computational graph: their gradients, and that none is ever stale."""

import re
from typing import Any

import numpy as np
import pytest

import nnbook as nn
from nnbook.layers import Layer

ACTIVATIONS = [nn.identity, nn.sigmoid, nn.tanh, nn.relu, nn.LeakyReLU(0.1), nn.softplus, nn.softmax]


def example(shape: tuple[int, ...], seed: int = 0) -> Any:
    return np.random.default_rng(seed).standard_normal(shape)


def layers() -> list[Layer]:
    return [nn.MatMul(example((3, 2))), nn.Affine(example((3, 2)), example((2,))), nn.ActivationLayer(nn.tanh)]


@pytest.fixture(params=[0, 1, 2], ids=["matmul", "affine", "activation"])
def box(request: pytest.FixtureRequest) -> Layer:
    return layers()[request.param]


@pytest.fixture(params=[nn.SoftmaxWithLoss, nn.SigmoidWithLoss])
def end(request: pytest.FixtureRequest) -> Any:
    return request.param()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("hidden", ACTIVATIONS, ids=repr)
@pytest.mark.parametrize(
    ("output", "loss", "last"),
    [
        (nn.softmax, nn.cross_entropy, nn.SoftmaxWithLoss),
        (nn.sigmoid, nn.binary_cross_entropy, nn.SigmoidWithLoss),
    ],
)
def test_chained_layers_give_the_gradients_of_backprop(
    output: nn.Activation, loss: nn.Loss, last: Any, hidden: nn.Activation, dtype: Any
) -> None:
    network = nn.Network.create([4, 5, 6, 3], hidden=hidden, output=output, rng=0, dtype=dtype)
    X, T = example((7, 4), 1).astype(dtype), np.eye(3, dtype=dtype)[[0, 1, 2, 0, 1, 2, 0]]
    chain: list[Layer] = []
    for layer in network.layers:
        chain += [nn.Affine(layer.W, layer.b), nn.ActivationLayer(layer.activation)]
    chain.pop()
    end = last()
    A = X
    for box in chain:
        A = box.forward(A)
    value = end.forward(A, T)
    delta = end.backward()
    for box in reversed(chain):
        delta = box.backward(delta)

    expected = nn.backprop(network, X, T, loss=loss)
    rtol = 1e-14 if dtype == np.float64 else 1e-6
    np.testing.assert_allclose(value, expected.loss, rtol=rtol)
    for box, gradients in zip(chain[::2], expected.layers, strict=True):
        assert isinstance(box, nn.Affine)
        np.testing.assert_allclose(box.dW, gradients.dW, rtol=rtol)
        np.testing.assert_allclose(box.db, gradients.db, rtol=rtol)
        assert box.dW.dtype == box.db.dtype == dtype


def test_the_gradient_of_the_input_agrees_with_a_complex_step(box: Layer) -> None:
    X, dY = example((5, 3), 1), example(box.forward(example((5, 3), 1)).shape, 2)
    expected = nn.numerical_gradient(lambda x: (dY * box.forward(x)).sum(), X, method="complex")
    box.forward(X)
    np.testing.assert_allclose(box.backward(dY), expected, rtol=1e-13)


def test_the_gradients_of_the_parameters_agree_with_a_complex_step() -> None:
    X, W, b, dY = example((5, 3), 1), example((3, 2), 2), example((2,), 3), example((5, 2), 4)
    box = nn.Affine(W, b)
    box.forward(X)
    box.backward(dY)
    dW = nn.numerical_gradient(lambda w: (dY * nn.Affine(w, b).forward(X)).sum(), W, method="complex")
    db = nn.numerical_gradient(lambda c: (dY * nn.Affine(W, c).forward(X)).sum(), b, method="complex")
    np.testing.assert_allclose(box.dW, dW, rtol=1e-13)
    np.testing.assert_allclose(box.db, db, rtol=1e-13)


def test_the_gradient_of_the_loss_agrees_with_a_complex_step(end: Any) -> None:
    Z, T = example((4, 3), 1), np.eye(3)[[0, 2, 1, 0]]
    expected = nn.numerical_gradient(lambda z: end.forward(z, T), Z, method="complex")
    end.forward(Z, T)
    np.testing.assert_allclose(end.backward(), expected, rtol=1e-12, atol=1e-15)


def test_matmul_and_affine_by_hand() -> None:
    # [1 2] · [[3 4] [5 6]] = [1·3 + 2·5, 1·4 + 2·6] = [13 16]; plus [10 20] = [23 36].
    assert nn.MatMul([[3.0, 4.0], [5.0, 6.0]]).forward([[1.0, 2.0]]).tolist() == [[13.0, 16.0]]
    box = nn.Affine([[3.0, 4.0], [5.0, 6.0]], [10.0, 20.0])
    assert box.forward([[1.0, 2.0]]).tolist() == [[23.0, 36.0]]
    # dX = [1 −1] Wᵀ = [3 − 4, 5 − 6]; dW = Xᵀ dY = [[1 −1] [2 −2]]; db = dY.
    assert box.backward([[1.0, -1.0]]).tolist() == [[-1.0, -1.0]]
    assert box.dW.tolist() == [[1.0, -1.0], [2.0, -2.0]]
    assert box.db.tolist() == [1.0, -1.0]


def test_class_indices_are_one_hot_targets() -> None:
    Z = example((3, 4))
    first, second = nn.SoftmaxWithLoss(), nn.SoftmaxWithLoss()
    assert first.forward(Z, [0, 3, 1]) == second.forward(Z, np.eye(4)[[0, 3, 1]])
    assert np.array_equal(first.backward(), second.backward())


def test_backward_without_forward_or_twice_is_refused(box: Layer) -> None:
    name = type(box).__name__
    with pytest.raises(RuntimeError, match=f"{name}.backward must come once after each forward, got backward without"):
        box.backward(np.ones((1, 2)))
    X = example((4, 3))
    dY = np.ones(box.forward(X).shape)
    box.backward(dY)
    with pytest.raises(RuntimeError, match="got a second backward after the same forward"):
        box.backward(dY)
    box.forward(X)
    box.backward(dY)


def test_backward_of_a_loss_without_forward_or_twice_is_refused(end: Any) -> None:
    with pytest.raises(RuntimeError, match="got backward without a forward"):
        end.backward()
    end.forward([[1.0, 2.0]], [[0.0, 1.0]])
    end.backward()
    with pytest.raises(RuntimeError, match="got a second backward after the same forward"):
        end.backward()


def test_gradients_of_parameters_are_refused_before_backward_and_after_the_next_forward() -> None:
    box = nn.Affine(example((3, 2)), example((2,)))
    for read in (lambda: box.dW, lambda: box.db):
        with pytest.raises(RuntimeError, match=r"Affine\.d[Wb] must be read after backward, got none since"):
            read()
    box.forward(example((4, 3)))
    box.backward(np.ones((4, 2)))
    assert box.dW.shape == (3, 2)
    assert box.db.shape == (2,)
    box.forward(example((4, 3)))
    for read in (lambda: box.dW, lambda: box.db):
        with pytest.raises(RuntimeError, match="got none since the last forward"):
            read()


def test_a_failed_forward_leaves_nothing_to_go_back_to(box: Layer) -> None:
    box.forward(example((4, 3)))
    with pytest.raises(ValueError, match="X must have shape"):
        box.forward(example((4,)))
    with pytest.raises(RuntimeError, match="backward without a forward"):
        box.backward(np.ones((4, 2)))


def test_a_failed_forward_of_a_loss_leaves_nothing_to_go_back_to() -> None:
    box = nn.SoftmaxWithLoss()
    box.forward([[1.0, 2.0]], [0])
    with pytest.raises(ValueError, match="every row of T must sum to 1"):
        box.forward([[1.0, 2.0]], [[1.0, 1.0]])
    with pytest.raises(RuntimeError, match="backward without a forward"):
        box.backward()


def test_a_gradient_of_a_wrong_shape_is_named_and_the_right_one_may_follow(box: Layer) -> None:
    Y = box.forward(example((4, 3)))
    for wrong in [(4,), (3, Y.shape[1]), (4, Y.shape[1] + 1), (1, Y.shape[1]), ()]:
        message = f"dY must have the shape of the output, {Y.shape}, got {wrong}"
        with pytest.raises(ValueError, match=re.escape(message)):
            box.backward(np.ones(wrong))
    assert box.backward(np.ones(Y.shape)).shape == (4, 3)


def test_changes_in_place_between_forward_and_backward_do_not_reach_the_gradient(box: Layer) -> None:
    X = example((4, 3))
    Y = box.forward(X)
    dY = example(Y.shape, 5)
    expected = box.backward(dY)
    expected_dW = box.dW.copy() if isinstance(box, nn.MatMul) else None

    Y = box.forward(X)
    X[:] = np.nan
    Y[:] = np.nan
    if isinstance(box, nn.MatMul):
        kept = box.W.copy()
        box.W[:] = np.nan
    assert np.array_equal(box.backward(dY), expected)
    if isinstance(box, nn.MatMul):
        assert np.array_equal(box.dW, expected_dW)
        box.W[:] = kept


def test_changes_in_place_of_scores_and_targets_do_not_reach_the_gradient_of_the_loss() -> None:
    Z, T = example((2, 3)), np.eye(3)[[0, 1]]
    box = nn.SoftmaxWithLoss()
    box.forward(Z, T)
    expected = box.backward()
    box.forward(Z, T)
    Z[:] = np.nan
    T[:] = np.nan
    assert np.array_equal(box.backward(), expected)


def test_a_change_of_the_given_gradient_does_not_reach_the_gradients_of_the_parameters() -> None:
    box = nn.Affine(example((3, 2)), example((2,)))
    box.forward(example((1, 3)))
    dY = np.ones((1, 2))
    box.backward(dY)
    before = box.dW.copy(), box.db.copy()
    dY[:] = np.nan
    assert np.array_equal(box.dW, before[0])
    assert np.array_equal(box.db, before[1])


def test_layers_keep_copies_of_their_parameters_and_follow_their_own() -> None:
    W, b = np.ones((1, 1)), np.zeros(1)
    box = nn.Affine(W, b)
    W[:], b[:] = 7.0, 7.0
    assert box.forward([[2.0]]).tolist() == [[2.0]]
    box.W *= 3
    box.b += 1
    assert box.forward([[2.0]]).tolist() == [[7.0]]


def test_neither_input_nor_gradient_is_changed() -> None:
    for box in layers():
        X, dY = example((4, 3)), np.ones((4, 3 if isinstance(box, nn.ActivationLayer) else 2))
        X_before, dY_before = X.copy(), dY.copy()
        box.forward(X)
        box.backward(dY)
        assert np.array_equal(X, X_before)
        assert np.array_equal(dY, dY_before)


@pytest.mark.parametrize("T", [[2, 0], np.eye(3)[[2, 0]]])
def test_the_loss_of_float32_scores_has_gradients_in_float32(end: Any, T: Any) -> None:
    end.forward(example((2, 3)).astype(np.float32), T)
    assert end.backward().dtype == np.float32


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: nn.MatMul("W"), TypeError, "W must hold real numbers"),
        (lambda: nn.MatMul([1.0, 2.0]), ValueError, "W must have shape (d_prev, d) with both sizes at least 1, got (2"),
        (lambda: nn.MatMul(np.zeros((0, 2))), ValueError, "W must have shape (d_prev, d) with both sizes"),
        (lambda: nn.Affine([[1.0, 2.0]], [1.0]), ValueError, "b must have shape (2,), one bias for each column"),
        (lambda: nn.Affine([[1.0, 2.0]], [[1.0, 2.0]]), ValueError, "b must have shape (2,), one bias for each"),
        (lambda: nn.Affine([[1.0]], [None]), TypeError, "b must hold real numbers"),
        (lambda: nn.ActivationLayer("relu"), TypeError, "activation must be of type Activation, got 'relu'"),
        (lambda: nn.ActivationLayer(nn.relu).forward([1.0]), ValueError, "X must have shape (n, d) with n ≥ 1, got (1"),
        (lambda: nn.ActivationLayer(nn.relu).forward("x"), TypeError, "X must hold real numbers"),
        (lambda: nn.MatMul([[1.0]]).forward([[1.0, 2.0]]), ValueError, "X must have shape (n, 1) with n ≥ 1, got (1"),
        (lambda: nn.MatMul([[1.0]]).forward(np.zeros((0, 1))), ValueError, "X must have shape (n, 1) with n ≥ 1, got"),
        (lambda: nn.SoftmaxWithLoss().forward([1.0], [0]), ValueError, "Z must have shape (n, d) with n, d ≥ 1, got"),
        (lambda: nn.SoftmaxWithLoss().forward(np.zeros((0, 2)), []), ValueError, "Z must have shape (n, d) with n, d"),
        (lambda: nn.SoftmaxWithLoss().forward([[1.0]], [[1.0], [1.0]]), ValueError, "T must have shape (1, 1)"),
        (lambda: nn.SoftmaxWithLoss().forward([[1.0, 2.0]], [2]), ValueError, "T must be class indices 0 … 1, got 2"),
        (lambda: nn.SoftmaxWithLoss().forward([[1.0, 2.0]], [[0.5, 0.4]]), ValueError, "every row of T must sum to 1"),
        (lambda: nn.SigmoidWithLoss().forward([[1.0]], [[1.5]]), ValueError, "T must be between 0 and 1, got 1.5"),
        (lambda: nn.SigmoidWithLoss().forward([["a"]], [[1.0]]), TypeError, "Z must hold real numbers"),
    ],
)
def test_bad_input_is_named(make: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        make()


def test_a_gradient_that_holds_no_numbers_is_refused() -> None:
    box = nn.MatMul([[1.0]])
    box.forward([[1.0]])
    with pytest.raises(TypeError, match="dY must hold real numbers"):
        box.backward("dY")  # type: ignore[arg-type]


def test_repr_shows_sizes_or_activation() -> None:
    boxes = [nn.MatMul(example((3, 2))), nn.Affine(example((3, 2)), [0.0, 0.0]), nn.ActivationLayer(nn.relu)]
    assert [repr(box) for box in boxes] == ["MatMul(3 → 2)", "Affine(3 → 2)", "ActivationLayer(relu)"]
    assert repr(nn.SoftmaxWithLoss()) == "SoftmaxWithLoss()"
