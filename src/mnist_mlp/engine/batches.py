"""What one update sees: all images, in blocks on all cores, or a mini-batch of them."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from math import ceil
from typing import NamedTuple

import numpy as np

from mnist_mlp.backprop import back_prop
from mnist_mlp.engine.blocks import Block, gradient_over_blocks, loss_over_blocks, pack_blocks, slice_blocks
from mnist_mlp.engine.threads import thread_pool
from mnist_mlp.network import forward, scale


class FullBatch(NamedTuple):
    """All images, in blocks."""

    blocks: list[Block]
    pool: Executor

    def gradient(self, layers, lambda_reg):
        """Gradient of the loss over all images."""
        return gradient_over_blocks(self.blocks, layers, lambda_reg, self.pool)

    def loss(self, layers, lambda_reg):
        """Loss over all images."""
        return loss_over_blocks(self.blocks, layers, lambda_reg, self.pool)


class MiniBatch(NamedTuple):
    """Some images."""

    X: np.ndarray
    y: np.ndarray

    def gradient(self, layers, lambda_reg):
        """Gradient of the loss over these images."""
        return back_prop(forward(self.X, layers), self.y, layers, lambda_reg)


class Batches:
    """Images and labels, handed out batch by batch."""

    def __init__(self, X, y, batch_size, pool):
        self.X, self.y, self.batch_size = X, y, batch_size
        self.per_epoch = 1 if batch_size is None else ceil(len(y) / batch_size)
        self._all = FullBatch(pack_blocks(X, y) if batch_size is None else slice_blocks(X, y), pool)

    def loss(self, layers, lambda_reg):
        """Loss over all images."""
        return self._all.loss(layers, lambda_reg)

    def epoch(self, rng, dtype, augment=None) -> Iterator[FullBatch | MiniBatch]:
        """Yield the batches of an epoch: all images, or mini-batches of them, shuffled anew."""
        if self.batch_size is None:
            yield self._all
            return
        order = rng.permutation(len(self.y))
        for start in range(0, len(order), self.batch_size):
            # Sorted, rows on disk are read in one go; their order does not matter in a sum.
            rows = np.sort(order[start : start + self.batch_size])
            pixels = scale(self.X[rows], dtype)
            if augment:
                pixels = augment(pixels, rng).astype(dtype, copy=False)
            yield MiniBatch(pixels, self.y[rows])


@contextmanager
def open_batches(X, y, batch_size=None, threads=None):
    """Yield `Batches` that run on this many threads, by default one per core; the result does not depend on their number."""
    with thread_pool(threads) as pool:
        yield Batches(X, y, batch_size, pool)
