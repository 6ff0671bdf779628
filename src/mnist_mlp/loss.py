"""The training objective: cross-entropy plus the L2 penalty."""

import numpy as np


def one_hot_encode(y, num_classes, dtype="float64"):
    """One-hot encoding: each label as a row with a single 1.

    Parameters
    ----------
    y : ndarray of int, shape (m,)
        Labels in ``0..num_classes - 1``.
    num_classes : int
    dtype : {"float64", "float32"} or numpy.dtype

    Returns
    -------
    ndarray, shape (m, num_classes)
    """
    one_hot = np.zeros((y.size, num_classes), dtype)
    one_hot[np.arange(y.size), y] = 1
    return one_hot


def cross_entropy(logits, y):
    """Mean of -log p[y] over the images, straight from the last layer's scores.

    ``-log softmax(z)[y] = log(sum(exp(z))) - z[y]``, with the maximum subtracted first: finite for any finite scores,
    without a small constant inside the logarithm.

    Parameters
    ----------
    logits : ndarray of float, shape (m, n_classes)
        Scores of the last layer before softmax.
    y : ndarray of int, shape (m,)
        Labels.

    Returns
    -------
    float
        Mean cross-entropy in nats.

    References
    ----------
    Blanchard, Higham, Higham (2021), "Accurately computing the log-sum-exp and softmax functions", equation 1.3.
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_sum_exp = np.log(np.exp(shifted).sum(axis=1))
    return float(np.mean(log_sum_exp - shifted[np.arange(y.size), y], dtype="float64"))


def l2_penalty(layers, lambda_reg, m):
    """L2 penalty: lambda / (2 m) times the sum of squared weights, without the biases.

    Parameters
    ----------
    layers : list of Layer
    lambda_reg : float
        Strength of the penalty, at least 0.
    m : int
        Number of images.

    Returns
    -------
    float
    """
    squares = [np.sum(np.square(weights, dtype="float64")) for weights, _ in layers]
    return lambda_reg / (2 * m) * float(sum(squares))


def compute_loss(activations, y, layers, lambda_reg):
    """Loss of a batch after its forward pass: cross-entropy plus L2 penalty.

    Parameters
    ----------
    activations : list of ndarray
        What `forward` returned.
    y : ndarray of int, shape (m,)
        Labels.
    layers : list of Layer
        The layers that `forward` was given.
    lambda_reg : float
        Strength of the penalty.

    Returns
    -------
    float
        The quantity whose gradient `back_prop` computes.
    """
    logits = activations[-2] @ layers[-1].weights + layers[-1].bias
    return cross_entropy(logits, y) + l2_penalty(layers, lambda_reg, len(y))
