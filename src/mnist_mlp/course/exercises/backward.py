"""Notebook 6: back-propagation, through one layer and through all."""

from functools import partial

import numpy as np

from mnist_mlp.backprop import back_prop, gradient_check
from mnist_mlp.course.exercises.feedback import Exercise
from mnist_mlp.course.exercises.forward_pass import network
from mnist_mlp.loss import one_hot_encode
from mnist_mlp.network import Layer, forward, relu, relu_deriv

dz = np.array([[0.5, -0.5], [0.25, 0.75], [-1.0, 0.5]])
a = np.array([[2.0, 0.0, 1.0, 0.0], [0.0, 3.0, 1.0, 0.0], [1.0, 0.5, 0.0, 2.0]])
W = np.array([[1.0, 2.0], [-1.0, 0.5], [0.0, 3.0], [-2.0, 1.0]])
y = np.array([0, 2, 1, 2, 0])
X = np.random.default_rng(0).uniform(size=(5, 6))


def backward(dz, a, W):
    """Take the backward pass through a layer: dW, db, and dz of the layer before."""
    return a.T @ dz, dz.sum(axis=0, keepdims=True), (dz @ W.T) * (a > 0)


def sum_images(dz, keepdims=True):
    """Sum over the images."""
    return dz.sum(axis=0, keepdims=keepdims)


def wrong_layer(dz, a, W, slope=lambda a: a > 0, bias=sum_images):
    """Do as `backward` but for one piece."""
    return a.T @ dz, bias(dz), (dz @ W.T) * slope(a)


def wrong_back_prop(
    activations,
    y,
    layers,
    lambda_reg,
    scores=lambda p, Y, m: (p - Y) / m,
    slope=relu_deriv,
    penalty=lambda lambda_reg, m: lambda_reg / m,
    bias=lambda dz, b, m: dz.sum(axis=0, keepdims=True),
):
    """Do as `back_prop` but for one piece."""
    m = len(y)
    dz = scores(activations[-1], one_hot_encode(y, activations[-1].shape[1]), m)
    gradients = []
    for a, (weights, b) in zip(activations[-2::-1], layers[::-1]):
        gradients.insert(0, Layer(a.T @ dz + penalty(lambda_reg, m) * weights, bias(dz, b, m)))
        dz = (dz @ weights.T) * slope(a)
    return gradients


HALF = "The gradient of the penalty is half of what it should be: the slope of W**2 is 2 W."
half_penalty = partial(wrong_back_prop, penalty=lambda lambda_reg, m: lambda_reg / (2 * m))


def gradient(*layer_sizes, lambda_reg=0.0):
    """Make an example: the gradient of a network of this shape."""
    layers = network(*layer_sizes)
    return lambda back_prop: back_prop(forward(X, layers), y, layers, lambda_reg)


NAMES = ["W1", "b1", "W2", "b2"]


def failing(function, X, y, layers, lambda_reg, whole_rows=False):
    """Name the arrays whose gradient differs from the measured slopes."""
    gradients = function(forward(X, layers), y, layers, lambda_reg)
    report = gradient_check(X, y, layers, lambda_reg, gradients)
    return [row if whole_rows else row["name"] for row in report if row["relative_error"] > 1e-6]


def check_gradient(function, lambda_reg):
    """Make an example: the gradient check of a function."""
    return lambda failing: failing(function, X, y, network(6, 3, 3), lambda_reg)


