"""A teacher hands out an exercise and grades a class of thirty, with the commands that the settings' file names."""

import csv
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import nbformat
import pytest

from mnist_mlp.course.exercises import EXERCISES

pytest.importorskip("nbgrader")

SOLUTIONS = Path(__file__).parents[2] / "notebooks/solutions"
COPIES = Path(__file__).parents[2] / "notebooks/exercises"
NOTEBOOK = "06_back_prop.ipynb"

BACKWARD = """
def backward(dz, a, W):
    return a.T @ dz, dz.sum(axis=0, keepdims=True), dz @ W.T * (a > 0)
"""
BACK_PROP = """
def back_prop(activations, y, layers, lambda_reg):
    m, gradients = len(y), []
    dz = (activations[-1] - np.eye(activations[-1].shape[1])[y]) / m
    for a, (W, _) in zip(activations[-2::-1], layers[::-1]):
        gradients.insert(0, Layer(a.T @ dz + lambda_reg / m * W, dz.sum(axis=0, keepdims=True)))
        dz = dz @ W.T * (a > 0)
    return gradients
"""
ENDLESS = """
def backward(dz, a, W):
    while True:
        pass
"""
UNSTOPPABLE = """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""
PRINTS_WITHOUT_END = """
def backward(dz, a, W):
    while True:
        print("x" * 1000)
"""
PRINTS_MEGABYTES = BACKWARD + "\nfor _ in range(50_000):\n    print('y' * 100)\n"
DELETES_ITS_FILES = BACKWARD + "\nimport os\nfor name in os.listdir():\n    os.remove(name)\n"
REACHES_OUT = (
    BACKWARD
    + r"""
import os, pathlib, shutil, sqlite3, subprocess

course = pathlib.Path.cwd().parents[2]
secret = course.parent / "secret.txt"
folder = os.open(course.parent, os.O_RDONLY)
ATTEMPTS = [
    lambda: os.remove(secret),
    lambda: os.remove(os.fsencode(secret)),
    lambda: os.remove("secret.txt", dir_fd=folder),
    lambda: secret.unlink(),
    lambda: secret.write_text("changed"),
    lambda: open(secret, "a").write("changed"),
    lambda: os.truncate(secret, 0),
    lambda: os.rename(secret, "mine.txt"),
    lambda: os.rename("secret.txt", "mine.txt", src_dir_fd=folder),
    lambda: os.replace("06_back_prop.ipynb", secret),
    lambda: os.symlink("/", course / "link"),
    lambda: os.mkdir(course / "new"),
    lambda: secret.chmod(0),
    lambda: shutil.rmtree(course / "source"),
    lambda: shutil.rmtree(course / "submitted"),
    lambda: shutil.move(secret, "mine.txt"),
    lambda: (os.chdir(course), os.remove("nbgrader_config.py")),
    lambda: sqlite3.connect(course / "gradebook.db").execute("delete from grade"),
    lambda: subprocess.run(["rm", "-r", course / "source"]),
    lambda: os.system(f"rm -r {course / 'source'}"),
    lambda: os.kill(os.getppid(), 9),
    lambda: os.fork(),
]
home = os.getcwd()
refused = 0
for attempt in ATTEMPTS:
    try:
        attempt()
    except (PermissionError, NameError):
        refused += 1
    os.chdir(home)
