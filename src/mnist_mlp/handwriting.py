"""From a photo, a scan or strokes to an image like MNIST's.

The steps are those by which MNIST was made of black and white scans: LeCun, Cortes, Burges (1998), "The MNIST database of
handwritten digits". A photo is made black and white first.
"""

import numpy as np
from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError
from scipy import ndimage

SIDE = 280  # pixels of the canvas, along either axis
LONGEST = 600  # a picture's longer side, in pixels, after reading
LEAST_CONTRAST = 0.15  # of ink on paper, as a fraction of that of black on white
LEAST_PART = 0.05  # of the largest part of a digit; what is smaller is dirt


def read_picture(source):
    """Read a photo or scan, upright, as brightness.

    Parameters
    ----------
    source : str, os.PathLike or binary file
        PNG or JPEG. Transparent is white; a picture longer than 600 pixels is scaled down.

    Returns
    -------
    ndarray of float64, shape (height, width)
        0 (black) to 1 (white).

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not a PNG or JPEG picture, or is damaged.
    """
    try:
        with Image.open(source, formats=("PNG", "JPEG")) as image:
            image.draft(None, (LONGEST, LONGEST))  # a JPEG is decoded at a fraction of its size
            image.thumbnail((LONGEST, LONGEST))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except (UnidentifiedImageError, SyntaxError, Image.DecompressionBombError) as error:
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
        pen.line([tuple(point) for point in stroke], fill=0, width=width)
        for point in stroke:
            pen.circle(point, width / 2, fill=0)
    return np.asarray(picture) / 255


def dark_on_light(picture):
    """Invert a picture of light ink on dark paper: most of it is paper, so ink pulls the mean away from the median."""
    return 1 - picture if picture.mean() > np.median(picture) else picture


def remove_shading(picture):
    """How much darker each pixel is than the paper around it."""
    smooth = ndimage.gaussian_filter(picture, min(picture.shape) / 200)  # a camera's noise
    paper = ndimage.grey_closing(smooth, min(picture.shape) // 2)  # fills what is dark and narrower than this
    return paper - smooth


def separate_ink(darkness):
    """Tell ink (1) from paper (0): at least half as dark as the darkest, and no speck."""
    if darkness.max() < LEAST_CONTRAST:
        raise ValueError(
            f"picture must hold ink on paper, at least {LEAST_CONTRAST:.0%} darker or lighter, got {darkness.max():.0%}"
        )
    parts, _ = ndimage.label(darkness > darkness.max() / 2, np.ones((3, 3)))
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0  # paper
    return np.where(sizes >= LEAST_PART * sizes.max(), 1.0, 0.0)[parts]


def crop(ink):
    """Cut out the ink's bounding box."""
    rows, columns = np.nonzero(ink)
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def fit_box(ink):
    """Scale to a box of 20 by 20 pixels, aspect kept, in a frame of 28 by 28; a pixel is the mean of what it covers."""
    height, width = (max(1, round(20 * side / max(ink.shape))) for side in ink.shape)
    small = Image.fromarray(np.uint8(255 * ink)).resize((width, height), Image.Resampling.BOX)
    frame, top, left = np.zeros((28, 28)), (28 - height) // 2, (28 - width) // 2
    frame[top : top + height, left : left + width] = np.asarray(small) / 255
    return frame


def centre(image):
    """Shift the centre of mass to the centre of the image."""
    middle = (np.array(image.shape) - 1) / 2
    return ndimage.shift(image, middle - ndimage.center_of_mass(image), order=1)


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
