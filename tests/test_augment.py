"""Random maps of images: against SciPy's interpolation, and as `train` uses them."""

from functools import partial

import numpy as np
import pytest
from helpers import flat
from scipy import ndimage

from mnist_mlp import (
    augment,
    back_prop,
    forward,
    get_augmentation,
    initialize,
    random_affine,
    random_elastic,
    random_shift,
    scale,
    scheduled_rate,
    shifted_copies,
    train,
    update_params_nag,
)
from mnist_mlp.network import Layer

STILL = dict(rotation=0, scale=0, shear=0, shift=0)
MAPS = (random_shift, random_affine, random_elastic)


class Highest:
    """A generator whose every draw is the largest possible."""

    def uniform(self, low, high, size=None):
        return np.full(size, high) if size else high

    def integers(self, low, high, size, endpoint):
        return np.full(size, high)


@pytest.fixture(scope="module")
def images(mnist):
    return scale(mnist.X_train[:20])


def test_a_shift_moves_ink_and_leaves_blank_what_it_uncovers(images):
    shifted = augment.random_shift(images, Highest(), reach=3).reshape(-1, 28, 28)
    assert np.array_equal(shifted[:, 3:, 3:], images.reshape(-1, 28, 28)[:, :-3, :-3])
    assert not shifted[:, :3].any() and not shifted[:, :, :3].any()


def test_a_shift_beyond_the_image_leaves_it_blank(images):
    assert not augment.random_shift(images, Highest(), reach=40).any()


def test_shifted_copies_are_all_shifts_once_and_lose_what_leaves(images):
    copies = [copy.reshape(-1, 28, 28) for copy in shifted_copies(images, reach=1)]
    padded = np.pad(images.reshape(-1, 28, 28), ((0, 0), (1, 1), (1, 1)))
    expected = [padded[:, down : down + 28, right : right + 28] for down in (2, 1, 0) for right in (2, 1, 0)]
    assert np.array_equal(copies, expected)


def test_every_shift_occurs_and_no_other():
    point = np.zeros((1, 49))
    point[0, 24] = 1
    rng = np.random.default_rng(0)
    assert {int(random_shift(point, rng).argmax()) for _ in range(200)} == {r * 7 + c for r in (2, 3, 4) for c in (2, 3, 4)}


@pytest.mark.parametrize(
    "settings, expected",
    [
        ({"rotation": 90}, lambda picture: np.rot90(picture, -1)),
        ({"shift": 2}, lambda picture: np.pad(picture, ((0, 2), (0, 2)))[2:, 2:]),
    ],
)
def test_an_affine_map_of_known_strength(images, settings, expected):
    mapped = augment.random_affine(images, Highest(), **STILL | settings).reshape(-1, 28, 28)
    for picture, image in zip(mapped, images.reshape(-1, 28, 28)):
        np.testing.assert_allclose(picture, expected(image), atol=1e-12)


def test_scale_and_shear_change_lengths_and_directions():
    rows, columns = np.array([[0.0, 10.0]]), np.array([[10.0, 10.0]])
    centre = 0  # of one row
    larger = augment.affine_positions(rows, columns, Highest(), 0, 0.5, 0, 0)
    np.testing.assert_allclose(larger - centre, [1.5 * rows, 1.5 * columns])
    sheared = augment.affine_positions(rows, columns, Highest(), 0, 0, 0.5, 0)
    np.testing.assert_allclose(sheared, [rows + 0.5 * columns, columns])


@pytest.mark.parametrize("seed", range(5))
def test_images_are_interpolated_as_scipy_does(seed):
    rng = np.random.default_rng(seed)
    images, (rows, columns) = rng.random((3, 784)), rng.uniform(-3, 31, (2, 28, 28))  # with ink in the corners
    sampled = augment.interpolate(images, rows, columns)
    for image, found in zip(images.reshape(-1, 28, 28), sampled.reshape(-1, 28, 28)):
        expected = ndimage.map_coordinates(image, [rows, columns], order=1, mode="grid-constant")
        np.testing.assert_allclose(found, expected, atol=1e-12)


def test_an_elastic_map_bends_smoothly(images, monkeypatch):
    assert np.array_equal(random_elastic(images, np.random.default_rng(0), strength=0, **STILL), images)
    positions = []
    monkeypatch.setattr(augment, "interpolate", lambda pixels, rows, columns: positions.append((rows, columns)))
    augment.random_elastic(images, np.random.default_rng(0), **STILL)
    moved = np.array(positions[0]) - np.indices((28, 28))
    assert 0.5 < moved.std() < 2.5 and np.abs(np.diff(moved, axis=2)).max() < 0.8


