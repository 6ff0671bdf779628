"""The full-batch gradient over blocks of images: equal to the plain one, whatever the data and wherever it lies."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from helpers import flat, relative_error
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info

from mnist_mlp import back_prop, blocks, compute_loss, forward, initialize, scale, train
from mnist_mlp.engine.blocks import gradient_over_blocks, loss_over_blocks, make_blocks, thread_pool, view_blocks

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
    for made in (make_blocks(X, y, block_size), view_blocks(X, y)):
        gradients, loss = over_blocks(made, layers, 0.5)
        assert relative_error(flat(gradients), flat(back_prop(plain, y, layers, 0.5))) < TOLERANCE[dtype]
        assert loss == pytest.approx(compute_loss(plain, y, layers, 0.5), rel=TOLERANCE[dtype])


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_all_images_in_blocks_equal_the_plain_computation(mnist, dtype):
    layers = initialize((784, 104, 64, 10), np.random.default_rng(0), dtype)
    gradients, loss = over_blocks(make_blocks(mnist.X_train, mnist.y_train), layers, 0.01)
    plain = forward(scale(mnist.X_train), [type(layer)(*(a.astype("float64") for a in layer)) for layer in layers])
    expected = back_prop(plain, mnist.y_train, layers, 0.01)
    assert relative_error(flat(gradients), flat(expected)) < TOLERANCE[dtype]
    assert loss == pytest.approx(compute_loss(plain, mnist.y_train, layers, 0.01), rel=TOLERANCE[dtype])


def test_blocks_hold_every_image_once_without_its_blank_columns(mnist):
    made = make_blocks(mnist.X_train, mnist.y_train)
    assert sum(block.X.size for block in made) / mnist.X_train.size < 0.44
    assert sum(len(block.y) for block in made) == 60_000
    restored = np.zeros((60_000, 784), np.uint8)
    for i, block in enumerate(made):
        restored[500 * i : 500 * (i + 1), block.columns] = block.X
    labels = np.concatenate([block.y for block in made])
    assert sorted(map(bytes, np.c_[restored, labels])) == sorted(map(bytes, np.c_[mnist.X_train, mnist.y_train]))


def test_dense_images_are_neither_narrowed_nor_copied_column_by_column(rng):
    X, y = rng.random((50, 64)) + 0.1, rng.integers(0, 3, 50)
    assert all(block.columns == slice(None) for block in make_blocks(X, y, 20))


@pytest.fixture
def on_disk(mnist, tmp_path):
    """Images in a memory map, with a window so small that they fill several."""
    np.save(tmp_path / "X.npy", mnist.X_train[:2300])
    return np.load(tmp_path / "X.npy", mmap_mode="r")


def test_images_on_disk_train_to_the_same_bits(mnist, on_disk, monkeypatch):
    y = mnist.y_train[:2300]
    for batch_size in (None, 128):
        in_one_window = flat(train(np.array(on_disk), y, epochs=2, batch_size=batch_size).layers)
        with monkeypatch.context() as patch:
            patch.setattr(blocks, "WINDOW", 1000)
            disk, memory = (flat(train(X, y, epochs=2, batch_size=batch_size).layers) for X in (on_disk, np.array(on_disk)))
        assert np.array_equal(disk, memory)
        assert relative_error(disk, in_one_window) < 1e-12


def test_blocks_of_images_on_disk_stay_on_disk(mnist, on_disk):
    made = make_blocks(on_disk, mnist.y_train[:2300])
    assert not any(isinstance(block.X, np.ndarray) for block in made)
    assert all(
        np.array_equal(block.X[:], packed.X) for block, packed in zip(made, make_blocks(np.array(on_disk), on_disk[:, 0]))
    )


def test_changes_to_a_copy_on_write_map_are_kept(mnist, tmp_path):
    np.save(tmp_path / "X.npy", mnist.X_train[:50])
    X = np.load(tmp_path / "X.npy", mmap_mode="c")
    X[:] = 255 - X
    make_blocks(X, mnist.y_train[:50])
    assert np.array_equal(X, 255 - mnist.X_train[:50])


class Rows:
    """What a file format's array offers: a type, a shape, and slices."""

    def __init__(self, array):
        self.array, self.dtype, self.shape, self.ndim = array, array.dtype, array.shape, array.ndim

    def __len__(self):
        return len(self.array)

    def __getitem__(self, rows):
        return self.array[rows].copy()


def test_anything_that_gives_its_rows_can_be_trained_on(mnist):
    X, y = mnist.X_train[:700], mnist.y_train[:700]
    assert np.array_equal(flat(train(Rows(X), y, epochs=2).layers), flat(train(X, y, epochs=2).layers))


MEASURE = """
import hashlib, re, sys, numpy as np
from pathlib import Path
from mnist_mlp import load_mnist, train
X, y, *_ = load_mnist()
if sys.argv[1] != "bundled":
    X, y = np.memmap(sys.argv[1], np.uint8, "r", shape=(600_000, 784)), np.resize(y, 600_000)
settings = dict(dtype="float32", epochs=2, batch_size=int(sys.argv[2]) or None)
result = train(X, y, **settings)
digest = hashlib.sha256(b"".join(array.tobytes() for layer in result.layers for array in layer)).hexdigest()
print(digest, int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1000)
"""


def in_a_process_of_its_own(source, batch_size=0):
    command = [sys.executable, "-c", MEASURE, source, str(batch_size)]
    digest, peak_mb = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return digest, float(peak_mb)


needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux's /proc")


@needs_proc
@pytest.mark.parametrize("batch_size", [0, 128])
def test_another_process_gives_the_same_bits_within_260_mb(mnist, batch_size):
    digest, peak_mb = in_a_process_of_its_own("bundled", batch_size)
    layers = train(mnist.X_train, mnist.y_train, dtype="float32", epochs=2, batch_size=batch_size or None).layers
    assert digest == hashlib.sha256(b"".join(array.tobytes() for layer in layers for array in layer)).hexdigest()
    assert peak_mb < 260


@needs_proc
def test_ten_times_the_images_on_disk_need_no_more_memory(mnist, tmp_path):
    with open(tmp_path / "X", "wb") as file:
        for _ in range(10):
            file.write(mnist.X_train)
    _, peak_mb = in_a_process_of_its_own("bundled")
    _, peak_of_ten_mb = in_a_process_of_its_own(str(tmp_path / "X"))
    # What is in memory once more: a window's images while they are packed, and 600,000 labels.
    assert peak_of_ten_mb < peak_mb + 60


def state():
    blas = [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]
    return blas, threading.active_count()


def test_ctrl_c_in_the_middle_of_an_update_leaves_nothing_running(mnist):
    before = state()
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        train(mnist.X_train, mnist.y_train, epochs=1000, dtype="float32")
    timer.join()
    assert state() == before
