"""What training makes small: cross-entropy plus the L2 penalty."""

import numpy as np

from mnist_mlp.validation import (
    check_activations,
    check_dtype,
    check_integer,
    check_labels,
    check_layers,
    check_matrix,
    check_number,
    checked,
)


def one_hot_encode(y, num_classes, dtype="float64"):
    """Write each label as a row with a single 1.

    Parameters
    ----------
    y : ndarray of int, shape (m,)
        Labels in ``0..num_classes - 1``.
    num_classes : int
    dtype : {"float64", "float32"} or numpy.dtype

    Returns
    -------
    ndarray, shape (m, num_classes)

    Raises
    ------
    TypeError, ValueError
        If the labels are not integers or out of range.
    """
    check_integer("num_classes", num_classes, lowest=1)
    check_dtype(dtype)
    check_labels("y", y, num_classes)
    one_hot = np.zeros((y.size, num_classes), dtype)
    one_hot[np.arange(y.size), y] = 1
    return one_hot


def cross_entropy(logits, y):
    """Mean of -log p[y] over the images, straight from the last layer's scores.

    ``-log softmax(z)[y] = log(sum(exp(z))) - z[y]``, with the maximum taken out of the sum: finite for any finite scores,
    with no small constant inside the logarithm.

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

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit or a label is out of range.

    References
    ----------
    Blanchard, Higham, Higham (2021), "Accurately computing the log-sum-exp and softmax functions", equation 1.3.
    """
    check_matrix("logits", logits)
    check_labels("y", y, logits.shape[1], rows=len(logits))
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_sum_exp = np.log(np.exp(shifted).sum(axis=1))
    return float(np.mean(log_sum_exp - shifted[np.arange(y.size), y], dtype=np.float64))


def l2_penalty(layers, lambda_reg, m):
    """Compute lambda / (2 m) times the sum of all squared weights; biases are free.

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

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.
    """
    check_layers(layers)
    check_number("lambda_reg", lambda_reg, "a number of at least 0", lambda value: value >= 0)
    check_integer("m", m, lowest=1)
    if not lambda_reg:
        return 0.0
    return lambda_reg / (2 * m) * sum(float(np.sum(np.square(weights, dtype=np.float64))) for weights, _ in layers)


@checked(check_activations)
def compute_loss(activations, y, layers, lambda_reg):
    """Cross-entropy plus penalty of images that have been pushed through the network.

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

    Raises
    ------
    TypeError, ValueError
        If activations, labels and layers do not fit each other or `lambda_reg` is negative.
    """
    # The logits are made again from the last hidden layer: a 64-to-10 product, against keeping them for every image.
    logits = activations[-2] @ layers[-1].weights + layers[-1].bias
    return cross_entropy(logits, y) + l2_penalty(layers, lambda_reg, len(y))