@pytest.mark.parametrize("change", MAPS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_shape_dtype_and_images_are_kept_and_a_seed_repeats_it(images, change, dtype):
    pixels = images.astype(dtype)
    before = pixels.copy()
    once, again, other = (change(pixels, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert once.shape == pixels.shape and once.dtype == dtype and np.array_equal(pixels, before)
    assert np.array_equal(once, again) and not np.array_equal(once, other)
    assert once.min() >= 0 and once.max() <= 1 + 1e-6


@pytest.mark.parametrize("change", MAPS)
def test_images_that_are_not_square_are_refused(change):
    with pytest.raises(ValueError, match="pixels must be square images, a row each, got rows of 8 pixels"):
        change(np.zeros((2, 8)), np.random.default_rng(0))


def test_names_of_augmentations():
    assert [get_augmentation(name) for name in ("none", "shift", "affine", "elastic")] == [
        None, augment.random_shift, augment.random_affine, augment.random_elastic,
    ]  # fmt: skip
    with pytest.raises(ValueError, match="name must be one of 'none', 'shift', 'affine', 'elastic', got 'rotate'"):
        get_augmentation("rotate")


# In train


SMALL = dict(layer_sizes=(784, 8, 10), epochs=2, batch_size=64, learning_rate=0.5)


def test_train_passes_each_mini_batch_once_an_epoch(mnist):
    seen = []

    def keep(pixels, rng):
        seen.append(pixels.copy())
        return pixels

    X, y = mnist.X_train[:200], mnist.y_train[:200]
    result = train(X, y, **SMALL, augment=keep)
    assert [len(pixels) for pixels in seen[1:]] == 2 * [64, 64, 64, 8]  # the first call is the trial of the check
    for epoch in (seen[1:5], seen[5:]):
        assert sorted(map(bytes, np.concatenate(epoch))) == sorted(map(bytes, scale(X)))
    assert np.array_equal(flat(result.layers), flat(train(X, y, **SMALL).layers))


def test_every_mini_batch_is_changed_by_new_draws_that_the_seed_repeats(mnist):
    def draws():
        drawn = []

        def draw(pixels, rng):
            drawn.append(rng.random())
            return pixels

        train(mnist.X_train[:200], mnist.y_train[:200], **SMALL, augment=draw)
        return drawn[1:]

    first = draws()
    assert len(set(first)) == 8 and draws() == first


def test_train_trains_on_the_changed_pixels(mnist):
    X, y = mnist.X_train[:200], mnist.y_train[:200]
    inverted = train(X, y, **SMALL, augment=lambda pixels, rng: 1 - pixels)
    assert np.array_equal(flat(inverted.layers), flat(train(1 - scale(X), y, **SMALL).layers))


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"batch_size": None, "augment": random_affine}, "augment changes mini-batches, so batch_size must be set, got None"),
        ({"augment": lambda pixels, rng: pixels[:, :10]}, r"the result of augment must have the shape .* got \(2, 10\)"),
        ({"augment": lambda pixels, rng: None}, "the result of augment must be an array of floats"),
        ({"augment": "affine"}, "augment must be a function, got 'affine'"),
        ({"schedule": "step"}, "schedule must be one of 'constant', 'linear', 'cosine', got 'step'"),
    ],
)
def test_unusable_settings_are_refused(mnist, settings, message):
    with pytest.raises((TypeError, ValueError), match=message):
        train(mnist.X_train[:200], mnist.y_train[:200], **SMALL | settings)


def test_rates_of_the_schedules():
    fractions = (0, 0.25, 0.5, 1)
    for schedule, factors in {"constant": (1, 1, 1, 1), "linear": (1, 0.75, 0.5, 0), "cosine": (1, 0.8535534, 0.5, 0)}.items():
        assert [scheduled_rate(2.0, f, schedule) for f in fractions] == pytest.approx([2 * factor for factor in factors])


@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_train_follows_the_schedule(mnist, schedule):
    X, y = scale(mnist.X_train[:100]), mnist.y_train[:100]
    layers = initialize((784, 8, 10), np.random.default_rng(0))
    expected, velocities = layers, [Layer(np.zeros_like(weights), np.zeros_like(bias)) for weights, bias in layers]
    for i in range(5):

        def gradient(at):
            return back_prop(forward(X, at), y, at, 0.01)

        expected, velocities = update_params_nag(expected, velocities, gradient, scheduled_rate(0.5, i / 5, schedule), 0.9)
    found = train(X, y, layers=layers, layer_sizes=(784, 8, 10), epochs=5, learning_rate=0.5, schedule=schedule).layers
    np.testing.assert_allclose(flat(found), flat(expected), rtol=1e-9, atol=1e-12)


def test_partial_arguments_reach_the_map(images):
    stronger = partial(random_affine, rotation=90, **{name: 0 for name in ("scale", "shear", "shift")})
    assert not np.array_equal(stronger(images, np.random.default_rng(0)), random_affine(images, np.random.default_rng(0)))
