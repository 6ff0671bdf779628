"""The gradient over all images as a sum over blocks: flat memory, every core, and no work on blank pixels.

The gradient of a mean over images is a sum over images, and a sum does not depend on order. So images with the same blank
pixels are grouped into blocks, and a block drops the columns that are blank in all its images: a zero times a weight adds
nothing to the forward pass, and a blank pixel's weight gets no gradient. This saves more than half of the first layer's
arithmetic; the `forward` and `back_prop` that the notebooks teach run unchanged on the rest.

Results are the same to the last bit for any number of threads: blocks are assigned to a fixed number of partial sums, each
partial sum adds its blocks in order, and the partial sums are added in order.
"""

from functools import partial
from math import isqrt
from typing import NamedTuple

import numpy as np

from mnist_mlp.backprop import back_prop
from mnist_mlp.engine.spill import SpilledArray, SpillFile, is_in_memory, read_rows
from mnist_mlp.loss import cross_entropy, l2_penalty
from mnist_mlp.network import Layer, forward

BLOCK_SIZE = 500
WINDOW = 60_000
N_PARTIALS = 16
DENSE = 0.95  # above this fraction of inked columns, gathering their weights costs more than dropping the others saves


class Block(NamedTuple):
    """Some images and labels, without the columns that are blank in all of them.

    Attributes
    ----------
    X : ndarray or SpilledArray, shape (n, k)
        uint8 pixels, or floats in [0, 1]; slices are ndarrays.
    y : ndarray of int, shape (n,)
    columns : ndarray of int, shape (k,), or slice
        The columns of the full images that `X` holds.
    """

    X: np.ndarray | SpilledArray
    y: np.ndarray
    columns: np.ndarray | slice


def pack_blocks(X, y, block_size=BLOCK_SIZE):
    """Sort images by ink, cut them into blocks and drop each block's blank columns.

    Blocks are formed from 60,000 images at a time: no more are in memory at once if `X` is on disk. Its blocks then go to a
    temporary file, which is deleted with the last of them.

    Parameters
    ----------
    X : array, shape (m, n_pixels)
        uint8 pixels or floats; unchanged. An ndarray, or anything that can be sliced by rows, such as a memory map.
    y : ndarray of int, shape (m,)
    block_size : int
        Images per block; the last may have fewer.

    Returns
    -------
    list of Block
    """
    spill = None if is_in_memory(X) else SpillFile()
    blocks = []
    for start in range(0, len(y), WINDOW):
        images, labels = read_rows(X, start, min(start + WINDOW, len(y))), y[start : start + WINDOW]
        order = order_by_ink(images)
        for rows in np.split(order, range(block_size, len(order), block_size)):
            block = _pack(images[rows], labels[rows])
            blocks.append(block._replace(X=spill.put(block.X)) if spill else block)
    return blocks


def slice_blocks(X, y):
    """Cut images into blocks without sorting or copying them: for an occasional loss, packing does not pay off."""
    starts = range(0, len(y), BLOCK_SIZE)
    return [Block(X[start : start + BLOCK_SIZE], y[start : start + BLOCK_SIZE], slice(None)) for start in starts]


def order_by_ink(X):
    """Order in which images with ink in the same places are neighbours.

    Parameters
    ----------
    X : ndarray, shape (m, n_pixels)
        Images; square pictures if `n_pixels` is a square number, else single lines of pixels.

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


def _pack(X, y):
    """Block of these images."""
    columns = np.flatnonzero(X.any(axis=0))
    if len(columns) > DENSE * X.shape[1]:
        return Block(X, y, slice(None))
    return Block(np.ascontiguousarray(X[:, columns]), y, columns)


def gradient_over_blocks(blocks, layers, lambda_reg, pool):
    """Gradient of the loss over all images of all blocks, on the threads of a pool.

    Returns
    -------
    list of Layer
        What ``back_prop(forward(X, layers), y, layers, lambda_reg)`` gives for all images at once, up to rounding.
    """
    m = sum(len(block.y) for block in blocks)
    unit = _unit(blocks)
    partials = [blocks[i::N_PARTIALS] for i in range(min(N_PARTIALS, len(blocks)))]
    total, *others = pool.map(partial(_sum_gradients, layers=_in_pixels(layers, unit)), partials)
    for gradients in others:
        for layer, addend in zip(total, gradients):
            layer.weights[...] += addend.weights
            layer.bias[...] += addend.bias
    total = _in_pixels(total, unit)
    return [Layer((dw + lambda_reg * weights) / m, db / m) for (dw, db), (weights, _) in zip(total, layers)]


def _sum_gradients(blocks, layers):
    """Gradient of the cross-entropy, summed over the images of some blocks."""
    total = [Layer(np.zeros_like(weights), np.zeros_like(bias)) for weights, bias in layers]
    for block in blocks:
        narrow = _drop_columns(layers, block.columns)
        gradients = back_prop(_forward(block, narrow), block.y, narrow, lambda_reg=0)
        kept = [block.columns, *[slice(None)] * (len(layers) - 1)]
        for (weights, bias), (dw, db), rows in zip(total, gradients, kept):
            dw *= len(block.y)
            db *= len(block.y)
            weights[rows] += dw
            bias += db
    return total


def loss_over_blocks(blocks, layers, lambda_reg, pool):
    """Loss over all images of all blocks: what `compute_loss` gives for all images at once, up to rounding."""
    m = sum(len(block.y) for block in blocks)
    losses = pool.map(partial(_cross_entropy, layers=_in_pixels(layers, _unit(blocks))), blocks)
    return sum(loss * len(block.y) / m for loss, block in zip(losses, blocks)) + l2_penalty(layers, lambda_reg, m)


def _cross_entropy(block, layers):
    """Mean cross-entropy of one block."""
    layers = _drop_columns(layers, block.columns)
    *_, a, _ = _forward(block, layers)
    weights, bias = layers[-1]
    return cross_entropy(a @ weights + bias, block.y)


def _unit(blocks):
    """Value of a stored pixel that stands for 1."""
    return 255 if blocks[0].X.dtype == np.uint8 else 1


def _in_pixels(layers, unit):
    """Layers that take pixels as stored: dividing the first weights once saves dividing every image."""
    return [Layer(layers[0].weights / unit, layers[0].bias), *layers[1:]]


def _drop_columns(layers, columns):
    """Layers for images reduced to these columns."""
    return [Layer(layers[0].weights[columns], layers[0].bias), *layers[1:]]


def _forward(block, layers):
    """Activations of a block, whose pixels are converted to floats only here."""
    return forward(block.X[:].astype(layers[0].weights.dtype, copy=False), layers)
