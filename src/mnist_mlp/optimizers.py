"""One update of the weights: Nesterov's accelerated gradient, with three ways of looking ahead."""

from itertools import chain

import numpy as np

from mnist_mlp.network import Layer
from mnist_mlp.validation import check_choice, check_layers, check_number

LOOKAHEADS = ("original", "consistent", "none")


def look_distance(alpha, beta, lookahead):
    """How far to look ahead, in velocities; arguments as for `look_ahead`."""
    return {"original": beta, "consistent": alpha * beta, "none": 0}[lookahead]


def look_ahead(layers, velocities, alpha, beta, lookahead="original"):
    """Weights at which the gradient is taken.

    Parameters
    ----------
    layers, velocities : list of Layer
        Weights, and the running average of gradients; the same shapes.
    alpha : float
        Learning rate, above 0.
    beta : float
        Share of the old velocity that is kept, in [0, 1).
    lookahead : {"original", "consistent", "none"}
        How far to look along the velocity: by ``beta * v`` as the original does, by ``alpha * beta * v``, which is as far as
        the momentum part of the step will go (Nesterov's method), or not at all (classical momentum).

    Returns
    -------
    list of Layer

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.
    """
    check_layers(layers)
    check_layers(velocities, "velocities", like=layers)
    check_number("alpha", alpha, "a number above 0", lambda value: value > 0)
    check_number("beta", beta, "a number in [0, 1)", lambda value: 0 <= value < 1)
    check_choice("lookahead", lookahead, LOOKAHEADS)
    distance = look_distance(alpha, beta, lookahead)
    return [
        Layer(weights - distance * v_weights, bias - distance * v_bias)
        for (weights, bias), (v_weights, v_bias) in zip(layers, velocities)
    ]


def update_params_nag(layers, velocities, gradient, alpha, beta, lookahead="original"):
    """Take one step along the running average of gradients.

    ``v = beta v + (1 - beta) g(w - distance v)``, then ``w = w - alpha v``.

    Parameters
    ----------
    layers : list of Layer
        Weights; unchanged.
    velocities : list of Layer
        Running average of gradients, zeros at first; unchanged.
    gradient : callable
        Function of a list of layers that returns the gradients there.
    alpha : float
        Learning rate, above 0.
    beta : float
        Share of the old velocity that is kept, in [0, 1). With 0 the step is plain gradient descent.
    lookahead : {"original", "consistent", "none"}
        Where the gradient is taken, see `look_ahead`.

    Returns
    -------
    layers, velocities : list of Layer

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described, or `gradient` returns anything but gradients of these layers.

    References
    ----------
    Sutskever, Martens, Dahl, Hinton (2013), "On the importance of initialization and momentum in deep learning",
    equations 3 and 4: with "consistent", their momentum is `beta` and their learning rate is ``alpha (1 - beta)``.
    """
    if not callable(gradient):
        raise TypeError(f"gradient must be a function of layers, got {gradient!r}")
    gradients = gradient(look_ahead(layers, velocities, alpha, beta, lookahead))
    check_layers(gradients, "the result of gradient", like=layers)
    velocities = [
        Layer(beta * v_weights + (1 - beta) * dw, beta * v_bias + (1 - beta) * db)
        for (v_weights, v_bias), (dw, db) in zip(velocities, gradients)
    ]
    layers = [
        Layer(weights - alpha * v_weights, bias - alpha * v_bias)
        for (weights, bias), (v_weights, v_bias) in zip(layers, velocities)
    ]
    return layers, velocities


def update_in_place(layers, velocities, looked, gradient, alpha, beta, distance):
    """Take the step of `update_params_nag`, bit for bit, in arrays that the caller owns; arguments are not checked.

    Parameters
    ----------
    layers, velocities : list of Layer
        As for `update_params_nag`; overwritten by the new ones.
    looked : list of Layer
        ``look_ahead(layers, velocities, ...)``; overwritten by that of the new ones.
    gradient : callable
        Function of a list of layers that returns the gradients there, in arrays that may be overwritten.
    alpha, beta : float
        As for `update_params_nag`.
    distance : float
        What `look_distance` gives.
    """
    arrays = zip(*(chain.from_iterable(group) for group in (layers, velocities, looked, gradient(looked))))
    for w, v, look, g in arrays:
        g *= 1 - beta
        v *= beta
        v += g
        np.multiply(v, alpha, out=g)
        w -= g
        np.multiply(v, distance, out=g)
        np.subtract(w, g, out=look)
