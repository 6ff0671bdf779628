"""Photos, scans and strokes become images like MNIST's."""

import json
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

import mnist_mlp
from mnist_mlp import handwriting

STORED = json.loads((Path(__file__).parent.parent / "notebooks/digits/strokes.json").read_text())
DRAWINGS = [strokes for row in STORED for strokes in row]


def saved(image, kind, **options):
    file = BytesIO()
    image.save(file, kind, **options)
    return file


@pytest.fixture(scope="module")
def layers(mnist):
    """The network of notebook 20, which is that of notebook 16's second rung."""
    recipe = dict(epochs=10, batch_size=128, learning_rate=1.0, schedule="linear", lookahead="consistent", dtype="float64")
    return mnist_mlp.train_cached(mnist.X_train, mnist.y_train, augment=mnist_mlp.random_shift, seed=0, **recipe).layers


@pytest.mark.parametrize("kind, tolerance", [("PNG", 0), ("JPEG", 0.02)])
def test_a_picture_is_read_as_brightness(kind, tolerance, tmp_path):
    grey = np.uint8([[0] * 16, [51] * 16, [255] * 16]).repeat(16, axis=0)
    Image.fromarray(grey).convert("RGB").save(tmp_path / "picture", kind)
    assert np.allclose(handwriting.read_picture(tmp_path / "picture"), grey / 255, atol=tolerance)


def test_a_photo_is_turned_upright():
    grey = np.tile(np.linspace(0, 255, 40, dtype=np.uint8), (60, 1))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by a quarter to the left
    photo = handwriting.read_picture(saved(Image.fromarray(grey), "JPEG", exif=exif))
    assert np.allclose(photo, np.rot90(grey, -1) / 255, atol=0.02)


def test_transparent_is_white():
    image = Image.new("RGBA", (4, 2), (0, 0, 0, 0))
    image.putpixel((1, 0), (0, 0, 0, 255))
    assert handwriting.read_picture(saved(image, "PNG")).tolist() == [[1, 0, 1, 1], [1, 1, 1, 1]]


def test_sixteen_bits_keep_their_greys():
    grey = np.linspace(0, 65535, 12, dtype=np.uint16).reshape(3, 4)
    assert np.allclose(handwriting.read_picture(saved(Image.fromarray(grey), "PNG")), grey / 65535, atol=0.005)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_picture_is_scaled_down(kind):
    assert handwriting.read_picture(saved(Image.new("L", (3000, 1500)), kind)).shape == (300, 600)


@pytest.mark.parametrize(
    "content",
    [b"", b"text", saved(Image.new("L", (9, 9)), "GIF").getvalue(), saved(Image.new("L", (99, 99)), "JPEG").getvalue()[:300]],
    ids=["empty", "text", "another format", "truncated"],
)
def test_a_file_that_is_no_picture_is_named(content, tmp_path):
    (tmp_path / "mine.jpg").write_bytes(content)
    with pytest.raises(ValueError, match=r"source must be a PNG or JPEG picture, got .*mine\.jpg"):
        handwriting.read_picture(tmp_path / "mine.jpg")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"mine\.jpg"):
        handwriting.read_picture(tmp_path / "mine.jpg")


def test_strokes_are_drawn_with_a_round_pen():
    rows, columns = np.nonzero(handwriting.draw_strokes([[[100, 60]], [[200, 60], [200, 140]]], width=20) == 0)
    dot, line = columns < 150, columns > 150
    assert abs(np.sum(dot) - np.pi * 10.5**2) < 10
    assert abs(np.sum(line) - (80 * 20 + np.pi * 10.5**2)) < 100
    assert (rows[line].min(), rows[line].max()) == (50, 150) and rows[dot].mean() == 60 and columns[dot].mean() == 100


@pytest.mark.parametrize("strokes", DRAWINGS[:10])
def test_ink_may_be_dark_or_light(strokes):
    picture = 0.2 + 0.6 * handwriting.draw_strokes(strokes)
    assert np.array_equal(handwriting.dark_on_light(picture), picture)
    assert np.allclose(handwriting.dark_on_light(1 - picture), picture)
    assert np.array_equal(handwriting.like_mnist(1 - picture), handwriting.like_mnist(picture))


def test_a_lamp_on_one_side_changes_nothing(rng):
    ink = 1 - handwriting.draw_strokes(STORED[1][4])
    for light in (np.linspace(0.9, 0.3, 280), np.linspace(0.3, 0.9, 280)[:, None]):
        photo = light * (1 - 0.6 * ink)
        darkness = handwriting.remove_shading(photo)
        assert np.abs(darkness[ndimage.distance_transform_edt(ink == 0) > 6]).max() < 0.05
        assert abs(np.median(darkness[ink == 1]) - 0.6) < 0.02
        found = handwriting.separate_ink(handwriting.remove_shading(photo + rng.normal(0, 0.1, ink.shape)))
        assert np.mean(found != ink) < 0.003


