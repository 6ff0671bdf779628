"""Notebook 8: accuracy and the confusion matrix."""

import numpy as np

from mnist_mlp.course.exercises.feedback import Exercise
from mnist_mlp.metrics import get_accuracy

labels = np.array([0, 1, 1, 2, 2, 2, 0, 1])
predictions = np.array([0, 1, 2, 2, 2, 1, 0, 2])
digits = np.array([7, 2, 1, 0, 4, 1, 9, 4])
read = np.array([7, 2, 8, 6, 4, 1, 3, 4])


def confusion_matrix(labels, predictions, num_classes):
    """Count the images of each label (row) and prediction (column)."""
    counts = np.zeros((num_classes, num_classes), int)
    np.add.at(counts, (labels, predictions), 1)
    return counts


def without_repeats(labels, predictions, num_classes):
    """Count each pair once."""
    counts = np.zeros((num_classes, num_classes), int)
    counts[labels, predictions] += 1
    return counts


def without_diagonal(*arguments):
    """Count the mistakes alone."""
    counts = confusion_matrix(*arguments)
    return counts - np.diag(np.diag(counts))


EXERCISES = {
    "accuracy": Exercise(
        right=get_accuracy,
        examples={
            "eight images": lambda f: f(read, digits),
            "three images": lambda f: f(read[:3], digits[:3]),
            "all correct": lambda f: f(digits, digits),
            "none correct": lambda f: f(digits, digits + 1),
        },
        mistakes={
            "This is a percentage. Return the fraction, between 0 and 1.": lambda p, y: 100 * get_accuracy(p, y),
            "This is the number of correct predictions. Divide by the number of images.": lambda p, y: np.sum(p == y),
            "This is the fraction of wrong predictions.": lambda p, y: 1 - get_accuracy(p, y),
            "Integer division drops the fraction: use / instead of //.": lambda p, y: np.sum(p == y) // len(y),
            "You round. Return the fraction as it is.": lambda p, y: round(get_accuracy(p, y), 2),
            "You compare all predictions at once. Compare image by image, and take the mean.": lambda p, y: float(
                (p == y).all()
            ),
        },
    ),
    "confusion_matrix": Exercise(
        right=confusion_matrix,
        examples={
            "eight images of three classes": lambda f: f(labels, predictions, 3),
            "a fourth class without images": lambda f: f(labels, predictions, 4),
            "two images": lambda f: f(labels[:2], predictions[1:3], 3),
        },
        mistakes={
            "The matrix is transposed: a row for each label, a column for each prediction.": lambda y, p, n: confusion_matrix(
                p, y, n
            ),
            "Pairs that occur several times count once: `counts[labels, predictions] += 1` adds 1 to each place only once. "
            "Use `np.add.at`, `np.bincount` or a loop.": without_repeats,
            "The matrix holds fractions. Return numbers of images.": lambda y, p, n: confusion_matrix(y, p, n) / len(y),
            "Rows are divided by their sums. Return numbers of images.": lambda y, p, n: (
                confusion_matrix(y, p, n) / np.maximum(confusion_matrix(y, p, n).sum(axis=1, keepdims=True), 1)
            ),
            "Counts are integers: start from `np.zeros(..., int)`.": lambda y, p, n: confusion_matrix(y, p, n).astype(float),
            "The size comes from the largest label. Some class may have no image: use num_classes.": lambda y, p, n: (
                confusion_matrix(y, p, max(y.max(), p.max()) + 1)
            ),
            "The diagonal is empty: count the correct predictions as well.": without_diagonal,
            "You count the correct predictions alone. A mistake belongs beside the diagonal.": lambda y, p, n: np.diag(
                np.diag(confusion_matrix(y, p, n))
            ),
        },
    ),
}
