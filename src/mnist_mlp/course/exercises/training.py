"""Notebook 9: the training loop, with mini-batches."""

import numpy as np

from mnist_mlp.backprop import back_prop
from mnist_mlp.course.exercises.feedback import Exercise
from mnist_mlp.network import Layer, forward, initialize

X = np.random.default_rng(0).uniform(size=(12, 5))
y = np.random.default_rng(1).integers(3, size=12)
layers = initialize((5, 4, 3), np.random.default_rng(2))


def every_batch(m, size):
    """Return the slices of one epoch."""
    return [slice(start, start + size) for start in range(0, m, size)]


def step(layers, gradients, rate):
    """Go downhill."""
    return [Layer(W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(layers, gradients)]


def variant(batches=every_batch, step=step, at=lambda layers, start: layers, rate=lambda rate, batch: rate):
    """Make a training loop of which one piece is another."""

    def wrong_train(X, y, layers, epochs, learning_rate, batch_size):
        start = layers
        for _ in range(epochs):
            for batch in batches(len(X), batch_size):
                where = at(layers, start)
                gradients = back_prop(forward(X[batch], where), y[batch], where, 0.0)
                layers = step(layers, gradients, rate(learning_rate, batch))
        return layers

    return wrong_train


right = variant()


def train_with(epochs, batch_size):
    """Make an example."""
    return lambda f: f(X, y, layers, epochs, 0.5, batch_size)


EXERCISES = {
    "train": Exercise(
        right=right,
        examples={
            "one epoch of one batch": train_with(1, 12),
            "one epoch of three batches": train_with(1, 4),
            "three epochs of three batches": train_with(3, 4),
            "a last batch that is smaller": train_with(2, 5),
            "no epoch": train_with(0, 4),
        },
        mistakes={
            "You step uphill: the loss falls against the gradient.": variant(rate=lambda rate, batch: -rate),
            "The step lacks the learning rate: multiply the gradient by it.": variant(rate=lambda rate, batch: 1),
            "The last batch, which may be smaller, is left out.": variant(lambda m, size: every_batch(m, size)[: m // size]),
            "You make one update an epoch, with all images. Make one for each batch.": variant(lambda m, size: [slice(m)]),
            "You make one update an epoch, with the first batch. Go through all batches.": variant(
                lambda m, size: every_batch(m, size)[:1]
            ),
            "You make one update an epoch, with the last batch. The update belongs inside the loop over batches.": variant(
                lambda m, size: every_batch(m, size)[-1:]
            ),
            "The gradient is always taken at the first weights. Take it at the present ones.": variant(
                at=lambda layers, start: start
            ),
            "The biases are not updated.": variant(
                step=lambda layers, gradients, rate: step(layers, [(dW, 0) for dW, _ in gradients], rate)
            ),
            "The weights are not updated.": variant(
                step=lambda layers, gradients, rate: step(layers, [(0, db) for _, db in gradients], rate)
            ),
            "You go through the images once, whatever epochs is.": lambda X, y, layers, epochs, *rest: right(
                X, y, layers, min(epochs, 1), *rest
            ),
            "You return the layers that you were given. "
            "Is there an update for each batch of each epoch, and do you keep what it returns?": variant(
                step=lambda layers, gradients, rate: layers
            ),
            "You divide by the size of the batch, but the gradient is a mean already.": variant(
                rate=lambda rate, batch: rate / (min(batch.stop, 12) - batch.start)
            ),
        },
    ),
}
