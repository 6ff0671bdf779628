"""MNIST: bundled with the package, from OpenML, or from a folder of IDX files, all checked before use."""

import gzip
import hashlib
import math
import os
import re
import socket
import warnings
import zlib
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from reprlib import repr as short
from typing import NamedTuple

import numpy as np

# The four files as published.
SHA256 = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
# Such as train-images.idx3-ubyte or emnist-letters-test-labels-idx1-ubyte.gz. Hidden files do not match: archives made on macOS
# contain a ._train-images-idx3-ubyte with other content.
FILE_NAME = re.compile(r"(?!\.).*?(?P<part>train|t10k|test)[-._](?P<kind>images|labels)[-._]idx\d[-._]\w+(\.gz)?", re.I)
GZIP = b"\x1f\x8b"
# Seconds. scikit-learn tries an unresponsive server four times, so it gives up in less than half a minute.
OPENML_TIMEOUT = 5


class Mnist(NamedTuple):
    """Images and labels as they are stored.

    Attributes
    ----------
    X_train : ndarray of uint8, shape (60000, 784)
        Training images, a row each: pixels 0 (blank) to 255 (ink), row by row from the top left.
    y_train : ndarray of uint8, shape (60000,)
        Their labels, 0 to 9.
    X_test : ndarray of uint8, shape (10000, 784)
    y_test : ndarray of uint8, shape (10000,)
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


def load_mnist(source="bundled"):
    """Load the training and the test set.

    Parameters
    ----------
    source : str or os.PathLike
        ``"bundled"``: the official files in this package, checked against their SHA-256. ``"openml"``: the data set
        mnist_784, version 1, downloaded once by scikit-learn; it must equal the bundled one. Anything else: a folder that
        contains, directly or up to two levels down, one set of four files named like MNIST's or EMNIST's, gzipped or not.

    Returns
    -------
    Mnist
        As stored: other data sets may have images of another size and other classes (EMNIST letters: 1 to 26), and EMNIST's
        images are transposed.

    Raises
    ------
    FileNotFoundError
        If the folder or a file is missing.
    OSError
        If a file cannot be read.
    ValueError
        If a file is damaged, is not an IDX file of unsigned bytes or does not match the others, or if there are several sets.
    ConnectionError
        If OpenML cannot be reached.

    References
    ----------
    LeCun, Cortes, Burges (1998), "The MNIST database of handwritten digits".
    """
    if source == "bundled":
        return _read_bundled()
    if source == "openml":
        return _fetch_openml()
    return _read_folder(source)


def split_validation(X, y, n_validation, seed=0):
    """Set aside a validation set, so that the test set is never used to choose anything.

    Parameters
    ----------
    X : ndarray, shape (m, n_pixels)
    y : ndarray of int, shape (m,)
    n_validation : int
        Images set aside, in ``0..m - 1``.
    seed : int
        Seed of the draw.

    Returns
    -------
    X_train, y_train, X_validation, y_validation : ndarray
        Every image is in exactly one of the two sets, in its original order.
    """
    if n_validation == 0:
        return X, y, X[:0], y[:0]
    chosen = np.zeros(len(X), dtype=bool)
    chosen[np.random.default_rng(seed).choice(len(X), size=n_validation, replace=False)] = True
    return X[~chosen], y[~chosen], X[chosen], y[chosen]


def _read_bundled():
    folder = files("mnist_mlp") / "mnist"
    contents = [_read_checked(folder / name, expected) for name, expected in SHA256.items()]
    arrays = [_parse_idx(gzip.decompress(content), name) for content, name in zip(contents, SHA256)]
    return _assemble(*arrays, source="bundled")


def _read_checked(file, expected):
    """Content of a file whose SHA-256 must be `expected`."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"{file} is missing; expected {', '.join(SHA256)}; reinstall mnist-mlp") from None
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise ValueError(f"{file} is damaged: found the SHA-256 {found}, expected {expected}; reinstall mnist-mlp")
    return content


def _read_folder(source):
    folder = os.path.expanduser(source)
    if not os.path.isdir(folder):
        found = repr(os.fspath(source)) + (", which is a file" if os.path.exists(folder) else "")
        raise FileNotFoundError(f"source must be 'bundled', 'openml' or a folder, and there is no folder {found}")
    arrays = []
    for first, *copies in _find_files(Path(folder)):
        arrays.append(_read_idx(first))
        for copy in copies:
            if not np.array_equal(arrays[-1], _read_idx(copy)):
                raise ValueError(f"expected one file or copies of it, found two that differ: {first} and {copy}")
    return _assemble(*arrays, source=folder)


