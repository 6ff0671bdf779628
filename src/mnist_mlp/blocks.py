"""The full-batch gradient as a sum over blocks of images: flat memory, every core, and no work on blank pixels.

The gradient of a mean over images is a sum over images, and a sum does not care about order. So images that leave the same
pixels blank are put into one block, and a block drops the columns in which all its images are blank: a zero times a weight
adds nothing forward, and a blank pixel's weight gets no gradient back. About half of the arithmetic goes away; the `forward`
and `back_prop` that the notebooks teach run unchanged on what is left.

Results are the same to the last bit for any number of threads: blocks are dealt into a fixed number of hands, each hand adds
its blocks in order, and the hands are added in order.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from inspect import unwrap
from math import isqrt
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from mnist_mlp.backprop import back_prop
from mnist_mlp.loss import compute_loss, l2_penalty
from mnist_mlp.network import Layer, forward, scale

BLOCK_SIZE = 500
HANDS = 16
# Whoever makes blocks has checked images and layers once; thousands of blocks need not check them again.
forward, back_prop, compute_loss = unwrap(forward), unwrap(back_prop), unwrap(compute_loss)


class Block(NamedTuple):
    """Some images and labels, without the columns that are blank in all of them.

    Attributes
    ----------
    X : ndarray, shape (n, k)
        uint8 pixels, or floats in [0, 1].
    y : ndarray of int, shape (n,)
    columns : ndarray of int, shape (k,), or slice
        Which columns of the whole images those of `X` are.
    """

    X: np.ndarray
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
        Row numbers sorted by width of the bounding box of the ink, its left edge, its top edge, and amount of ink.
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
    """Cut images into blocks and drop each block's blank columns.

    Parameters
    ----------
    X : ndarray, shape (m, n_pixels)
        uint8 pixels or floats; unchanged.
    y : ndarray of int, shape (m,)
    block_size : int
        Images a block; the last may have fewer.

    Returns
    -------
    list of Block
    """
    order = order_by_ink(X)
    return [_pack(X[rows], y[rows]) for rows in np.split(order, range(block_size, len(order), block_size))]


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
    return forward(scale(block.X, layers[0].weights.dtype), layers)


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
