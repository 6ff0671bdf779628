"""The full-batch gradient as a sum over blocks of images: flat memory, every core, and no work on blank pixels.

The gradient of a mean over images is a sum over images, and a sum does not care about order. So images that leave the same
pixels blank are put into one block, and a block drops the columns in which all its images are blank: a zero times a weight
adds nothing forward, and a blank pixel's weight gets no gradient back. About half of the arithmetic goes away; the `forward`
and `back_prop` that the notebooks teach run unchanged on what is left.

Results are the same to the last bit for any number of threads: blocks are dealt into a fixed number of hands, each hand adds
its blocks in order, and the hands are added in order.
"""

import mmap
import os
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from inspect import unwrap
from math import isqrt
from tempfile import TemporaryFile
from threading import Lock
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from mnist_mlp.backprop import back_prop
from mnist_mlp.loss import compute_loss, l2_penalty
from mnist_mlp.network import Layer, forward, scale

BLOCK_SIZE = 500
WINDOW = 60_000
HANDS = 16
# Whoever makes blocks has checked images and layers once; thousands of blocks need not check them again.
forward, back_prop, compute_loss = unwrap(forward), unwrap(back_prop), unwrap(compute_loss)


class Block(NamedTuple):
    """Some images and labels, without the columns that are blank in all of them.

    Attributes
    ----------
    X : ndarray or StoredArray, shape (n, k)
        uint8 pixels, or floats in [0, 1]; a slice of it is an ndarray.
    y : ndarray of int, shape (n,)
    columns : ndarray of int, shape (k,), or slice
        Which columns of the whole images those of `X` are.
    """

    X: "np.ndarray | StoredArray"
    y: np.ndarray
    columns: np.ndarray | slice


