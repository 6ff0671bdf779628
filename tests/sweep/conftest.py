"""Notebooks for tests of sweeps."""

import pytest
from helpers.sweeps import record, write_notebook


@pytest.fixture
def square(tmp_path):
    """A notebook that takes no time."""
    return write_notebook(tmp_path / "square.ipynb", "x: int = 1  # number", record("validation_accuracy=1 / (1 + x * x)"))


@pytest.fixture
def patient(tmp_path):
    """A notebook that signals that it has begun, and ends when told to."""
    return write_notebook(
        tmp_path / "patient.ipynb",
        "x: int = 1  # number",
        f"import pathlib, time\nfolder = pathlib.Path({str(tmp_path)!r})\n(folder / f'begun-{{x}}').touch()\n"
        "while not (folder / 'go').exists():\n    time.sleep(0.05)",
        record("x_squared=x * x"),
    )


@pytest.fixture
def logged(tmp_path):
    """A notebook with three parameters that counts how often it is run."""
    cells = (
        record("validation_accuracy=x / 10, test_accuracy=1 - x / 10, squares=[x * x]"),
        f"open({str(tmp_path / 'log')!r}, 'a').write('+')",
    )
    return write_notebook(
        tmp_path / "logged.ipynb", 'x: int = 1  # number\ny: float = 0.5  # another\nname: str = "a"  # a text', *cells
    )
