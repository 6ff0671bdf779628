"""Random maps of images, for training on more than the images that there are: shifts, affine and elastic maps.

Each function draws one map for all images that it is given, so for a mini-batch, which costs little: a new image at a new
epoch is hardly ever mapped as before.
"""

from itertools import product
from math import isqrt

import numpy as np


def random_shift(pixels, rng, reach=1):
    """Shift images by up to `reach` whole pixels along each axis.

    Parameters
    ----------
    pixels : ndarray of float, shape (m, side * side)
        Square images, a row each; blank is 0.
    rng : numpy.random.Generator
    reach : int
        Largest shift in pixels, at least 0.

    Returns
    -------
    ndarray
        Same shape and dtype; blank where nothing has moved to.
    """
    return move(pixels, *rng.integers(-reach, reach, 2, endpoint=True))


def shifted_copies(pixels, reach=1):
    """Images under every shift by up to `reach` whole pixels along each axis, for test-time augmentation.

    Parameters
    ----------
    pixels : ndarray of float, shape (m, side * side)
        Square images, a row each; blank is 0.
    reach : int
        Largest shift in pixels, at least 0.

    Yields
    ------
    ndarray
        One of the ``(2 * reach + 1) ** 2`` shifted copies of all images; blank where nothing has moved to.
    """
    for down, right in product(range(-reach, reach + 1), repeat=2):
        yield move(pixels, down, right)


def random_affine(pixels, rng, rotation=10, scale=0.1, shear=0.1, shift=1.5):
    """Rotate, scale, shear and shift images, about their centre.

    Parameters
    ----------
    pixels : ndarray of float, shape (m, side * side)
        Square images, a row each; blank is 0.
    rng : numpy.random.Generator
    rotation : float
        Largest angle in degrees, either way.
    scale, shear : float
        Largest change of each axis' length, and of its direction, as a fraction; at least 0.
    shift : float
        Largest shift along each axis, in pixels.

    Returns
    -------
    ndarray
        Same shape and dtype; blank outside the image.
    """
    return interpolate(pixels, *affine_positions(*_grid(pixels), rng, rotation, scale, shear, shift))


def random_elastic(pixels, rng, strength=12, smoothness=4, rotation=10, scale=0.1, shear=0.1, shift=1.5):
    """Bend images elastically, and map them as `random_affine` does.

    Parameters
    ----------
    pixels : ndarray of float, shape (m, side * side)
        Square images, a row each; blank is 0.
    rng : numpy.random.Generator
    strength : float
        Factor of the smoothed random displacements, at least 0. The reference takes 34, for a map of its own for each image.
    smoothness : float
        Standard deviation of the Gaussian that smooths them, in pixels, above 0.
    rotation, scale, shear, shift : float
        As for `random_affine`.

    Returns
    -------
    ndarray
        Same shape and dtype; blank outside the image.

    References
    ----------
    Simard, Steinkraus, Platt (2003), "Best Practices for Convolutional Neural Networks Applied to Visual Document Analysis",
    section 2.
    """
    rows, columns = _grid(pixels)
    distance = np.subtract.outer(np.arange(len(rows)), np.arange(len(rows)))
    gaussian = np.exp(-(distance**2) / (2 * smoothness**2))
    gaussian /= gaussian.sum(axis=1, keepdims=True)
    down, right = strength * (gaussian @ rng.uniform(-1, 1, (2, *rows.shape)) @ gaussian.T)
    return interpolate(pixels, *affine_positions(rows + down, columns + right, rng, rotation, scale, shear, shift))


def get_augmentation(name):
    """Augmentation of this name, with its default arguments, for `train`.

    Parameters
    ----------
    name : {"none", "shift", "affine", "elastic"}

    Returns
    -------
    callable or None
    """
    return AUGMENTATIONS[name]


AUGMENTATIONS = {"none": None, "shift": random_shift, "affine": random_affine, "elastic": random_elastic}


def move(pixels, down, right):
    """Images shifted by whole pixels, blank where nothing has moved to."""
    side = isqrt(pixels.shape[1])
    images = pixels.reshape(-1, side, side)
    shifted = np.zeros_like(images)
    shifted[:, _overlap(side, down), _overlap(side, right)] = images[
        :,
        _overlap(side, -down),
        _overlap(side, -right),
    ]
    return shifted.reshape(pixels.shape)


def _overlap(side, shift):
    """Rows or columns of a shifted image that the image itself covers."""
    return slice(min(max(shift, 0), side), max(side + min(shift, 0), 0))


def _grid(pixels):
    """Row and column of each pixel of a square image."""
    side = isqrt(pixels.shape[1])
    return np.indices((side, side), dtype="float64")


def affine_positions(rows, columns, rng, rotation, scale, shear, shift):
    """Where in the image a random affine map takes these positions."""
    angle = np.radians(rng.uniform(-rotation, rotation))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    stretch = np.diag(1 + rng.uniform(-scale, scale, 2))
    slant = np.eye(2) + np.diag(rng.uniform(-shear, shear, 1), 1)
    centre = (len(rows) - 1) / 2
    offset = centre + rng.uniform(-shift, shift, 2)
    moved = np.tensordot(turn @ slant @ stretch, np.stack([rows, columns]) - centre, axes=1)
    return moved + offset[:, None, None]


def interpolate(pixels, rows, columns):
    """Images at positions between pixels, by bilinear interpolation; blank outside."""
    side = len(rows)
    top, left = np.floor(rows), np.floor(columns)
    down, right = rows - top, columns - left
    sampled, neighbours = np.zeros_like(pixels), np.empty_like(pixels)
    for row, column, weight in (
        (top, left, (1 - down) * (1 - right)),
        (top, left + 1, (1 - down) * right),
        (top + 1, left, down * (1 - right)),
        (top + 1, left + 1, down * right),
    ):
        inside = (row >= 0) & (row < side) & (column >= 0) & (column < side)
        source = np.where(inside, row * side + column, 0).astype(int).ravel()
        # In place: five times as fast.
        np.take(pixels, source, axis=1, out=neighbours, mode="clip")
        neighbours *= np.where(inside, weight, 0).astype(pixels.dtype).ravel()
        sampled += neighbours
    return sampled
