"""Right answers to the exercises, written otherwise than the course's: with loops, with einsum, in float32, with tuples."""

import numpy as np

import mnist_mlp
from mnist_mlp import Layer, network
from mnist_mlp.course.exercises import EXERCISES


def split(X, y, n_validation, rng):
    chosen = set(rng.choice(len(X), n_validation, replace=False).tolist())
    aside, kept = sorted(chosen), [i for i in range(len(X)) if i not in chosen]
    return np.array([X[i] for i in kept]), y[kept], X[aside], y[aside]


def normalize(X_train, X_new):
    pixels = [float(pixel) for image in X_train for pixel in image]
    mean = sum(pixels) / len(pixels)
    deviation = (sum(pixel**2 for pixel in pixels) / len(pixels) - mean**2) ** 0.5
    return [((X.astype("float32") - mean) / deviation).astype("float32") for X in (X_train, X_new)]


def initialize(layer_sizes, rng):
    layers = []
    for i in range(len(layer_sizes) - 1, 0, -1):
        n_in, n_out = layer_sizes[i - 1], layer_sizes[i]
        weights = rng.normal(0, (2 / n_in) ** 0.5, n_in * n_out).reshape(n_in, n_out).astype("float32")
        layers = [(weights, np.zeros(n_out)[None]), *layers]
    return layers


def softmax(z):
    rows = []
    for scores in z:
        exponentials = [np.exp(score - max(scores)) for score in scores]
        rows.append([e / sum(exponentials) for e in exponentials])
    return np.array(rows, "float32")


def forward(X, layers):
    activations = [X]
    for number, (weights, bias) in enumerate(layers, start=1):
        z = np.einsum("ij,jk->ik", activations[-1], weights) + bias
        activations += [z * (z > 0) if number < len(layers) else softmax(z).astype(float)]
    return tuple(activations)


def one_hot(y, num_classes):
    return np.array([[float(label == k) for k in range(num_classes)] for label in y])


def cross_entropy(z, y):
    total = 0
    for scores, label in zip(z, y):
        total += np.logaddexp.reduce(scores) - scores[label]
    return total / len(y)


def backward(dz, a, W):
    dW = sum(np.outer(inputs, outputs) for inputs, outputs in zip(a, dz))
    return [dW, np.ones((1, len(dz))) @ dz, np.where(a > 0, np.einsum("ik,jk->ij", dz, W), 0)]


def failing(function, X, y, layers, lambda_reg):
    names = []
    gradients = function(network.forward(X, layers), y, layers, lambda_reg)
    for row in mnist_mlp.gradient_check(X, y, layers, lambda_reg, gradients):
        if row["relative_error"] >= 1e-5:
            names.append(row["name"])
    return names


def back_prop(activations, y, layers, lambda_reg):
    """The original's order: divide by m in every line."""
    m, gradients = len(y), []
    dz = activations[-1].copy()
    dz[np.arange(m), y] -= 1
    for i in range(len(layers) - 1, -1, -1):
        dW, db, before = backward(dz, activations[i], layers[i].weights)
        gradients.append([dW / m + lambda_reg * layers[i].weights / m, db / m])
        dz = before
    return gradients[::-1]


def repaired(*arguments):
    return back_prop(*arguments)


def update(w, v, gradient, learning_rate, beta):
    """In Sutskever's form, whose velocity u is -learning_rate v."""
    u = -learning_rate * v
    u = beta * u - learning_rate * (1 - beta) * gradient(w + beta * u)
    return w + u, u / -learning_rate


def accuracy(predictions, labels):
    return sum(1 for pair in zip(predictions, labels) if pair[0] == pair[1]) / len(labels)


def confusion_matrix(labels, predictions, num_classes):
    pairs = np.bincount(num_classes * labels + predictions, minlength=num_classes**2)
    return pairs.reshape(num_classes, num_classes).astype("uint8")


def train(X, y, layers, epochs, learning_rate, batch_size):
    layers = [[W.copy(), b.copy()] for W, b in layers]
    for _ in range(epochs):
        start = 0
        while start < len(X):
            batch = [Layer(*layer) for layer in layers]
            outputs = network.forward(X[start : start + batch_size], batch)
            slopes = mnist_mlp.back_prop(outputs, y[start : start + batch_size], batch, 0.0)
            for layer, (dW, db) in zip(layers, slopes):
                layer[0] -= learning_rate * dW
                layer[1] -= learning_rate * db
            start += batch_size
    return layers


def abstain(p, threshold):
    answers = np.argmax(p, axis=1).astype("int32")
    answers[np.max(p, axis=1) < threshold] = -1
    return answers


def score(answers, labels):
    answered = [i for i in range(len(answers)) if answers[i] >= 0]
    return len(answered) / len(answers), sum(answers[i] == labels[i] for i in answered) / len(answered)


ANSWERS = {name: globals()[name] for name in EXERCISES}