def test_ink_is_at_least_half_as_dark_as_the_darkest_and_no_speck():
    darkness = np.zeros((40, 40))
    darkness[5:15, 5:15], darkness[15, 15], darkness[20:30, 20:30], darkness[35, 5] = 0.8, 0.4, 0.39, 0.8
    ink = handwriting.separate_ink(darkness)
    assert ink[5:15, 5:15].all() and ink[15, 15] and np.sum(ink) == 101


@pytest.mark.parametrize(
    "picture, found",
    [(np.ones((280, 280)), "0%"), (np.zeros((9, 30)), "0%"), (np.full((1, 1), 0.5), "0%"), (0.95 + 0.05 * np.eye(50), "5%")],
    ids=["white", "black", "a pixel", "pale"],
)
def test_a_picture_without_ink_is_refused(picture, found):
    with pytest.raises(ValueError, match=f"picture must hold ink, 10% darker or lighter than paper, got {found} at most"):
        handwriting.like_mnist(picture)


def test_nothing_drawn_is_refused():
    with pytest.raises(ValueError, match="picture must hold ink"):
        handwriting.like_mnist(handwriting.draw_strokes([]))


def test_the_bounding_box_is_cut_out():
    ink = np.zeros((5, 6))
    ink[1, 2] = ink[3, 4] = 1
    assert handwriting.crop(ink).tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize("shape, rows, columns", [((100, 40), (4, 23), (10, 17)), ((3, 60), (13, 13), (4, 23))])
def test_the_longer_side_becomes_20_pixels_in_the_middle(shape, rows, columns):
    inked = np.nonzero(handwriting.fit_box(np.ones(shape)))
    assert [(int(places.min()), int(places.max())) for places in inked] == [rows, columns]


def test_a_pixel_is_the_mean_of_those_it_covers():
    ink = np.zeros((40, 40))
    ink[0, 0] = ink[0, 2] = ink[1, 2] = 1
    frame = handwriting.fit_box(ink)
    assert np.allclose(frame[4, 4:6], [0.25, 0.5], atol=1 / 255) and np.count_nonzero(frame) == 2


def test_the_centre_of_mass_goes_to_14():
    image = np.zeros((28, 28))
    image[3, 20], image[3, 24] = 1, 0.5  # their centre of mass is at column 21.33
    centred = handwriting.centre(image)
    assert (centred[14, 13], centred[14, 17], centred.sum()) == (1, 0.5, 1.5)


def test_mnist_follows_these_steps(mnist):
    images = mnist.X_test[:1000].reshape(-1, 28, 28)
    assert {max(handwriting.crop(image).shape) for image in images} == {20}
    for image in images:
        assert np.array_equal(handwriting.centre(image), image)


@pytest.mark.parametrize("strokes", DRAWINGS)
def test_an_image_is_like_mnist_s_wherever_the_digit_is_drawn(strokes):
    image = handwriting.like_mnist(handwriting.draw_strokes(strokes))
    assert image.shape == (784,) and image.dtype == np.uint8 and image.max() == 255
    assert max(handwriting.crop(image.reshape(28, 28)).shape) == 20
    moved = [[[x + 15, y - 30] for x, y in stroke] for stroke in strokes]
    assert np.array_equal(handwriting.like_mnist(handwriting.draw_strokes(moved)), image)


def test_the_stored_strokes_are_read(layers):
    images = np.array([handwriting.like_mnist(handwriting.draw_strokes(strokes)) for strokes in DRAWINGS])
    assert mnist_mlp.predict(images, layers).tolist() == 2 * list(range(10))


def test_at_least_95_percent_of_1000_changed_test_digits_are_read(layers, mnist):
    """Enlarged by ten, moved off the centre, thickened by up to 12 pixels or not, light on dark or dark on light."""
    rng = np.random.default_rng(1)
    chosen = rng.choice(10_000, 1000, replace=False)
    images = []
    for image in mnist.X_test[chosen].reshape(-1, 28, 28):
        large = ndimage.maximum_filter(image.repeat(10, axis=0).repeat(10, axis=1), rng.choice([1, 7, 13])) / 255
        room = [(-int(places.min()), 279 - int(places.max())) for places in np.nonzero(large)]
        large = np.roll(large, [rng.integers(*side, endpoint=True) for side in room], axis=(0, 1))
        images.append(handwriting.like_mnist(large if rng.random() < 0.5 else 1 - large))
    assert mnist_mlp.get_accuracy(mnist_mlp.predict(np.array(images), layers), mnist.y_test[chosen]) >= 0.95
