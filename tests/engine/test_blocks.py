"""The full-batch gradient over blocks of images equals the plain one, whatever the data."""

import numpy as np
import pytest
from helpers import flat, relative_error
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_mlp import back_prop, compute_loss, forward, initialize, scale
from mnist_mlp.engine.blocks import gradient_over_blocks, loss_over_blocks, pack_blocks, slice_blocks
from mnist_mlp.engine.threads import thread_pool

TOLERANCE = {"float64": 1e-12, "float32": 1e-5}


def over_blocks(made, layers, lambda_reg, threads=2):
    with thread_pool(threads) as pool:
        return gradient_over_blocks(made, layers, lambda_reg, pool), loss_over_blocks(made, layers, lambda_reg, pool)


def sparse_images(rng, m, n_pixels, blank_images, blank_columns):
    X = rng.integers(0, 256, (m, n_pixels)) * (rng.random((m, n_pixels)) < 0.3)
    X[rng.random(m) < blank_images] = 0
    X[:, rng.random(n_pixels) < blank_columns] = 0
    return X.astype(np.uint8)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1), m=st.integers(1, 90), n_pixels=st.integers(1, 70),
    block_size=st.sampled_from([1, 2, 3, 20, 100]), hidden=st.lists(st.integers(1, 9), max_size=3),
    blank_images=st.sampled_from([0, 0.3, 1]), blank_columns=st.sampled_from([0, 0.5, 1]),
    dtype=st.sampled_from(["float64", "float32"]), as_floats=st.booleans(),
)  # fmt: skip
def test_blocks_equal_the_plain_computation(
    seed, m, n_pixels, block_size, hidden, blank_images, blank_columns, dtype, as_floats
):
    rng = np.random.default_rng(seed)
    X, y = sparse_images(rng, m, n_pixels, blank_images, blank_columns), rng.integers(0, 4, m)
    X = scale(X, dtype) if as_floats else X
    layers = initialize((n_pixels, *hidden, 4), rng, dtype)
    plain = forward(scale(X, dtype), layers)
    for made in (pack_blocks(X, y, block_size), slice_blocks(X, y)):
        gradients, loss = over_blocks(made, layers, 0.5)
        assert relative_error(flat(gradients), flat(back_prop(plain, y, layers, 0.5))) < TOLERANCE[dtype]
        assert loss == pytest.approx(compute_loss(plain, y, layers, 0.5), rel=TOLERANCE[dtype])


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_all_images_in_blocks_equal_the_plain_computation(mnist, dtype):
    layers = initialize((784, 104, 64, 10), np.random.default_rng(0), dtype)
    gradients, loss = over_blocks(pack_blocks(mnist.X_train, mnist.y_train), layers, 0.01)
    plain = forward(scale(mnist.X_train), [type(layer)(*(a.astype("float64") for a in layer)) for layer in layers])
    expected = back_prop(plain, mnist.y_train, layers, 0.01)
    assert relative_error(flat(gradients), flat(expected)) < TOLERANCE[dtype]
    assert loss == pytest.approx(compute_loss(plain, mnist.y_train, layers, 0.01), rel=TOLERANCE[dtype])


def test_blocks_hold_every_image_once_without_blank_columns(mnist):
    made = pack_blocks(mnist.X_train, mnist.y_train)
    assert sum(block.X.size for block in made) / mnist.X_train.size < 0.44
    assert sum(len(block.y) for block in made) == 60_000
    restored = np.zeros((60_000, 784), np.uint8)
    for i, block in enumerate(made):
        restored[500 * i : 500 * (i + 1), block.columns] = block.X
    labels = np.concatenate([block.y for block in made])
    assert sorted(map(bytes, np.c_[restored, labels])) == sorted(map(bytes, np.c_[mnist.X_train, mnist.y_train]))


def test_dense_images_keep_all_their_columns(rng):
    X, y = rng.random((50, 64)) + 0.1, rng.integers(0, 3, 50)
    assert all(block.columns == slice(None) for block in pack_blocks(X, y, 20))
