"""Images on disk: reading them without filling memory, and storing packed blocks in a temporary file."""

import mmap
import os
import weakref
from tempfile import TemporaryFile
from threading import Lock
from typing import NamedTuple

import numpy as np

ROWS = 1000


class SpillFile:
    """A temporary file of arrays, deleted with the last of them."""

    def __init__(self):
        self._file, self._lock = TemporaryFile(prefix="mnist-mlp-"), Lock()
        weakref.finalize(self, self._file.close)

    def put(self, array):
        """Append an array to the file and return it as a `SpilledArray`."""
        offset = self._file.seek(0, os.SEEK_END)
        self._file.write(np.ascontiguousarray(array))
        return SpilledArray(self, offset, array.shape, array.dtype)

    def get(self, offset, shape, dtype):
        """Read an array; thread-safe."""
        array = np.empty(shape, dtype)
        with self._lock:
            self._file.seek(offset)
            self._file.readinto(array)
        return array


class SpilledArray(NamedTuple):
    """An array in a `SpillFile`, in memory only while a slice of it is in use."""

    file: SpillFile
    offset: int
    shape: tuple[int, ...]
    dtype: np.dtype

    def __getitem__(self, rows):
        """Rows of the array."""
        return self.file.get(self.offset, self.shape, self.dtype)[rows]


def is_in_memory(X):
    """Whether `X` is an array that is not a memory map."""
    return isinstance(X, np.ndarray) and not isinstance(X, np.memmap)


def read_rows(X, start, stop):
    """Rows of `X` as an array in memory; a view if they already are."""
    if is_in_memory(X):
        return X[start:stop]
    images = np.empty((stop - start, X.shape[1]), X.dtype)
    for i in range(start, stop, ROWS):
        rows = X[i : min(i + ROWS, stop)]
        images[i - start : i - start + len(rows)] = rows
        _release_pages(rows)
    return images


def _release_pages(rows):
    """Release mapped pages so that they do not count towards resident memory."""
    if getattr(rows, "mode", "c") == "c":  # copy on write: changes exist only in memory
        return
    while isinstance(rows, np.ndarray):
        rows = rows.base
    if isinstance(rows, mmap.mmap) and hasattr(rows, "madvise"):
        rows.madvise(mmap.MADV_DONTNEED)
