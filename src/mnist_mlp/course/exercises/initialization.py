"""Notebook 2: He's initial weights."""

from itertools import pairwise

import numpy as np

from mnist_mlp.course.exercises.feedback import Exercise
from mnist_mlp.network import Layer, initialize


def variant(size=lambda n_in, n_out: np.sqrt(2 / n_in), draw=None, bias=None):
    """Make an `initialize` of which one piece is another."""

    def wrong_initialize(layer_sizes, rng):
        layers = []
        for n_in, n_out in pairwise(layer_sizes):
            weights = draw(rng, (n_in, n_out)) if draw else rng.normal(size=(n_in, n_out))
            layers.append((weights * size(n_in, n_out), bias(rng, n_out) if bias else np.zeros((1, n_out))))
        return layers

    return wrong_initialize


def shapes(f):
    """Return weights and biases of 0 in the shapes that they have."""
    return [Layer(0 * weights, 0 * bias) for weights, bias in f((5, 4, 3, 2), np.random.default_rng(0))]


def two_digits(value):
    """Round to two significant digits."""
    return float(f"{value:.1e}")


def statistics(f):
    """Return what is true of many weights, whatever is drawn."""
    (W1, b1), (W2, b2) = f((400, 250, 200), np.random.default_rng(0))
    (again, _), _ = f((400, 250, 200), np.random.default_rng(0))
    (other, _), _ = f((400, 250, 200), np.random.default_rng(1))
    return {
        "the number of biases that are not 0": np.count_nonzero(b1) + np.count_nonzero(b2),
        "the mean of W1 divided by its standard deviation": round(float(W1.mean() / W1.std()), 1) + 0.0,
        "the variance of W1 times its 400 inputs": two_digits(W1.var() * 400),
        "the variance of W2 times its 250 inputs": two_digits(W2.var() * 250),
        "the fraction of weights closer to 0 than their standard deviation": round(np.mean(abs(W1) < W1.std()), 1),
        "the same generator gives the same weights": np.array_equal(W1, again),
        "another generator gives other weights": not np.array_equal(W1, other),
    }


EXERCISES = {
    "initialize": Exercise(
        right=initialize,
        examples={"three layers": shapes, "many weights": statistics},
        mistakes={
            "The variance is 1/n. ReLU halves the mean square, so it must be 2/n: multiply by `np.sqrt(2 / n)`.": (
                variant(lambda n_in, n_out: np.sqrt(1 / n_in))
            ),
            "You multiply by the variance 2/n. Multiply by the standard deviation, its square root.": variant(
                lambda n_in, n_out: 2 / n_in
            ),
            "n is the number of outputs. What is summed are the inputs: n = n_in.": variant(
                lambda n_in, n_out: np.sqrt(2 / n_out)
            ),
            "This is the variance 2 / (n_in + n_out) of Glorot and Bengio. He's is 2 / n_in.": variant(
                lambda n_in, n_out: np.sqrt(2 / (n_in + n_out))
            ),
            "The variance is 1, so the signal grows from layer to layer. Multiply by `np.sqrt(2 / n_in)`.": variant(
                lambda n_in, n_out: 1
            ),
            "The weights are 0.01 times normal ones whatever the layer. Multiply by `np.sqrt(2 / n_in)`.": variant(
                lambda n_in, n_out: 0.01
            ),
            "The biases are not 0. They start there: the weights make the units differ.": variant(
                bias=lambda rng, n_out: rng.normal(size=(1, n_out))
            ),
            "All weights are 0. Then no weight of a hidden layer gets a gradient: draw them at random.": variant(
                lambda n_in, n_out: 0
            ),
            "All weights of a layer are equal, and so all units will stay equal. Draw them at random.": variant(
                draw=lambda rng, shape: np.ones(shape)
            ),
            "The numbers are uniform, and not even around 0. Draw normal ones: `rng.normal(size=...)`.": variant(
                draw=lambda rng, shape: rng.random(shape)
            ),
            "The numbers are uniform. Draw normal ones: `rng.normal(size=...)`.": variant(
                draw=lambda rng, shape: rng.uniform(-np.sqrt(3), np.sqrt(3), shape)
            ),
            "The numbers do not come from `rng`, so they cannot be repeated.": variant(
                draw=lambda rng, shape: np.random.default_rng().normal(size=shape)
            ),
            "You start a generator of your own, so every network has the same weights. Use `rng`.": variant(
                draw=lambda rng, shape: np.random.default_rng(42).normal(size=shape)
            ),
            "Weights are transposed: an image is a row, `X @ W`, so their shape is (n_in, n_out).": (
                lambda layer_sizes, rng: [(weights.T, bias) for weights, bias in initialize(layer_sizes, rng)]
            ),
            "Biases need the shape (1, n_out): a row.": variant(bias=lambda rng, n_out: np.zeros(n_out)),
        },
    ),
}
