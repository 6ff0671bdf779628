"""How good the predictions are; scikit-learn's metrics do the rest."""

import numpy as np

from mnist_mlp.validation import check_array, check_finite, check_matrix


def get_predictions(probabilities):
    """Name the most probable class of each row; of equals, the first.

    Parameters
    ----------
    probabilities : ndarray of float, shape (m, n_classes)

    Returns
    -------
    ndarray of int64, shape (m,)

    Raises
    ------
    TypeError, ValueError
        If `probabilities` is no matrix of numbers or holds a NaN.
    """
    check_matrix("probabilities", probabilities)
    check_finite("probabilities", probabilities)
    return np.argmax(probabilities, axis=1)


def get_accuracy(predictions, labels):
    """Share of predictions that are right.

    Parameters
    ----------
    predictions, labels : ndarray of int, shape (m,)

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    TypeError, ValueError
        If either holds no integers, the shapes differ or there is nothing to compare.
    """
    check_array("predictions", predictions, "ui")
    check_array("labels", labels, "ui")
    if predictions.shape != labels.shape or predictions.ndim != 1 or predictions.size == 0:
        raise ValueError(
            "predictions and labels must be vectors of one length of at least 1, "
            f"got shapes {predictions.shape} and {labels.shape}"
        )
    return float(np.mean(predictions == labels))
