"""Notebook 4: the forward pass, for any depth."""

import numpy as np

from mnist_mlp.course.exercises.feedback import Exercise
from mnist_mlp.network import Layer, forward, initialize, relu, softmax

X = np.random.default_rng(0).uniform(size=(6, 5))


def variant(hidden=lambda a, W, b: relu(a @ W + b), last=lambda a, W, b: softmax(a @ W + b)):
    """Make a `forward` of which one piece is another."""

    def wrong_forward(X, layers):
        activations = [X]
        for weights, bias in layers[:-1]:
            activations.append(hidden(activations[-1], weights, bias))
        return [*activations, last(activations[-1], *layers[-1])]

    return wrong_forward


def network(*layer_sizes):
    """Draw layers with biases that are not 0."""
    rng = np.random.default_rng(1)
    return [Layer(weights, rng.normal(size=bias.shape)) for weights, bias in initialize(layer_sizes, rng)]


EXERCISES = {
    "forward": Exercise(
        right=forward,
        examples={
            "two layers": lambda f: f(X, network(5, 4, 3)),
            "one layer": lambda f: f(X, network(5, 3)),
            "four layers": lambda f: f(X, network(5, 6, 4, 4, 3)),
            "one image": lambda f: f(X[:1], network(5, 4, 3)),
            "large scores": lambda f: f(1e5 * X, network(5, 4, 3)),
        },
        mistakes={
            "The last layer's scores go through ReLU. Softmax needs them as they are, negative ones too.": variant(
                last=lambda a, W, b: softmax(relu(a @ W + b))
            ),
            "The bias is missing: z = a W + b.": variant(lambda a, W, b: relu(a @ W), lambda a, W, b: softmax(a @ W)),
            "The last layer's bias is missing.": variant(last=lambda a, W, b: softmax(a @ W)),
            "The bias of the hidden layers is missing.": variant(lambda a, W, b: relu(a @ W)),
            "You add the bias after ReLU. It belongs to z: relu(a W + b).": variant(lambda a, W, b: relu(a @ W) + b),
            "ReLU is missing in the hidden layers: they amount to one matrix.": variant(lambda a, W, b: a @ W + b),
            "You return z, not the activations, of the hidden layers, though ReLU is applied on the way.": lambda X, layers: [
                X,
                *(a @ W + b for a, (W, b) in zip(forward(X, layers), layers[:-1])),
                forward(X, layers)[-1],
            ],
            "Softmax is missing: the last activations must be probabilities.": variant(last=lambda a, W, b: a @ W + b),
            "The last layer needs softmax, not ReLU.": variant(last=lambda a, W, b: relu(a @ W + b)),
            "The hidden layers need ReLU, not softmax.": variant(lambda a, W, b: softmax(a @ W + b)),
            "Softmax runs over the images. Each image is a row: `axis=1`.": variant(
                last=lambda a, W, b: softmax((a @ W + b).T).T
            ),
            "exp overflows for large scores. Use `softmax` of the course, or subtract each row's largest score first.": variant(
                last=lambda a, W, b: np.exp(a @ W + b) / np.exp(a @ W + b).sum(axis=1, keepdims=True)
            ),
            "The list starts with the first layer. Put X first: back-propagation needs it.": (
                lambda X, layers: forward(X, layers)[1:]
            ),
            "You return the probabilities alone. Return those of all layers: back-propagation needs them.": (
                lambda X, layers: forward(X, layers)[-1]
            ),
        },
    ),
}
