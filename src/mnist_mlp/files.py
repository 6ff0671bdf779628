"""Files that are written completely or not at all."""

import os
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_whole(path, mode="wb"):
    """Open a file for writing; an existing one is replaced once the new one is complete, and kept after an error."""
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, mode, encoding=None if "b" in mode else "utf-8") as file:
            yield file
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
