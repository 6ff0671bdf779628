"""What makes the training loop fast: blocks of images without their blank pixels, spill files, threads."""

from mnist_mlp.engine.batches import open_batches

__all__ = ["open_batches"]
