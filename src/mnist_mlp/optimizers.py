"""One update of the weights: Nesterov's accelerated gradient, with three ways of looking ahead; learning-rate schedules."""

import math

from mnist_mlp.network import Layer

LOOKAHEADS = ("original", "consistent", "none")
SCHEDULES = ("constant", "linear", "cosine")


def look_ahead(layers, velocities, learning_rate, beta, lookahead="original"):
    """Weights at which the gradient is taken.

    Parameters
    ----------
    layers, velocities : list of Layer
        Weights, and the running average of gradients; the same shapes.
    learning_rate : float
        Alpha, above 0.
    beta : float
        Fraction of the old velocity that is kept, in [0, 1).
    lookahead : {"original", "consistent", "none"}
        How far to look along the velocity: by ``beta * v`` as the original does, by ``learning_rate * beta * v``, which is as
        far as the momentum part of the step will go (Nesterov's method), or not at all (classical momentum).

    Returns
    -------
    list of Layer
    """
    step = {"original": beta, "consistent": learning_rate * beta, "none": 0}[lookahead]
    ahead = []
    for (weights, bias), v in zip(layers, velocities):
        ahead.append(Layer(weights - step * v.weights, bias - step * v.bias))
    return ahead


def update_params_nag(layers, velocities, gradient, learning_rate, beta, lookahead="original"):
    """Take one step along the running average of gradients.

    ``v = beta v + (1 - beta) g(look_ahead(w, v))``, then ``w = w - learning_rate v``.

    Parameters
    ----------
    layers : list of Layer
        Weights; unchanged.
    velocities : list of Layer
        Running average of gradients, zeros at first; unchanged.
    gradient : callable
        Function of a list of layers that returns the gradients there.
    learning_rate : float
        Alpha, above 0.
    beta : float
        Fraction of the old velocity that is kept, in [0, 1). With 0 the step is plain gradient descent.
    lookahead : {"original", "consistent", "none"}
        Where the gradient is taken, see `look_ahead`.

    Returns
    -------
    layers, velocities : list of Layer

    References
    ----------
    Sutskever, Martens, Dahl, Hinton (2013), "On the importance of initialization and momentum in deep learning",
    equations 3 and 4: with "consistent", their momentum is `beta` and their learning rate is
    ``learning_rate * (1 - beta)``.
    """
    gradients = gradient(look_ahead(layers, velocities, learning_rate, beta, lookahead))
    new_layers, new_velocities = [], []
    for (weights, bias), v, (dw, db) in zip(layers, velocities, gradients):
        v_weights = beta * v.weights + (1 - beta) * dw
        v_bias = beta * v.bias + (1 - beta) * db
        new_velocities.append(Layer(v_weights, v_bias))
        weights, bias = weights - learning_rate * v_weights, bias - learning_rate * v_bias
        new_layers.append(Layer(weights, bias))
    return new_layers, new_velocities


def scheduled_rate(learning_rate, fraction, schedule="constant"):
    """Learning rate after a fraction of the run.

    Parameters
    ----------
    learning_rate : float
        At the start, above 0.
    fraction : float
        Updates done over all updates, in [0, 1].
    schedule : {"constant", "linear", "cosine"}
        Unchanged, or falling to 0 at the end: along a line, or along half a period of a cosine.

    Returns
    -------
    float

    References
    ----------
    Loshchilov, Hutter (2017), "SGDR: Stochastic Gradient Descent with Warm Restarts", equation 5, without restarts.
    """
    cosine = (1 + math.cos(math.pi * fraction)) / 2
    return learning_rate * {"constant": 1, "linear": 1 - fraction, "cosine": cosine}[schedule]
