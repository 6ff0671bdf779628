"""From a photo, a scan or strokes to an image like MNIST's.

The last three steps are MNIST's own: LeCun, Cortes, Burges (1998), "The MNIST database of handwritten digits". Its scans were
black and white; the first three make a photo so.
"""

import numpy as np
from PIL import Image, ImageDraw, ImageOps
from scipy import ndimage

SIDE = 280  # of the canvas, in pixels
LONGEST = 600  # side of a picture, in pixels
LEAST_CONTRAST = 0.1  # between ink and paper; black on white has 1
LEAST_PART = 0.05  # of the area of the digit's largest part; what is smaller is dirt


def read_picture(source):
    """Read the brightness of a photo or scan, turned upright.

    Parameters
    ----------
    source : str, os.PathLike or binary file
        PNG or JPEG. Transparent is white; sides of more than 600 pixels are scaled down.

    Returns
    -------
    ndarray of float64, shape (height, width)
        0 (black) to 1 (white).

    Raises
    ------
    OSError
        If the file cannot be opened.
    ValueError
        If it is not a PNG or JPEG picture, or is damaged.
    """
    try:
        with Image.open(source, formats=("PNG", "JPEG")) as image:
            image.draft(None, (LONGEST, LONGEST))  # decodes a large JPEG at a fraction of its size
            image.thumbnail((LONGEST, LONGEST))
            upright = ImageOps.exif_transpose(image)
            if upright.mode.startswith("I"):  # 16 bits, which convert would cut off at 255
                upright = Image.fromarray(np.uint8(np.asarray(upright) / 257))
            upright = upright.convert("RGBA")
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        if getattr(error, "errno", None):  # from the file system, with the file's name
            raise
        raise ValueError(f"source must be a PNG or JPEG picture, got {source!r}: {error}") from None
    paper = Image.new("RGBA", upright.size, "white")
    return np.asarray(Image.alpha_composite(paper, upright).convert("L")) / 255


def draw_strokes(strokes, width=20):
    """Draw strokes with a round black pen on white paper.

    Parameters
    ----------
    strokes : list of list of (x, y)
        Points of each stroke in pixels, from the top left of a canvas of 280 by 280.
    width : int
        Width of the pen in pixels.

    Returns
    -------
    ndarray of float64, shape (280, 280)
        0 (black) to 1 (white).
    """
    picture = Image.new("L", (SIDE, SIDE), 255)
    pen = ImageDraw.Draw(picture)
    for stroke in strokes:
        points = [tuple(point) for point in stroke]
        pen.line(points, fill=0, width=width)
        for point in points:
            pen.circle(point, width / 2, fill=0)
    return np.asarray(picture) / 255


def dark_on_light(picture):
    """Invert light ink on dark paper: the rarer differs more from the mean around it."""
    contrast = picture - ndimage.uniform_filter(picture, min(picture.shape))
    return 1 - picture if np.mean(contrast**3) > 0 else picture


def remove_shading(picture):
    """By what fraction each pixel is darker than its paper: a shadow darkens both alike."""
    # Against the camera's noise.
    smooth = ndimage.gaussian_filter(picture, min(picture.shape) / 200)
    reach = min(picture.shape) // 4
    # Closing fills narrow dark parts.
    paper = ndimage.grey_closing(np.pad(smooth, reach, "edge"), 2 * reach + 1)
    paper = paper[reach : reach + len(picture), reach : reach + picture.shape[1]]
    _require_contrast(np.max(paper - smooth))
    return (paper - smooth) / np.maximum(paper, 0.1)


def _require_contrast(contrast):
    if contrast < LEAST_CONTRAST:
        expected = f"ink, {LEAST_CONTRAST:.0%} darker or lighter than paper"
        raise ValueError(f"picture must hold {expected}, got {contrast:.0%} at most")


def separate_ink(darkness):
    """Ink is what is at least half as dark as the darkest pixel, and no speck."""
    parts, _ = ndimage.label(darkness >= darkness.max() / 2, np.ones((3, 3)))
    areas = np.bincount(parts.ravel())
    areas[0] = 0  # the paper's
    return (areas >= LEAST_PART * areas.max())[parts]


def crop(ink):
    """Cut out the ink's bounding box."""
    rows, columns = np.nonzero(ink)
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def fit_box(ink):
    """Scale to a box of 20 by 20 pixels, each the mean of what it covers, in 28 by 28."""
    height, width = (max(1, round(20 * side / max(ink.shape))) for side in ink.shape)
    large = Image.fromarray(np.uint8(255 * ink))
    small = large.resize((width, height), Image.Resampling.BOX)
    frame, top, left = np.zeros((28, 28)), (28 - height) // 2, (28 - width) // 2
    frame[top : top + height, left : left + width] = np.asarray(small) / 255
    return frame


def centre(image):
    """Shift by whole pixels, so that the centre of mass is at row and column 14."""
    offset = np.rint(14 - np.array(ndimage.center_of_mass(image)))
    return ndimage.shift(image, offset, order=0)


STEPS = (dark_on_light, remove_shading, separate_ink, crop, fit_box, centre)


def like_mnist(picture, steps=STEPS):
    """Turn a picture of one digit into an image like MNIST's.

    Parameters
    ----------
    picture : ndarray of float, shape (height, width)
        Brightness, 0 to 1: dark ink on light paper or light on dark, evenly lit or not.
    steps : sequence of callable
        What is done to it, in this order.

    Returns
    -------
    ndarray of uint8, shape (784,)
        0 (paper) to 255 (ink).

    Raises
    ------
    ValueError
        If there is no ink.
    """
    for step in steps:
        picture = step(picture)
    return np.rint(255 * picture).astype(np.uint8).ravel()
