"""The exercises: solutions with hidden tests, and the students' copies made of them."""

import contextlib
import functools
import io
import re
import statistics
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from helpers.answers import ANSWERS
from nbclient import NotebookClient

from mnist_mlp.course.exercises import EXERCISES

ROOT = Path(__file__).parents[2]
SOLUTIONS = sorted((ROOT / "notebooks/solutions").glob("*.ipynb"))
COPIES = sorted((ROOT / "notebooks/exercises").glob("*.ipynb"))

every_solution = pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
every_copy = pytest.mark.parametrize("path", COPIES, ids=lambda path: path.stem)


def cells(path, kind="code"):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def text(path):
    return "\n".join(cell.source for cell in cells(path, "markdown"))


def settings(cell):
    return cell.metadata.get("nbgrader", {"solution": False, "grade": False})


TASKS = {cell.id: path for path in SOLUTIONS for cell in cells(path) if settings(cell)["solution"]}


def test_each_notebook_from_1_to_10_has_an_exercise_and_each_exercise_a_student_s_copy():
    assert {int(path.stem[:2]) for path in SOLUTIONS} >= set(range(1, 11))
    assert [path.name for path in COPIES] == [path.name for path in SOLUTIONS]
    assert set(TASKS) == set(EXERCISES)


@every_solution
def test_a_solution_is_executed_from_top_to_bottom_without_errors(path):
    for count, cell in enumerate(cells(path), start=1):
        assert {cell.execution_count, *(o.execution_count for o in cell.outputs if "execution_count" in o)} == {count}
        assert all(output.output_type != "error" and output.get("name") != "stderr" for output in cell.outputs)
        assert not settings(cell)["grade"] or cell.outputs == []


@every_solution
def test_a_solution_is_a_clean_file(path):
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info"} and notebook.metadata.kernelspec.name == "python3"
    assert all(set(cell.metadata) <= {"nbgrader"} for cell in notebook.cells)
    assert path.read_text("utf-8") == nbformat.writes(notebook) + "\n"


@every_solution
def test_cells_are_short(path):
    copy = [len(cell.source.splitlines()) for cell in cells(ROOT / "notebooks/exercises" / path.name)]
    assert max(copy) <= 15 and statistics.median(copy) <= 5
    assert [line for cell in cells(path) for line in cell.source.splitlines() if len(line) > 80] == []


@every_solution
def test_an_exercise_has_all_its_parts(path):
    title, link, file, points = re.match(
        r"# (Exercise \w+ · .+)\n\n\*Belongs to \[notebook (\d+ · .+)\]\(\.\./(.+)\) · (\d+) points\*\n\n.+", text(path)
    ).groups()
    assert title.split()[1] == path.stem.split("_")[0].lstrip("0")
    assert re.match(rf"# {re.escape(link)}\n", text(ROOT / "notebooks" / file))
    assert re.search(rf"\*\*Write it yourself:\*\* .*\]\(exercises/{path.name}\) – ", text(ROOT / "notebooks" / file))
    graded = [cell for cell in cells(path) if settings(cell)["grade"]]
    assert sum(settings(cell).points for cell in graded) == int(points)
    for cell in graded:
        n = settings(cell).points
        assert re.match(rf"# Hidden tests, {n} point{'s' * (n > 1)}: .+\n### BEGIN HIDDEN TESTS\n", cell.source)
        assert cell.source.endswith("\n### END HIDDEN TESTS")
    sources = [cell.source for cell in cells(path)]
    for name in (name for name, place in TASKS.items() if place == path):
        assert f"check({name})" in sources
    assert text(path).count("<summary>Hint</summary>") == sum(place == path for place in TASKS.values())
    assert text(path).count("\n**Go further.** ") == 1 and "hidden tests use other" in " ".join(text(path).split())


@pytest.mark.parametrize("folder", ["solutions", "exercises"])
def test_links_lead_to_existing_files(folder):
    for path in (ROOT / "notebooks" / folder).glob("*.ipynb"):
        links = [link for link in re.findall(r"\]\(([^)#]+)\)", text(path)) if not link.startswith("http")]
        assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.skipif(sys.platform == "win32", reason="make is no part of Windows")