print(refused, "of", len(ATTEMPTS), "refused")
"""
)


def bug(name, number):
    """A function that makes a known mistake."""
    return (
        f"def {name}(*arguments):\n    from mnist_mlp.course.exercises import EXERCISES\n"
        f"    return list(EXERCISES['{name}'].mistakes.values())[{number}](*arguments)\n"
    )


# The student's cells, and the points that they deserve: 2 for one layer, 3 for all layers, 1 for the penalty.
SUBMISSIONS = {
    "right": (BACKWARD, BACK_PROP, 6),
    "right-with-loops": (
        "def backward(dz, a, W):\n    dW = sum(np.outer(x, g) for x, g in zip(a, dz))\n"
        "    return [dW, np.array([sum(dz)]), np.array([[d if x > 0 else 0 for d, x in zip(*r)] for r in zip(dz @ W.T, a)])]\n",
        BACK_PROP.replace("Layer(", "tuple([").replace("keepdims=True)))", "keepdims=True)]))"),
        6,
    ),
    "right-with-prints": (BACKWARD.replace("return", "print(dz)\n    return"), BACK_PROP, 6),
    "untouched": (None, None, 0),
    "one-layer-only": (BACKWARD, None, 2),
    "no-penalty": (BACKWARD, BACK_PROP.replace("lambda_reg / m * W", "0"), 5),
    "all-layers-only": (None, BACK_PROP, 4),
    "syntax-error": ("def backward(dz, a, W)\n    return 0", BACK_PROP, 4),
    "endless": (ENDLESS, BACK_PROP, 4),
    "unstoppable": (UNSTOPPABLE, BACK_PROP, 0),
    "prints-without-end": (PRINTS_WITHOUT_END, None, 0),
    "prints-megabytes": (PRINTS_MEGABYTES, BACK_PROP, 6),
    "deletes-its-files": (DELETES_ITS_FILES, BACK_PROP, 6),
    "reaches-out": (REACHES_OUT, BACK_PROP, 6),
    "ends-the-kernel": (BACKWARD + "\nimport os\nos._exit(1)\n", BACK_PROP, 0),
    "changes-the-tests": (None, BACK_PROP, 4),
}
KNOWN = [list(EXERCISES[name].mistakes) for name in ("backward", "back_prop")]
SUBMISSIONS |= {
    f"bug-{i}": (bug("backward", i % len(KNOWN[0])), bug("back_prop", i), 3 * ("penal" in sentence))
    for i, sentence in enumerate(KNOWN[1])
}


def contents(folder):
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def write_submission(course, student, backward, back_prop):
    notebook = nbformat.read(course / "release/week6" / NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        cell.source = {"backward": backward, "back_prop": back_prop}.get(cell.id) or cell.source
        if student == "changes-the-tests" and cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source, cell.metadata.nbgrader.points = "# nothing to see here", 100
    folder = course / "downloaded/week6/archive"
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{student}_{NOTEBOOK}")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The course's folder after grading, what nbgrader logged, and what lay in the folders before and after."""
    place = tmp_path_factory.mktemp("place")
    course = place / "course"
    (course / "source/week6").mkdir(parents=True)
    shutil.copy(SOLUTIONS / NOTEBOOK, course / "source/week6")
    shutil.copy(SOLUTIONS / "nbgrader_config.py", course)
    (place / "secret.txt").write_text("not yours")

    def nbgrader(*arguments):
        # As in an activated environment: nbgrader calls a command of a package of its own.
        active = os.environ | {"PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])}
        command, together = (
            [sys.executable, "-m", "nbgrader", *arguments],
            {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT},
        )
        run = subprocess.run(command, cwd=course, env=active, encoding="utf-8", **together)
        print(run.stdout)
        return run.stdout

    log = nbgrader("generate_assignment", "week6")
    for student, (backward, back_prop, _) in SUBMISSIONS.items():
        write_submission(course, student, backward, back_prop)
    log += nbgrader("zip_collect", "week6")
    before = contents(place)
    log += nbgrader("autograde", "week6")
    after = contents(place)
    log += nbgrader("export")
    return course, log, before, after


def test_what_is_handed_out_is_the_student_s_copy(graded):
    assert (graded[0] / "release/week6" / NOTEBOOK).read_bytes() == (COPIES / NOTEBOOK).read_bytes()


def test_thirty_students_get_the_points_that_they_deserve(graded):
    course, log, *_ = graded
    rows = csv.DictReader((course / "grades.csv").read_text().splitlines())
    scores = {row["student_id"]: float(row["score"] or 0) for row in rows}
    assert len(scores) >= 30
    assert scores == {student: points for student, (*_, points) in SUBMISSIONS.items()}, log


def test_nothing_outside_a_submission_s_own_folder_is_touched(graded):
    course, _, before, after = graded
    own = str(course / "autograded"), str(course / "gradebook.db")
    assert {path: content for path, content in after.items() if not path.startswith(own)} == {
        path: content for path, content in before.items() if not path.startswith(own)
    }


def outputs(course, student, id):
    notebook = nbformat.read(course / "autograded" / student / "week6" / NOTEBOOK, as_version=4)
    return "".join(output.get("text", "") for cell in notebook.cells if cell.id == id for output in cell.outputs)


def test_the_fence_refuses_every_attempt(graded):
    n = REACHES_OUT.count("    lambda: ")
    assert outputs(graded[0], "reaches-out", "backward") == f"{n} of {n} refused\n"


def test_megabytes_of_output_are_cut(graded):
    assert (graded[0] / "autograded/prints-megabytes/week6" / NOTEBOOK).stat().st_size < 200_000
    assert outputs(graded[0], "prints-megabytes", "backward").endswith("... Output truncated ...")


def test_a_submission_that_cannot_be_graded_gets_no_point_and_the_teacher_is_told(graded):
    for student in ("unstoppable", "ends-the-kernel"):
        assert f"There was an error processing assignment 'week6' for student '{student}'" in graded[1]


def test_the_teacher_sees_the_same_feedback_as_the_student(graded):
    assert outputs(graded[0], "right", "check-backward").startswith("✓ backward is right")
    assert "Silent units let the gradient through." in outputs(graded[0], "bug-0", "check-backward")
    assert "was stopped after 5 seconds" in outputs(graded[0], "endless", "check-backward")