def _find_files(folder):
    """Find the four files in the topmost folder that contains any: for each, a list of the file and its copies."""
    sets = {}
    for pattern in ["*", "*/*", "*/*/*"]:
        for file in sorted(folder.glob(pattern)):
            name = FILE_NAME.fullmatch(file.name)
            # A broken link counts, so that reading it is an error.
            if name and (file.is_file() or not file.exists()):
                beginning = str(file)[: name.start("part") - len(file.name)]
                role = f"{name['part']}-{name['kind']}".lower().replace("test", "t10k")
                sets.setdefault(beginning, {}).setdefault(role, []).append(file)
        if sets:
            break
    if len(sets) > 1:
        raise ValueError(f"{folder}: expected one set of files, found {', '.join(f'{beginning}*' for beginning in sets)}")
    beginning, found = sets.popitem() if sets else (f"{folder}{os.sep}", {})
    for name in SHA256:
        if name.partition("-idx")[0] not in found:
            others = sorted(os.listdir(Path(beginning + name).parent))
            raise FileNotFoundError(
                f"{beginning}{name} is missing; expected the four files {', '.join(SHA256)}, .gz or not, found {short(others)}"
            )
    return [found[name.partition("-idx")[0]] for name in SHA256]


def _read_idx(file):
    """Array in a file, which is gzipped or not according to its content, whatever its name."""
    try:
        content = file.read_bytes()
        if content.startswith(GZIP):
            content = gzip.decompress(content)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{file} is damaged: expected a whole gzip file, found: {error}") from None
    except OSError as error:
        # Some errors do not name the file.
        raise OSError(error.errno, error.strerror, str(file)) from None
    return _parse_idx(content, file)


def _parse_idx(content, file):
    """Array of unsigned bytes from the content of an IDX file: two zeros, type 8, rank, sizes (big-endian), values."""
    rank = 3 if "images" in Path(file).name.lower() else 1
    magic, header = bytes([0, 0, 8, rank]), 4 + 4 * rank
    if content[:4] != magic:
        expected = f"expected an IDX file of unsigned bytes, rank {rank} ({magic.hex(' ')})"
        raise ValueError(f"{file}: {expected}, found '{content[:4].hex(' ')}': {content[:16]!r}")
    if len(content) < header:
        raise ValueError(f"{file}: expected a header of {header} bytes, found {len(content)}")
    shape = tuple(int.from_bytes(content[i : i + 4], "big") for i in range(4, header, 4))
    values = np.frombuffer(content, np.uint8)[header:]
    # Python's integers: NumPy's would overflow on the sizes of a damaged header.
    expected = math.prod(shape)
    if len(values) != expected:
        raise ValueError(f"{file}: expected {expected} values for shape {shape}, found {len(values)}")
    if expected == 0:
        raise ValueError(f"{file}: expected at least one value, found shape {shape}")
    return values.reshape(shape)


def _assemble(X_train, y_train, X_test, y_test, source):
    """Four arrays as one data set, if they match each other."""
    for part, X, y in [("training", X_train, y_train), ("test", X_test, y_test)]:
        if len(X) != len(y):
            raise ValueError(f"{source}: expected a label for each {part} image, found {len(X)} images and {len(y)} labels")
    if X_train.shape[1:] != X_test.shape[1:]:
        raise ValueError(
            f"{source}: expected training and test images of one size, found {X_train.shape[1:]} and {X_test.shape[1:]}"
        )
    return Mnist(X_train.reshape(len(X_train), -1), y_train, X_test.reshape(len(X_test), -1), y_test)


def _fetch_openml():
    # Imported here: only this source needs scikit-learn, whose import costs a second and 60 MB.
    from sklearn.datasets import fetch_openml

    try:
        with _socket_timeout(OPENML_TIMEOUT), warnings.catch_warnings():
            # These announce further attempts; the last failure is reported below.
            warnings.filterwarnings("ignore", "A network error occurred|Invalid cache")
            # Reading straight into bytes takes a tenth of the default's memory, and works with every version of pandas.
            X, y = fetch_openml(
                "mnist_784",
                version=1,
                as_frame=False,
                parser="pandas",
                read_csv_kwargs={"dtype": "uint8"},
                return_X_y=True,
                n_retries=1,
            )
    except (OSError, EOFError) as error:
        raise ConnectionError(
            f"OpenML cannot be reached ({error!r}); load_mnist() gives the same images from the bundled files, offline"
        ) from error
    bundled = _read_bundled()
    _expect_equal("pixels", X, bundled.X_train, bundled.X_test)
    _expect_equal("labels", y, bundled.y_train, bundled.y_test)
    return bundled


def _expect_equal(what, found, train, test):
    """Raise ValueError unless `found` holds the rows of `train` and then those of `test`."""
    if not (np.array_equal(found[: len(train)], train) and np.array_equal(found[len(train) :], test)):
        raise ValueError(
            f"openml: expected the {what} of the bundled files, {len(train)} rows and {len(test)}; found others, shape "
            f"{found.shape}. Delete scikit-learn's data folder (sklearn.datasets.get_data_home()) to download them again"
        )


@contextmanager
def _socket_timeout(seconds):
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
