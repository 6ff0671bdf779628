"""Notebook 3: softmax."""

import numpy as np

from mnist_mlp.course.exercises.feedback import Exercise
from mnist_mlp.network import softmax

scores = np.array([[0.0, 1.0, 2.0], [2.5, -1.0, 0.25]])
far_apart = np.array([[1.0, 2.0, 3.0], [1001.0, 1002.0, 1003.0]])


def normalized(exp, axis=1):
    """Divide by the sum along an axis."""
    return exp / exp.sum(axis=axis, keepdims=True)


EXERCISES = {
    "softmax": Exercise(
        right=softmax,
        examples={
            "two rows of scores": lambda f: f(scores),
            "one row": lambda f: f(scores[:1]),
            "as many rows as classes": lambda f: f(np.vstack([scores, scores[:1]])),
            "scores near 1000": lambda f: f(1000 + scores),
            "scores near -1000": lambda f: f(scores - 1000),
            "a row near 0 above one near 1000": lambda f: f(far_apart),
            "one score of 20000": lambda f: f(np.array([[0.0, 0.0, 20000.0]])),
        },
        mistakes={
            "exp overflows when scores are large, and all of them vanish when scores are far below 0. "
            "Subtract each row's largest score first.": lambda z: normalized(np.exp(z)),
            "You subtract the largest score of the whole array; a row far below it vanishes. "
            "Each row needs its own: `axis=1`.": lambda z: normalized(np.exp(z - z.max())),
            "What you subtract is not the row's largest score, so exp can still overflow.": lambda z: normalized(
                np.exp(z - z.min(axis=1, keepdims=True))
            ),
            "The sum runs down the columns, over the images. An image is a row: sum over `axis=1`.": lambda z: normalized(
                np.exp(z - z.max(axis=1, keepdims=True)), axis=0
            ),
            "Maximum and sum run down the columns, over the images. An image is a row: use `axis=1`.": lambda z: normalized(
                np.exp(z - z.max(axis=0)), axis=0
            ),
            "You divide by the sum over all rows. Each row is an image with a sum of its own: `axis=1`.": lambda z: normalized(
                np.exp(z - z.max(axis=1, keepdims=True)), axis=None
            ),
            "Rows do not sum to 1: divide each by its sum.": lambda z: np.exp(z - z.max(axis=1, keepdims=True)),
            "The exponential is missing: scores can be negative, probabilities cannot.": normalized,
            "You return logarithms of the probabilities.": lambda z: np.log(softmax(z)),
        },
    ),
}
