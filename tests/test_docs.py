"""The pages of docs/ agree with what they describe."""

import json
import re
from pathlib import Path

import pytest

from mnist_mlp.cli import main
from mnist_mlp.sweep.notebook_file import read_notebook, read_parameters

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").glob("*.md"))
TEACHING = (ROOT / "docs/teaching.md").read_text("utf-8")
SWEEPS = (ROOT / "docs/sweeps.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_and_headings_lead_somewhere(page):
    text = re.sub(r"^ *```.*?```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    headings = [re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles]
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        assert target[1:] in headings if target.startswith("#") else (page.parent / target).exists(), target


def test_the_minutes_of_each_plan_add_up():
    plans = re.findall(r"^### (\d+) (minutes|hours), (.*?)(?=^##)", TEACHING, re.MULTILINE | re.DOTALL)
    assert len(plans) == 5
    for number, unit, body in plans:
        blocks = [sum(map(int, re.findall(r"\*\*(\d+)\*\*", row))) for row in re.findall(r"^\| \d \|.*$", body, re.MULTILINE)]
        assert max(blocks) <= 90
        assert sum(blocks) == int(number) * (60 if unit == "hours" else 1)


def test_exercises_have_the_points_and_minutes_that_the_teacher_s_guide_gives():
    names, points, minutes = map(_cells, ("Ex.", "points", "minutes"))
    table = dict(zip(names, map(int, points)))
    total = table.pop("all")
    assert total == sum(table.values())
    assert [int(minute) for minute in minutes] == [5 * int(point) for point in points]
    for path in (ROOT / "notebooks/solutions").glob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        awarded = sum(cell["metadata"].get("nbgrader", {}).get("points") or 0 for cell in cells)
        assert table[path.name.split("_")[0].lstrip("0")] == awarded, path.name


def test_parameters_have_the_defaults_of_the_notebook():
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", SWEEPS, re.MULTILINE)
    parameters = read_parameters(read_notebook(ROOT / "notebooks/mnist_from_scratch.ipynb"))
    assert {name: json.loads(default) for name, default in rows} == {name: value.default for name, value in parameters.items()}


def test_options_of_the_commands_exist():
    known = {option for command in main.commands.values() for parameter in command.params for option in parameter.opts}
    known |= {"--no-report", "--help", "--nthreads"}  # the other half of --report; Click's; Dask's
    assert set(re.findall(r"(?<!\w)--[a-z][a-z-]+", SWEEPS)) <= known


def _cells(name):
    """Cells of the row of the teacher's guide that begins with a name."""
    row = re.search(rf"^\| {re.escape(name)} \|(.*)\|$", TEACHING, re.MULTILINE)
    return [cell.strip() for cell in row[1].split("|")]
