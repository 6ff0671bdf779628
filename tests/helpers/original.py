"""The original's algorithm as published, with its globals as arguments: the reference that `train` is compared with."""

import numpy as np


def relu(z):
    return np.maximum(0, z)


def relu_deriv(z):
    return (z > 0).astype(float)


def softmax(z):
    exp = np.exp(z - np.max(z, axis=1, keepdims=True))
    return exp / np.sum(exp, axis=1, keepdims=True)


def one_hot_encode(y, num_classes):
    one_hot = np.zeros((y.size, num_classes))
    one_hot[np.arange(y.size), y] = 1
    return one_hot


def initialize(rng):
    w1 = rng.randn(784, 104) * np.sqrt(2.0 / 784)
    w2 = rng.randn(104, 64) * np.sqrt(2.0 / 104)
    w3 = rng.randn(64, 10) * np.sqrt(2.0 / 64)
    return w1, np.zeros((1, 104)), w2, np.zeros((1, 64)), w3, np.zeros((1, 10))


def forward(X, w1, b1, w2, b2, w3, b3):
    z1 = np.dot(X, w1) + b1
    a1 = relu(z1)
    z2 = np.dot(a1, w2) + b2
    a2 = relu(z2)
    z3 = np.dot(a2, w3) + b3
    return z1, a1, z2, a2, z3, softmax(z3)


def back_prop(X, y, z1, a1, z2, a2, z3, a3, w1, w2, w3, lambda_reg):
    m = X.shape[0]
    dz3 = a3 - one_hot_encode(y, 10)
    dw3 = np.dot(a2.T, dz3) / m + (lambda_reg / m) * w3
    db3 = np.sum(dz3, axis=0, keepdims=True) / m
    dz2 = np.dot(dz3, w3.T) * relu_deriv(z2)
    dw2 = np.dot(a1.T, dz2) / m + (lambda_reg / m) * w2
    db2 = np.sum(dz2, axis=0, keepdims=True) / m
    dz1 = np.dot(dz2, w2.T) * relu_deriv(z1)
    dw1 = np.dot(X.T, dz1) / m + (lambda_reg / m) * w1
    db1 = np.sum(dz1, axis=0, keepdims=True) / m
    return dw1, db1, dw2, db2, dw3, db3


def train(X, y, parameters, epochs, alpha, lambda_reg, beta):
    """Yield the loss as the original prints it, and the six arrays after the update, epoch by epoch."""
    parameters = [p.copy() for p in parameters]
    velocities = [np.zeros_like(p) for p in parameters]
    for _ in range(epochs):
        a3 = forward(X, *parameters)[-1]
        ahead = [p - beta * v for p, v in zip(parameters, velocities)]
        gradients = back_prop(X, y, *forward(X, *ahead), *ahead[::2], lambda_reg)
        velocities = [beta * v + (1 - beta) * g for v, g in zip(velocities, gradients)]
        parameters = [p - alpha * v for p, v in zip(parameters, velocities)]
        loss = -np.mean(np.sum(one_hot_encode(y, 10) * np.log(a3 + 1e-8), axis=1))
        penalty = (lambda_reg / (2 * X.shape[0])) * sum(np.sum(np.square(w)) for w in parameters[::2])
        yield loss + penalty, parameters
