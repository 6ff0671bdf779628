"""Images on disk: the same bits, and no more memory."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers import flat, relative_error

from mnist_mlp import train
from mnist_mlp.engine import blocks
from mnist_mlp.engine.blocks import pack_blocks


@pytest.fixture
def on_disk(mnist, tmp_path):
    """Images in a memory map."""
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
    made = pack_blocks(on_disk, mnist.y_train[:2300])
    assert not any(isinstance(block.X, np.ndarray) for block in made)
    assert all(
        np.array_equal(block.X[:], packed.X) for block, packed in zip(made, pack_blocks(np.array(on_disk), on_disk[:, 0]))
    )


def test_changes_to_a_copy_on_write_map_are_kept(mnist, tmp_path):
    np.save(tmp_path / "X.npy", mnist.X_train[:50])
    X = np.load(tmp_path / "X.npy", mmap_mode="c")
    X[:] = 255 - X
    pack_blocks(X, mnist.y_train[:50])
    assert np.array_equal(X, 255 - mnist.X_train[:50])


class Rows:
    """Like an array of a file format: a type, a shape, and slices."""

    def __init__(self, array):
        self.array, self.dtype, self.shape, self.ndim = array, array.dtype, array.shape, array.ndim

    def __len__(self):
        return len(self.array)

    def __getitem__(self, rows):
        return self.array[rows].copy()


def test_anything_that_can_be_sliced_can_be_trained_on(mnist):
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


def in_its_own_process(source, batch_size=0):
    command = [sys.executable, "-c", MEASURE, source, str(batch_size)]
    digest, peak_mb = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return digest, float(peak_mb)


needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux's /proc")


@needs_proc
@pytest.mark.parametrize("batch_size", [0, 128])
def test_another_process_gives_the_same_bits_within_260_mb(mnist, batch_size):
    digest, peak_mb = in_its_own_process("bundled", batch_size)
    layers = train(mnist.X_train, mnist.y_train, dtype="float32", epochs=2, batch_size=batch_size or None).layers
    assert digest == hashlib.sha256(b"".join(array.tobytes() for layer in layers for array in layer)).hexdigest()
    assert peak_mb < 260


@needs_proc
def test_ten_times_the_images_on_disk_need_no_more_memory(mnist, tmp_path):
    with open(tmp_path / "X", "wb") as file:
        for _ in range(10):
            file.write(mnist.X_train)
    _, peak_mb = in_its_own_process("bundled")
    _, peak_of_ten_mb = in_its_own_process(str(tmp_path / "X"))
    # The additional memory: a window's images while they are packed, and 600,000 labels.
    assert peak_of_ten_mb < peak_mb + 60
