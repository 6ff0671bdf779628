"""Predictions and their accuracy; scikit-learn's metrics do the rest."""

import numpy as np


def get_predictions(probabilities):
    """Most probable class of each row; ties go to the lowest class.

    Parameters
    ----------
    probabilities : ndarray of float, shape (m, n_classes)

    Returns
    -------
    ndarray of int64, shape (m,)
    """
    return np.argmax(probabilities, axis=1)


def get_accuracy(predictions, labels):
    """Fraction of predictions that are correct.

    Parameters
    ----------
    predictions, labels : ndarray of int, shape (m,)

    Returns
    -------
    float
        Between 0 and 1.
    """
    return float(np.mean(predictions == labels))