def order_by_ink(X):
    """Order in which images with ink in the same places are neighbours.

    Parameters
    ----------
    X : ndarray, shape (m, n_pixels)
        Images; a row is read as a square picture where `n_pixels` is a square number, else as a single line of pixels.

    Returns
    -------
    ndarray of int64, shape (m,)
        Row numbers sorted by the ink's left edge in steps of three columns, its top edge, its right edge, and its lower right
        corner (the largest sum of row and column): found by trying many keys on MNIST.
    """
    side = isqrt(X.shape[1])
    shape = (side, side) if side**2 == X.shape[1] else (1, X.shape[1])
    diagonal = np.add.outer(*map(np.arange, shape)).astype(np.uint16)
    keys = []
    for start in range(0, len(X), 10_000):
        ink = (X[start : start + 10_000] != 0).reshape(-1, *shape)
        columns, rows = ink.any(axis=1), ink.any(axis=2)
        left, right, top = columns.argmax(axis=1), shape[1] - columns[:, ::-1].argmax(axis=1), rows.argmax(axis=1)
        corner = np.max(ink * diagonal, axis=(1, 2))
        keys.append((corner, right, top, left // 3))
    return np.lexsort(np.concatenate(keys, axis=1))


def make_blocks(X, y, block_size=BLOCK_SIZE):
    """Sort images by ink, cut them into blocks and drop each block's blank columns.

    Images beyond the first 60,000 make blocks of their own, 60,000 at a time: that many are in memory at once if `X` lies on
    disk. Then the blocks go to a temporary file, which is deleted with the last of them.

    Parameters
    ----------
    X : array, shape (m, n_pixels)
        uint8 pixels or floats; unchanged. An ndarray, or anything that gives rows when it is sliced, such as a memory map.
    y : ndarray of int, shape (m,)
    block_size : int
        Images a block; the last may have fewer.

    Returns
    -------
    list of Block
    """
    store = None if is_in_memory(X) else DiskStore()
    blocks = []
    for start in range(0, len(y), WINDOW):
        images, labels = _read(X, start, min(start + WINDOW, len(y))), y[start : start + WINDOW]
        order = order_by_ink(images)
        for rows in np.split(order, range(block_size, len(order), block_size)):
            block = _pack(images[rows], labels[rows])
            blocks.append(block._replace(X=store.put(block.X)) if store else block)
    return blocks


def view_blocks(X, y):
    """Cut images into blocks without sorting or copying them: for a loss now and then, packing would not pay.

    Parameters
    ----------
    X, y
        As for `make_blocks`.

    Returns
    -------
    list of Block
    """
    starts = range(0, len(y), BLOCK_SIZE)
    return [Block(X[start : start + BLOCK_SIZE], y[start : start + BLOCK_SIZE], slice(None)) for start in starts]


class DiskStore:
    """A temporary file of arrays, deleted with the last of them."""

    def __init__(self):
        self._file, self._lock = TemporaryFile(prefix="mnist-mlp-"), Lock()
        weakref.finalize(self, self._file.close)

    def put(self, array):
        """Write an array to the end of the file and return it as a `StoredArray`."""
        offset = self._file.seek(0, os.SEEK_END)
        self._file.write(np.ascontiguousarray(array))
        return StoredArray(self, offset, array.shape, array.dtype)

    def get(self, offset, shape, dtype):
        """Read an array; several threads may."""
        array = np.empty(shape, dtype)
        with self._lock:
            self._file.seek(offset)
            self._file.readinto(array)
        return array


class StoredArray(NamedTuple):
    """An array in a `DiskStore`, in memory only while somebody holds a slice of it."""

    store: DiskStore
    offset: int
    shape: tuple[int, ...]
    dtype: np.dtype

    def __getitem__(self, rows):
        """Rows of the array."""
        return self.store.get(self.offset, self.shape, self.dtype)[rows]


def is_in_memory(X):
    """Whether `X` is an array that is not a memory map."""
    return isinstance(X, np.ndarray) and not isinstance(X, np.memmap)


def _read(X, start, stop):
    """Rows of `X` as an array in memory: a view if they are there already."""
    if is_in_memory(X):
        return X[start:stop]
    images = np.empty((stop - start, X.shape[1]), X.dtype)
    for i in range(start, stop, 1000):
        rows = X[i : min(i + 1000, stop)]
        images[i - start : i - start + len(rows)] = rows
        _give_back(rows)
    return images


def _give_back(rows):
    """Let the system have the pages that a memory map has read: they would count as this process's memory to its end."""
    if getattr(rows, "mode", "c") == "c":  # copy on write: its changes are nowhere else
        return
    while isinstance(rows, np.ndarray):
        rows = rows.base
    if isinstance(rows, mmap.mmap) and hasattr(rows, "madvise"):
        rows.madvise(mmap.MADV_DONTNEED)


def _pack(X, y):
    """Make a block of these images."""
    columns = np.flatnonzero(X.any(axis=0))
    # Where next to nothing can be dropped, gathering weights would cost more than it saves.
    if len(columns) > 0.95 * X.shape[1]:
        return Block(X, y, slice(None))
    return Block(np.ascontiguousarray(X[:, columns]), y, columns)


def gradient_over_blocks(blocks, layers, lambda_reg, pool):
    """Gradient of the loss over all images of all blocks.

    Parameters
    ----------
    blocks : list of Block
    layers : list of Layer
    lambda_reg : float
        Strength of the L2 penalty.
    pool : concurrent.futures.Executor
        Threads that the blocks run on.

    Returns
    -------
    list of Layer
        What ``back_prop(forward(X, layers), y, layers, lambda_reg)`` gives for all images at once, up to rounding.
    """
    m = sum(len(block.y) for block in blocks)
    hands = [blocks[i::HANDS] for i in range(min(HANDS, len(blocks)))]
    total, *others = pool.map(partial(_sum_gradients, layers=layers, m=m), hands)
    for gradients in others:
        for layer, addend in zip(total, gradients):
            layer.weights[...] += addend.weights
            layer.bias[...] += addend.bias
    return [Layer(dw + (lambda_reg / m) * weights, db) for (dw, db), (weights, _) in zip(total, layers)]


def _sum_gradients(blocks, layers, m):
    """Sum of the blocks' gradients, each weighted by its share of the m images."""
    total = [Layer(np.zeros_like(weights), np.zeros_like(bias)) for weights, bias in layers]
    for block in blocks:
        narrow = _drop_columns(layers, block.columns)
        gradients = back_prop(_forward(block, narrow), block.y, narrow, lambda_reg=0)
        rows = [block.columns, *[slice(None)] * (len(layers) - 1)]
        for (weights, bias), (dw, db), kept in zip(total, gradients, rows):
            dw *= len(block.y) / m
            db *= len(block.y) / m
            weights[kept] += dw
            bias += db
    return total


def loss_over_blocks(blocks, layers, lambda_reg, pool):
    """Loss over all images of all blocks: what `compute_loss` gives for all images at once, up to rounding.

    Parameters
    ----------
    blocks, layers, lambda_reg, pool
        As for `gradient_over_blocks`.

    Returns
    -------
    float
    """
    m = sum(len(block.y) for block in blocks)
    losses = pool.map(partial(_cross_entropy, layers=layers), blocks)
    return sum(loss * len(block.y) / m for loss, block in zip(losses, blocks)) + l2_penalty(layers, lambda_reg, m)


def _cross_entropy(block, layers):
    """Mean cross-entropy of one block."""
    narrow = _drop_columns(layers, block.columns)
    return compute_loss(_forward(block, narrow), block.y, narrow, lambda_reg=0)


def _drop_columns(layers, columns):
    """Layers for images of which only these columns are left."""
    return [Layer(layers[0].weights[columns], layers[0].bias), *layers[1:]]


def _forward(block, layers):
    """Activations of a block, whose images become floats only now."""
    return forward(scale(block.X[:], layers[0].weights.dtype), layers)


@contextmanager
def thread_pool(threads):
    """Threads for blocks, each doing its own matrix products.

    The linear-algebra library is held to one thread meanwhile: two kinds of threads would fight for the same cores.

    Parameters
    ----------
    threads : int

    Yields
    ------
    concurrent.futures.ThreadPoolExecutor
        Ended, with its waiting work cancelled, when the block is left, also by an exception.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        # NumPy's warnings are set thread by thread; the training loop looks for overflow itself and explains it.
        pool = ThreadPoolExecutor(threads, "mnist-mlp", initializer=partial(np.seterr, over="ignore", invalid="ignore"))
        try:
            yield pool
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
