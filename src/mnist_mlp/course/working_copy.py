"""A reader's own copy of a course: theirs to run and change, and brought up to date where they have not."""

import json
import sys
from pathlib import Path

from mnist_mlp.files import open_whole

ORIGINALS = ".course"  # what was copied last, as it was


def update_working_copy(course, copy, *left_out):
    """Copy the files that a copy lacks or holds unedited in an older version, and keep all that the reader has edited.

    A notebook is edited if the text of its cells is another; having been run does not count. Folders of the course may be
    left out, such as the solutions of its exercises.
    """
    course, copy = Path(course), Path(copy)
    for source in sorted(course.rglob("*")):
        name = source.relative_to(course)
        if source.is_dir() or name.parts[0] in left_out or any(part.startswith(".") for part in name.parts):
            continue
        target, original = copy / name, copy / ORIGINALS / name
        if target.exists():
            if original.exists() and original.read_bytes() == source.read_bytes():
                continue
            if _text(target) not in (_text(original), _text(source)):
                print(f"{target} is kept as you edited it; the course's new version is {source}")
                continue
        _copy_file(source, target)
        _copy_file(source, original)


def _text(file):
    if not file.exists():
        return None
    content = file.read_bytes()
    try:
        return [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(content)["cells"]]
    except (ValueError, TypeError, KeyError):
        return content


def _copy_file(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    with open_whole(target) as file:
        file.write(source.read_bytes())


if __name__ == "__main__":
    update_working_copy(*sys.argv[1:])