EXERCISES = {
    "backward": Exercise(
        right=backward,
        examples={
            "three images": lambda f: f(dz, a, W),
            "one image": lambda f: f(dz[:1], a[:1], W),
            "square weights": lambda f: f(np.hstack([dz, dz[::-1]]), a, np.hstack([W, W[::-1]])),
        },
        mistakes={
            "Silent units let the gradient through. Multiply by ReLU's slope, `a > 0`; "
            "`a >= 0` is true for every rectified output.": partial(wrong_layer, slope=lambda a: a >= 0),
            "You multiply by the output of ReLU. Its slope is 1 where `a > 0`, however large a is.": partial(
                wrong_layer, slope=lambda a: a
            ),
            "You set negative gradients to 0. What counts is whether the unit is silent, `a > 0`.": lambda dz, a, W: (
                *backward(dz, a, W)[:2],
                relu(dz @ W.T),
            ),
            "The gradient of the bias is the sum over the images, not the mean: dz has been divided by m already.": partial(
                wrong_layer, bias=partial(np.mean, axis=0, keepdims=True)
            ),
            "The gradient of the bias needs the shape of the bias, (1, units): sum with `keepdims=True`.": partial(
                wrong_layer, bias=partial(sum_images, keepdims=False)
            ),
            "The gradient of the bias sums over the units. Sum over the images, `axis=0`.": partial(
                wrong_layer, bias=partial(np.sum, axis=1, keepdims=True)
            ),
            "The gradient of the bias is one row: sum dz over the images.": partial(wrong_layer, bias=lambda dz: dz),
            "You divide by the number of images; dz has been divided already.": lambda dz, a, W: (
                *(gradient / len(dz) for gradient in backward(dz, a, W)[:2]),
                backward(dz, a, W)[2],
            ),
            "The gradient of the weights is transposed: it has their shape, (inputs, units).": lambda dz, a, W: (
                dz.T @ a,
                *backward(dz, a, W)[1:],
            ),
        },
    ),
    "failing": Exercise(
        right=failing,
        examples={
            "a gradient that is right": check_gradient(back_prop, 1.0),
            "a gradient without the slope of ReLU": check_gradient(partial(wrong_back_prop, slope=lambda a: 1), 0.0),
            "a gradient without the penalty": check_gradient(partial(wrong_back_prop, penalty=lambda *_: 0), 1.0),
            "the same, but there is no penalty": check_gradient(partial(wrong_back_prop, penalty=lambda *_: 0), 0.0),
        },
        mistakes={
            "You name no array, ever. Do you hand the gradients of `function` to gradient_check, "
            "and compare each relative error with 1e-6?": lambda *arguments: [],
            "You name the arrays that pass. Those with a large relative error fail.": lambda *arguments: [
                name for name in NAMES if name not in failing(*arguments)
            ],
            "You name all arrays: compare each relative error with 1e-6.": lambda *arguments: NAMES,
            "You return the rows of the report. Return their names.": lambda *arguments: failing(*arguments, whole_rows=True),
            "The gradient is taken without the penalty: hand lambda_reg to `function`.": (
                lambda function, X, y, layers, lambda_reg: failing(
                    lambda activations, y, layers, _: function(activations, y, layers, 0.0), X, y, layers, lambda_reg
                )
            ),
        },
    ),
    "repaired": Exercise(
        right=back_prop,
        examples={
            "three layers": gradient(6, 5, 4, 3),
            "three layers with a penalty": gradient(6, 5, 4, 3, lambda_reg=2.0),
            "one layer": gradient(6, 3),
        },
        mistakes={
            "The gradient is wrong where it passes from a layer to the one before, and so is the penalty.": partial(
                wrong_back_prop, slope=lambda a: a, penalty=lambda lambda_reg, m: 0
            ),
            "Nothing has changed yet. Which arrays does `failing` name without a penalty, and which with one?": partial(
                wrong_back_prop, slope=lambda a: a, penalty=lambda lambda_reg, m: lambda_reg
            ),
            "Without a penalty it is right. One fault is left: look at the line with lambda_reg.": partial(
                wrong_back_prop, penalty=lambda lambda_reg, m: lambda_reg
            ),
            "The last layer is right. One fault is left: where does the gradient pass from a layer to the one before?": partial(
                wrong_back_prop, slope=lambda a: a
            ),
            "Silent units let the gradient through. Multiply by ReLU's slope, `a > 0`; "
            "`a >= 0` is true for every rectified output.": partial(wrong_back_prop, slope=lambda a: a >= 0),
            "You removed the penalty. Add `lambda_reg / m` times the weights.": partial(
                wrong_back_prop, penalty=lambda lambda_reg, m: 0
            ),
            HALF: half_penalty,
        },
    ),
    "back_prop": Exercise(
        right=back_prop,
        examples={
            "one layer": gradient(6, 3),
            "two layers": gradient(6, 4, 3),
            "three layers": gradient(6, 5, 4, 3),
            "three layers with a penalty": gradient(6, 5, 4, 3, lambda_reg=2.0),
        },
        mistakes={
            "1/m is missing: the loss is the mean over the images, so divide p - Y by their number.": partial(
                wrong_back_prop, scores=lambda p, Y, m: p - Y
            ),
            "You divide by m twice: once at the scores is enough.": partial(
                wrong_back_prop, scores=lambda p, Y, m: (p - Y) / m**2
            ),
            "You divide by the number of classes; m is the number of images.": partial(
                wrong_back_prop, scores=lambda p, Y, m: (p - Y) / p.shape[1]
            ),
            "You subtract the label itself. Y holds one-hot rows.": partial(
                wrong_back_prop, scores=lambda p, Y, m: (p - Y.argmax(axis=1)[:, None]) / m
            ),
            "The gradient points the wrong way: at the scores it is p - Y, not Y - p.": partial(
                wrong_back_prop, scores=lambda p, Y, m: (Y - p) / m
            ),
            "The off-diagonal terms of softmax are missing: each probability depends on every score. "
            "All paths together give p - Y.": partial(wrong_back_prop, scores=lambda p, Y, m: -Y * (1 - p) / m),
            "You multiply p - Y by softmax's slope as well, but p - Y is already the gradient at the scores.": partial(
                wrong_back_prop, scores=lambda p, Y, m: (p - Y) * p * (1 - p) / m
            ),
            "Silent units let the gradient through. Multiply by ReLU's slope, `a > 0`; "
            "`a >= 0` is true for every rectified output.": partial(wrong_back_prop, slope=lambda a: a >= 0),
            "The penalty is missing: add `lambda_reg / m` times the weights.": partial(
                wrong_back_prop, penalty=lambda lambda_reg, m: 0
            ),
            "The penalty is not divided by m: add `lambda_reg / m` times the weights.": partial(
                wrong_back_prop, penalty=lambda lambda_reg, m: lambda_reg
            ),
            "The penalty is off by a factor 2: the slope of W**2 / 2 is W.": partial(
                wrong_back_prop, penalty=lambda lambda_reg, m: 2 * lambda_reg / m
            ),
            HALF: half_penalty,
            "Biases are not penalized: the penalty belongs to the weights alone.": lambda activations, y, layers, lambda_reg: (
                wrong_back_prop(
                    activations,
                    y,
                    layers,
                    lambda_reg,
                    bias=lambda dz, b, m: dz.sum(axis=0, keepdims=True) + lambda_reg / m * b,
                )
            ),
            "The gradient of the bias is the sum over the images, not the mean: dz has been divided by m already.": partial(
                wrong_back_prop, bias=lambda dz, b, m: dz.mean(axis=0, keepdims=True)
            ),
            "The gradient of the bias needs the shape of the bias, (1, units): sum with `keepdims=True`.": partial(
                wrong_back_prop, bias=lambda dz, b, m: dz.sum(axis=0)
            ),
            "The gradients are in the order of the loop, last layer first. Return them in the order of the layers.": (
                lambda *arguments: back_prop(*arguments)[::-1]
            ),
        },
    ),
}