def test_the_students_copies_are_what_make_exercises_writes(tmp_path):
    pytest.importorskip("nbgrader")
    command = ["make", "-s", "-C", ROOT, "exercises", f"EXERCISES={tmp_path}", f"BIN={Path(sys.executable).parent}"]
    subprocess.run([*command, f"READY={__file__}"], check=True, capture_output=True, text=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {path.name: path.read_bytes() for path in COPIES}


@every_copy
def test_a_student_s_copy_reveals_nothing(path):
    assert not re.search("BEGIN|END (SOLUTION|HIDDEN)", path.read_text("utf-8"))
    for cell, original in zip(cells(path), cells(ROOT / "notebooks/solutions" / path.name), strict=True):
        assert cell.outputs == [] and cell.execution_count is None
        if settings(cell)["grade"]:
            assert cell.source == original.source.splitlines()[0]
        if settings(cell)["solution"]:
            assert cell.source.count("\n    raise NotImplementedError  # your code here") == 1
            assert len(cell.source.splitlines()) == 3


def test_nbval_runs_the_solutions_and_not_the_students_copies():
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "--collect-only", "notebooks"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert all(f"notebooks/solutions/{path.name}::" in run.stdout for path in SOLUTIONS)
    assert "notebooks/exercises" not in run.stdout


# Notebooks without a kernel.


def run(notebook_cells, space):
    """Execute cells in a namespace; return what each printed, and the ids of those that failed."""
    printed, failed = {}, set()
    for cell in notebook_cells:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            try:
                exec(compile(cell.source, f"<{cell.id}>", "exec"), space)
            except Exception:
                failed.add(cell.id)
        printed[cell.id] = out.getvalue()
    return printed, failed


@functools.cache
def solved(path):
    """The names that a solution defines, up to the hidden tests."""
    space = {"__name__": "__main__"}
    _, failed = run([cell for cell in cells(path) if not settings(cell)["grade"]], space)
    assert not failed
    return space


def points(path, **functions):
    """Points for a solution in which some functions are others, and the highest number of points."""
    graded = [cell for cell in cells(path) if settings(cell)["grade"]]
    _, failed = run(graded, solved(path) | functions)
    return sum(settings(cell).points for cell in graded if cell.id not in failed), sum(settings(cell).points for cell in graded)


@every_solution
def test_a_solution_gets_all_points(path):
    got, highest = points(path)
    assert got == highest > 0
    answers = [cell.outputs[0].text for cell in cells(path) if cell.id.startswith("check")]
    assert answers and all(answer.startswith("✓ ") for answer in answers)


@pytest.mark.parametrize("name", TASKS)
def test_an_answer_written_in_another_way_gets_all_points(name):
    got, highest = points(TASKS[name], **{name: ANSWERS[name]})
    assert got == highest


@every_copy
def test_an_untouched_copy_says_what_to_do_and_gets_no_point(path):
    space = {"__name__": "__main__"}
    printed, _ = run(cells(path), space)
    tasks = [name for name, place in TASKS.items() if place.name == path.name]
    for name, answer in zip(tasks, (text for id, text in printed.items() if id.startswith("check")), strict=True):
        expected = f"✗ {name} is not written yet. Put your code in place of the line `raise NotImplementedError`."
        assert " ".join(answer.split()) == expected
    assert points(ROOT / "notebooks/solutions" / path.name, **{name: space[name] for name in tasks})[0] == 0


MISTAKES = [(name, sentence) for name, exercise in EXERCISES.items() for sentence in exercise.mistakes]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name, sentence", MISTAKES)
def test_every_known_mistake_costs_points(name, sentence):
    got, highest = points(TASKS[name], **{name: EXERCISES[name].mistakes[sentence]})
    assert got < highest


ENDLESS = """
def softmax(z):
    while True:
        pass
"""


def test_in_a_kernel_a_loop_that_never_ends_is_stopped_and_the_kernel_goes_on():
    notebook = nbformat.read(ROOT / "notebooks/exercises/03_softmax.ipynb", as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id in ("imports", "softmax", "check")]
    notebook.cells[1].source = ENDLESS
    notebook.cells.append(nbformat.v4.new_code_cell("print(np.arange(3))"))
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    check, after = ("".join(output.text for output in cell.outputs) for cell in notebook.cells[2:])
    assert re.match(r"✗ softmax was stopped after 5 seconds, in the line `(pass|while True:)`\.", check)
    assert after == "[0 1 2]\n"
