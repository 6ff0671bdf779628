"""Reading and running the course happens in a copy, in which no edit is lost."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from mnist_mlp.course.working_copy import update_working_copy


def write(path, *sources, outputs=()):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[new_code_cell(source, outputs=list(outputs)) for source in sources]), path)


def sources(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def run(path):
    """What JupyterLab leaves of a notebook that was run: outputs, and metadata of its kernel."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["language_info"] = {"name": "python", "version": "3.11.7"}
    notebook.cells[0].outputs = [new_output("stream", text="ran")]
    nbformat.write(notebook, path, indent=None)


@pytest.fixture
def folders(tmp_path):
    course, copy = tmp_path / "notebooks", tmp_path / "my-course"
    write(course / "01.ipynb", "first = 1", "print(first)")
    write(course / "02.ipynb", "second = 2")
    (course / "sweeps").mkdir()
    (course / "sweeps/results.csv").write_text("id\n")
    (course / ".ipynb_checkpoints").mkdir()
    (course / ".ipynb_checkpoints/01.ipynb").write_text("{}")
    update_working_copy(course, copy)
    return course, copy


def test_the_copy_has_every_file_of_the_course_as_it_is(folders):
    course, copy = folders
    for name in ("01.ipynb", "02.ipynb", "sweeps/results.csv"):
        assert (copy / name).read_bytes() == (course / name).read_bytes()
    assert not (copy / ".ipynb_checkpoints").exists()


def test_the_copy_leaves_out_the_solutions(folders):
    course, copy = folders
    write(course / "solutions/01.ipynb", "answer = 42")
    write(course / "exercises/01.ipynb", "answer = ...")
    update_working_copy(course, copy, "solutions")
    assert not (copy / "solutions").exists() and (copy / "exercises/01.ipynb").exists()


def test_what_has_been_run_stays_until_the_course_has_a_new_version(folders, capsys):
    course, copy = folders
    run(copy / "01.ipynb")
    before = (copy / "01.ipynb").read_bytes()
    update_working_copy(course, copy)
    assert (copy / "01.ipynb").read_bytes() == before
    write(course / "01.ipynb", "first = 10")
    update_working_copy(course, copy)
    assert (copy / "01.ipynb").read_bytes() == (course / "01.ipynb").read_bytes()
    write(course / "01.ipynb", "first = 10", outputs=[new_output("stream", text="new output")])
    update_working_copy(course, copy)
    assert (copy / "01.ipynb").read_bytes() == (course / "01.ipynb").read_bytes()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("edit", [["first = 2", "print(first)"], ["first = 1"], ["first = 1", "print(first)", ""]])
def test_an_edited_notebook_is_kept_and_a_new_version_is_named(folders, capsys, edit):
    course, copy = folders
    write(copy / "01.ipynb", *edit)
    update_working_copy(course, copy)
    assert capsys.readouterr().out == ""
    for version in range(2):
        write(course / "01.ipynb", f"first = {10 + version}")
        write(course / "02.ipynb", f"second = {version}")
        update_working_copy(course, copy)
        assert sources(copy / "01.ipynb") == edit
        assert sources(copy / "02.ipynb") == [f"second = {version}"]
        assert str(copy / "01.ipynb") in capsys.readouterr().out


def test_files_that_are_no_notebooks_are_kept_too(folders):
    course, copy = folders
    (copy / "02.ipynb").write_text("{half a notebo")
    (copy / "sweeps/results.csv").write_text("mine")
    (copy / "notes.md").write_text("mine")
    write(course / "02.ipynb", "second = 20")
    (course / "sweeps/results.csv").write_text("id\n1\n")
    update_working_copy(course, copy)
    assert (copy / "02.ipynb").read_text() == "{half a notebo"
    assert (copy / "sweeps/results.csv").read_text() == (copy / "notes.md").read_text() == "mine"


def test_a_deleted_copy_comes_back(folders):
    course, copy = folders
    write(copy / "01.ipynb", "edited")
    (copy / "01.ipynb").unlink()
    update_working_copy(course, copy)
    assert (copy / "01.ipynb").read_bytes() == (course / "01.ipynb").read_bytes()


def test_a_copy_whose_originals_are_lost_keeps_edits(folders):
    course, copy = folders
    write(copy / "01.ipynb", "edited")
    (copy / ".course/01.ipynb").unlink()
    update_working_copy(course, copy)
    assert sources(copy / "01.ipynb") == ["edited"]
