"""The parameters of a notebook, and files that are not notebooks."""

import nbformat
import pytest
from helpers.sweeps import run_command
from helpers.sweeps import write_notebook as write

from mnist_mlp.sweep.errors import SweepError
from mnist_mlp.sweep.notebook_file import read_notebook, read_parameters


@pytest.mark.parametrize(
    "content", [None, "", "no JSON", "[]", '{"nbformat": 4, "cells": 5}', '{"nbformat": 3, "worksheets": []}']
)
def test_a_file_that_is_not_a_notebook_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "n.ipynb").write_text(content)
    run = run_command("sweep", tmp_path / "n.ipynb", "--output", tmp_path / "out")
    assert run.exit_code == 2 and "NOTEBOOK must be a notebook" in run.output


def test_a_parameters_cell_that_is_not_python_is_refused(tmp_path):
    run = run_command("sweep", write(tmp_path / "n.ipynb", "x = = 1"), "--output", tmp_path / "out")
    assert run.exit_code == 2 and "tagged parameters must be Python" in run.output


def test_parameters_are_read_with_their_types_and_defaults(tmp_path):
    source = (
        'a: int = -5  # x\nb: str = "x # y"  # help\nc = 3\nd: list = [1, 2]\ne: float = 1 / 3\nlong: str = (\n    "two"\n)'
    )
    assert read_parameters(read_notebook(write(tmp_path / "n.ipynb", source))) == {
        "a": ("int", -5),
        "b": ("str", "x # y"), "c": ("int", 3), "d": ("list", [1, 2]), "e": ("float", "1 / 3"), "long": ("str", "two")
    }  # fmt: skip


def test_magics_in_the_parameters_cell_are_ignored(tmp_path):
    source = "%matplotlib inline\nx: int = 1  # number\n!ls\ny = 2.5"
    assert read_parameters(read_notebook(write(tmp_path / "n.ipynb", source))) == {"x": ("int", 1), "y": ("float", 2.5)}


def test_cells_injected_by_an_earlier_run_are_not_part_of_the_notebook(tmp_path):
    write(tmp_path / "n.ipynb", "x: int = 1", "x = 7")
    notebook = nbformat.read(tmp_path / "n.ipynb", as_version=4)
    notebook.cells[1].metadata.tags = ["injected-parameters"]
    nbformat.write(notebook, tmp_path / "n.ipynb")
    assert [cell["source"] for cell in read_notebook(tmp_path / "n.ipynb")["cells"]] == ["x: int = 1"]


@pytest.mark.parametrize("later", ["x = 7", "print(x)\nx = 7", "y = x = 7", "x: int = 7", "x, y = 7, 8"])
def test_a_parameter_that_a_later_cell_sets_again_is_refused(tmp_path, later):
    notebook = read_notebook(write(tmp_path / "n.ipynb", "x: int = 1", later))
    with pytest.raises(SweepError, match=r"parameter x must not be set again in a later cell of NOTEBOOK: .*7"):
        read_parameters(notebook)


@pytest.mark.parametrize(
    "later", ["x = int(x)", "x = x or None", "y = 7", "x: int", "y[x] = 7", "def f():\n    x = 7", "%%time\nx = = 1"]
)
def test_a_parameter_that_a_later_cell_only_uses_is_fine(tmp_path, later):
    notebook = read_notebook(write(tmp_path / "n.ipynb", "x: int = 1", later))
    assert read_parameters(notebook) == {"x": ("int", 1)}
