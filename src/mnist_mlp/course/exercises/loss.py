"""Notebook 5: one-hot labels, and the loss."""

import numpy as np

from mnist_mlp.course.exercises.feedback import Exercise
from mnist_mlp.loss import cross_entropy, one_hot_encode
from mnist_mlp.network import softmax

labels = np.array([2, 0, 1, 0, 0], np.uint8)
scores = np.array([[0.0, 1.0, 2.0], [2.0, -1.0, 0.0], [0.5, 0.5, 0.0], [3.0, 1.0, 1.0], [-1.0, 0.0, 1.0]])
far_behind = np.array([[0.0, 0.0, -30000.0], [0.0, 0.0, -50.0]])
large = np.array([[1000.0, 1000.0, 0.0], [0.0, 900.0, 901.0]])
far_apart = np.array([[1.0, 2.0, 3.0], [1001.0, 1002.0, 1003.0]])


def mark(y, num_classes, place, dtype=float):
    """Set 1 at some places."""
    one_hot = np.zeros((len(y), num_classes), dtype)
    one_hot[place(y)] = 1
    return one_hot


def log_softmax(z):
    """Return the logarithms of the probabilities, finite for any scores."""
    shifted = z - z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def true_class(table, y):
    """Pick the entry of each row's label."""
    return table[np.arange(len(y)), y]


EXERCISES = {
    "one_hot": Exercise(
        right=one_hot_encode,
        examples={
            "five labels of three classes": lambda f: f(labels, 3),
            "as many labels as classes": lambda f: f(labels, 5),
            "one label of ten classes": lambda f: f(labels[:1], 10),
        },
        mistakes={
            "Each row has several ones: `one_hot[:, y]` sets whole columns. "
            "Pair each row with its label: `one_hot[np.arange(len(y)), y]`.": lambda y, n: mark(
                y, n, lambda y: (slice(None), y)
            ),
            "Rows and columns are swapped: an image is a row, a class a column.": lambda y, n: one_hot_encode(y, n).T,
            "The width comes from the largest label. Some class may have no image: use num_classes.": (
                lambda y, n: one_hot_encode(y, y.max() + 1)
            ),
            "You encode integers. The loss and the gradient compute with floats.": lambda y, n: one_hot_encode(y, n, int),
            "You encode booleans. The loss and the gradient compute with floats.": lambda y, n: one_hot_encode(y, n, bool),
            "The ones are one class too far to the left: classes count from 0.": lambda y, n: np.roll(
                one_hot_encode(y, n), -1, axis=1
            ),
            "You write the label itself instead of 1.": lambda y, n: one_hot_encode(y, n) * y[:, None],
        },
    ),
    "cross_entropy": Exercise(
        right=cross_entropy,
        examples={
            "five images": lambda f: f(scores, labels),
            "one image": lambda f: f(scores[:1], labels[:1]),
            "another score far behind": lambda f: f(far_behind, np.array([0, 0])),
            "the true score far behind": lambda f: f(far_behind, np.array([2, 2])),
            "scores near 1000": lambda f: f(large, np.array([0, 1])),
            "a row near 0 above one near 1000": lambda f: f(far_apart, np.array([0, 1])),
        },
        mistakes={
            "A probability too small for a float is 0, and you take the logarithm of 0. "
            "Take the logarithm on paper first: log sum exp(z) - z_y.": lambda z, y: -np.log(true_class(softmax(z), y)).mean(),
            "A probability too small for a float is 0, its logarithm is -inf, and 0 times that is nan. "
            "Take the logarithm on paper first: log sum exp(z) - z_y.": lambda z, y: (
                -np.mean(np.sum(one_hot_encode(y, 3) * np.log(softmax(z)), axis=1))
            ),
            "A small constant inside the logarithm caps the loss. "
            "Without it nothing is lost: log sum exp(z) - z_y.": lambda z, y: -np.log(true_class(softmax(z), y) + 1e-8).mean(),
            "exp overflows for a large score. Subtract each row's largest score first.": lambda z, y: np.mean(
                np.log(np.exp(z).sum(axis=1)) - true_class(z, y)
            ),
            "softmax overflows for a large score. Subtract each row's largest score first.": lambda z, y: (
                -np.log(true_class(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True), y)).mean()
            ),
            "What you subtract is not each row's largest score, so exp can still overflow.": lambda z, y: np.mean(
                np.log(np.exp(z - z.mean(axis=1, keepdims=True)).sum(axis=1)) - true_class(z - z.mean(axis=1, keepdims=True), y)
            ),
            "You subtract the largest score in one of the two terms only. "
            "Take z_y from the same shifted scores.": lambda z, y: np.mean(
                np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1)) - true_class(z, y)
            ),
            "You subtract the largest score of the whole array; a row far below it vanishes. "
            "Each row needs its own: `axis=1`.": lambda z, y: np.mean(
                np.log(np.exp(z - z.max()).sum(axis=1)) - true_class(z - z.max(), y)
            ),
            "You sum over the images. The loss is their mean.": lambda z, y: -true_class(log_softmax(z), y).sum(),
            "You average over the classes, too: the mean of the whole table is too small by their number.": lambda z, y: (
                -np.mean(one_hot_encode(y, 3) * log_softmax(z))
            ),
            "The sign is wrong: the logarithm of a probability is negative, a loss is not.": lambda z, y: true_class(
                log_softmax(z), y
            ).mean(),
            "This is a logarithm to the base 10. np.log is the natural one.": lambda z, y: (
                -true_class(log_softmax(z), y).mean() / np.log(10)
            ),
            "This is a logarithm to the base 2. np.log is the natural one.": lambda z, y: (
                -true_class(log_softmax(z), y).mean() / np.log(2)
            ),
            "You use the largest probability. The loss is about that of the true class, y.": lambda z, y: (
                -(log_softmax(z).max(axis=1).mean())
            ),
            "`p[:, y]` picks the labels of all images in every row. "
            "Pair each row with its label: `p[np.arange(len(y)), y]`.": lambda z, y: -log_softmax(z)[:, y].mean(),
            "The logarithm is missing: 1 - p is another loss.": lambda z, y: (1 - true_class(softmax(z), y)).mean(),
            "You take the logarithm of the mean. The loss is the mean of the logarithms.": lambda z, y: (
                -np.log(true_class(softmax(z), y).mean())
            ),
            "You return a loss for each image. Return their mean.": lambda z, y: -true_class(log_softmax(z), y),
        },
    ),
}
