"""Notebook 1: set validation images aside, and normalize without looking at them."""

import numpy as np

from mnist_mlp.course.exercises.feedback import Exercise


def split(X, y, n_validation, rng):
    """Draw the validation images at random."""
    order = rng.permutation(len(X))
    validation, train = order[:n_validation], order[n_validation:]
    return X[train], y[train], X[validation], y[validation]


def split_by(choose):
    """Split at indices: `choose(m, n_validation, rng)` returns those of the training and the validation images."""

    def wrong_split(X, y, n_validation, rng):
        train, validation = choose(len(X), n_validation, rng)
        return X[train], y[train], X[validation], y[validation]

    return wrong_split


def shuffle_apart(X, y, n_validation, rng):
    """Shuffle images and labels each in an order of its own."""
    X, y = rng.permutation(X), rng.permutation(y)
    return X[n_validation:], y[n_validation:], X[:n_validation], y[:n_validation]


def with_replacement(m, n_validation, rng):
    """Draw the same image several times."""
    validation = rng.integers(m, size=n_validation)
    return np.setdiff1d(np.arange(m), validation)[: m - n_validation], validation


def rest_after_replacement(X, y, n_validation, rng):
    """Draw the same image several times, and train with all that were not drawn."""
    validation = rng.integers(len(X), size=n_validation)
    train = np.setdiff1d(np.arange(len(X)), validation)
    return X[train], y[train], X[validation], y[validation]


def keep_all(m, n_validation, rng):
    """Leave the validation images in the training set."""
    return np.arange(m), rng.permutation(m)[:n_validation]


def swapped(X, y, n_validation, rng):
    """Return the validation set first."""
    X_train, y_train, X_validation, y_validation = split(X, y, n_validation, rng)
    return X_validation, y_validation, X_train, y_train


# Each image holds its own number, and so does its label.
numbers = np.arange(60)
images = np.column_stack([numbers, numbers + 100])


def sizes(f, n_validation):
    """Return arrays of the shapes that the split has."""
    parts = f(images, numbers, n_validation, np.random.default_rng(0))
    return [0 * part if isinstance(part, np.ndarray) else part for part in parts]


def properties(f):
    """Return what is true of a split, whatever is drawn."""
    X_train, y_train, X_validation, y_validation = f(images, numbers, 15, np.random.default_rng(0))
    again, other = (f(images, numbers, 15, np.random.default_rng(seed)) for seed in (0, 1))
    train, validation = X_train[:, 0], X_validation[:, 0]
    return {
        "an image is in both parts": bool(np.isin(validation, train).any()),
        "an image occurs twice": len(np.unique(validation)) < len(validation) or len(np.unique(train)) < len(train),
        "an image lost its label": not (np.array_equal(train, y_train) and np.array_equal(validation, y_validation)),
        "the validation images are neighbours in the file": np.ptp(validation) == len(validation) - 1,
        "the same generator gives the same split": np.array_equal(again[2], X_validation),
        "another generator gives another split": not np.array_equal(other[2], X_validation),
    }


def standardize(X_train, X_new, statistics_of=lambda X_train, X_new: X_train, axis=None):
    """Subtract the mean of some images and divide by their standard deviation."""
    images = statistics_of(X_train, X_new)
    mean, deviation = images.mean(axis=axis, keepdims=True), images.std(axis=axis, keepdims=True)
    return (X_train - mean) / deviation, (X_new - mean) / deviation


def standardize_apart(X_train, X_new):
    """Use each set's own statistics."""
    return standardize(X_train, X_train)[0], standardize(X_new, X_new)[0]


def both(change):
    """Apply the same change to both sets; it may use the training set."""
    return lambda X_train, X_new: (change(X_train, X_train), change(X_new, X_train))


pixels = np.array([[0, 0, 255, 40], [0, 30, 200, 0], [0, 90, 100, 10]], np.uint8)
brighter = np.array([[0, 250, 255, 120], [60, 200, 180, 90]], np.uint8)

EXERCISES = {
    "split": Exercise(
        right=split,
        examples={
            "the sizes of the parts": lambda f: sizes(f, 15),
            "the sizes of other parts": lambda f: sizes(f, 20),
            "60 numbered images": properties,
        },
        mistakes={
            "The validation images are still in the training set. Whatever chooses among networks must not be trained on.": (
                split_by(keep_all)
            ),
            "Images and labels are in different orders. Draw one order, and use it for both.": shuffle_apart,
            "You take neighbours in the file. Draw the validation images at random, "
            "since the order of a file may mean something.": split_by(
                lambda m, n, rng: (np.arange(m - n), np.arange(m - n, m))
            ),
            "You draw some images twice. Take the first entries of `rng.permutation(m)`.": split_by(with_replacement),
            "You draw some images twice, so too many are left to train on. Take the first entries of `rng.permutation(m)`.": (
                rest_after_replacement
            ),
            "The draw does not come from `rng`, so it cannot be repeated.": lambda X, y, n, rng: split(
                X, y, n, np.random.default_rng()
            ),
            "You start a generator of your own, so every split is the same. Use `rng`.": lambda X, y, n, rng: split(
                X, y, n, np.random.default_rng(0)
            ),
            "The order is X_train, y_train, X_validation, y_validation.": swapped,
        },
    ),
    "normalize": Exercise(
        right=standardize,
        examples={
            "three training and two new images": lambda f: f(pixels, brighter),
            "one new image": lambda f: f(pixels, brighter[:1]),
            "the training images as new ones": lambda f: f(brighter, brighter),
        },
        mistakes={
            "You normalize the new images by their own mean and deviation. The network must see them "
            "as it saw its training images: use the training set's numbers for both.": standardize_apart,
            "The mean and the deviation are those of both sets together, so the new images leak into the training. "
            "Take them from the training set alone.": lambda X_train, X_new: standardize(
                X_train, X_new, lambda *images: np.vstack(images)
            ),
            "The mean and the deviation are those of the new images. Take them from the training set.": (
                lambda X_train, X_new: standardize(X_train, X_new, lambda X_train, X_new: X_new)
            ),
            "You take a mean and a deviation for each pixel: pixels that are always blank have the deviation 0. "
            "Take one of each over all pixels.": lambda X_train, X_new: standardize(X_train, X_new, axis=0),
            "You use the mean and the deviation of each image. Take one of each over the whole training set.": both(
                lambda X, X_train: (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
            ),
            "X_train is normalized before you take the mean and the deviation for the new images: they are 0 and 1 by then. "
            "Take them first.": lambda X_train, X_new: (standardize(X_train, X_new)[0], X_new.astype(float)),
            "Division comes before subtraction: put X - mean in parentheses.": both(
                lambda X, X_train: X - X_train.mean() / X_train.std()
            ),
            "Divide by the standard deviation as well.": both(lambda X, X_train: X - X_train.mean()),
            "Subtract the mean first.": both(lambda X, X_train: X / X_train.std()),
            "You divide by the variance. The standard deviation is its square root.": both(
                lambda X, X_train: (X - X_train.mean()) / X_train.var()
            ),
            "You scale to the range from 0 to 1. Here the training images shall have mean 0 and deviation 1.": both(
                lambda X, X_train: X / 255
            ),
        },
    ),
}
