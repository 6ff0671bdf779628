"""Files that are written completely or not at all."""

import os
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

PARTS = ".*.part"  # pattern of the names of incomplete files


@contextmanager
def open_whole(path):
    """Open a file for writing bytes; an existing one is replaced once the new one is complete, and kept after an error."""
    path = Path(os.path.realpath(path))  # what a link points to is replaced, not the link
    if path.exists() and not path.is_file():  # /dev/null must stay what it is; a folder is an error
        with open(path, "wb") as file:
            yield file
        return
    # A name of its own for every writer: threads share a process, and machines a folder.
    part = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
    try:
        with open(part, "wb") as file:
            yield file
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
