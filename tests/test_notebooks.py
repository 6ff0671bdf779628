"""The structure of the course's notebooks, and what comparing their outputs detects."""

import ast
import re
import shutil
import statistics
import subprocess
import sys
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from helpers.notebooks import compare_figures, figures
from matplotlib.image import imread

from mnist_mlp import plots

ROOT = Path(__file__).parent.parent
# In the order of the course: the whole notebook ends part one.
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"), key=lambda path: path.stem.replace("mnist_from_scratch", "13_whole"))
STEPS = {
    "01_load_mnist": 1, "02_initialize": 2, "03_activations": 3, "04_forward": 4, "05_one_hot_encode": 5, "06_back_prop": 6,
    "07_update_params_nag": 7, "08_metrics": 8, "09_train": 11, "10_predict": 10, "11_train_the_model": 12, "12_evaluate": 13,
}  # fmt: skip
# The cells whose output cannot repeat, since they measure seconds; every other output is compared.
TIMINGS = {
    "15_mini_batches": {"seconds", "seconds-to-target"},
    "17_precision_and_speed": {"parts-seconds", "roofline", "ladder", "block-seconds", "waking"},
}

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def text(path):
    return "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


def section(path, title):
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text(path), re.MULTILINE | re.DOTALL)[1]


def bullets(path, title):
    return len(re.findall(r"^- ", section(path, title), re.MULTILINE))


def test_the_course_is_complete():
    assert {path.stem for path in NOTEBOOKS} >= {"00_start_here", "mnist_from_scratch", "13_sweep_parameters", *STEPS}


@every_notebook
def test_is_executed_from_top_to_bottom_without_errors(path):
    cells = code_cells(path)
    for count, cell in enumerate(cells, start=1):
        assert {cell.execution_count, *(o.execution_count for o in cell.outputs if "execution_count" in o)} == {count}
        assert not cell.source.rstrip().endswith(";"), cell.source
        for output in cell.outputs:
            assert output.output_type != "error" and output.get("name") != "stderr", output


@every_notebook
def test_is_a_clean_file_of_at_most_a_megabyte(path):
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert path.stat().st_size <= 1_000_000
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)
    assert not re.search(r"/home/|/root/|/tmp/|/Users/|[A-Z]:\\\\", path.read_text("utf-8"))
    assert path.read_text("utf-8") == nbformat.writes(notebook) + "\n"


@every_notebook
def test_no_output_but_timings_is_exempt_from_comparison(path):
    cells = read(path).cells
    assert {tag for cell in cells for tag in cell.metadata.get("tags", [])} <= {"parameters", "nbval-ignore-output"}
    exempt = {cell.id for cell in cells if "nbval-ignore-output" in cell.metadata.get("tags", [])}
    assert exempt == TIMINGS.get(path.stem, set())


@every_notebook
def test_cells_are_short(path):
    lengths = [len(cell.source.splitlines()) for cell in code_cells(path)]
    assert max(lengths) <= 15 and statistics.median(lengths) <= 5
    # What JupyterLab shows without scrolling sideways in a window of 1024 pixels.
    assert [line for cell in code_cells(path) for line in cell.source.splitlines() if len(line) > 80] == []


@every_notebook
def test_every_figure_has_alternative_text_and_is_sharp(path):
    for cell in code_cells(path):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                details = output.metadata.get("image/png", {})
                assert len(details.get("alt", "").split()) >= 8, cell.source
                pixels = imread(BytesIO(b64decode(output.data["image/png"]))).shape
                assert pixels[:2] == (2 * details.height, 2 * details.width), cell.source
                assert details.width <= 900, "wider than the page in a window of 1024 pixels"


@every_notebook
def test_parameters_are_annotated_literals_with_a_comment(path):
    parameters, imports = code_cells(path)[:2]
    assert parameters.metadata.get("tags") == ["parameters"]
    for line in parameters.source.splitlines():
        assert re.fullmatch(r"[a-z_]+: (int|float|str|bool) = .+  # .+", line), line
        ast.literal_eval(ast.parse(line).body[0].value)
    assert all(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.parse(imports.source).body)
    # A traceback shows the lines around the import that fails.
    above_the_package = re.split(r"^(?:from|import) mnist_mlp", imports.source, maxsplit=1, flags=re.MULTILINE)[0]
    assert above_the_package.endswith('# Not found? Run "pip install ." in the course\'s folder.\n')


@every_notebook
def test_every_parameter_is_used(path):
    parameters, *others = code_cells(path)
    used = {node.id for cell in others for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Name)}
    names = {node.target.id for node in ast.parse(parameters.source).body}
    assert names <= used


@every_notebook
def test_the_text_has_the_structure_of_the_course(path):
    assert len(re.findall(r"^# ", re.sub(r"```.*?```", "", text(path), flags=re.DOTALL), re.MULTILINE)) == 1
    for title in ("What you will see", "Check yourself", "Try it", "Summary"):
        assert section(path, title).strip(), title
    assert 2 <= bullets(path, "What you will see") <= 4
    assert bullets(path, "Summary") == bullets(path, "What you will see")
    assert 2 <= section(path, "Check yourself").count("<summary>Answer</summary>") <= 3


def minutes(path):
    """Minutes of reading and of doing by the rule in CONTRIBUTING.md, rounded to five."""
    words, cells = len(re.sub(r"```.*?```", "", text(path), flags=re.DOTALL).split()), len(code_cells(path))
    questions = text(path).count("<summary>Answer</summary>")
    reading = words / 150 + cells / 2
    doing = words / 150 + 3 * cells / 2 + 3 * questions
    return 5 * round(reading / 5), 5 * round(doing / 5)


@every_notebook
def test_the_times_are_those_of_its_words_and_cells(path):
    expected = "reading {} minutes, doing {}".format(*minutes(path))
    assert re.search(rf"^\*Mirrors .* · {expected} · needs ", text(path), re.MULTILINE), expected


def test_the_start_notebook_lists_every_notebook_with_its_title_and_times():
    start = text(ROOT / "notebooks/00_start_here.ipynb")
    rows = re.findall(r"^\| (\d*) \| \[(.+)\]\((.+\.ipynb)\) \| .* \| (\d+) \| (\d+) \|$", start, re.MULTILINE)
    expected = []
    for path in NOTEBOOKS:
        number, title = re.match(r"# (?:(\d+) · )?(.+)", text(path)).groups(default="")
        expected.append((number, title, path.name, *map(str, minutes(path))))
    assert rows == expected
    totals = [sum(map(int, column)) for column in zip(*(row[3:] for row in rows))]
    assert "| | all | | | {} | {} |".format(*totals) in start
    hours = re.search(r"about (\d+) hours.*?about (\d+)\.", start, re.DOTALL).groups()
    assert [int(number) for number in hours] == [round(total / 60) for total in totals]


@every_notebook
def test_links_lead_to_existing_files(path):
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text(path)) if not link.startswith("http")]
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("stem, cell", STEPS.items())
def test_a_step_names_and_quotes_its_cell_of_the_original(stem, cell):
    first = read(ROOT / "notebooks" / f"{stem}.ipynb").cells[0].source
    assert re.match(rf"# {int(stem[:2])} · ", first)
    assert f"In [{cell}]" in first
    assert re.search(r"<details>\s*<summary>The original's cell</summary>\s*```python\n.+```", first, re.DOTALL)


@pytest.mark.skipif(sys.platform == "win32", reason="make is no part of Windows")
def test_make_notebooks_writes_what_is_committed(tmp_path):
    """The command, on one notebook; nbval executes all of them and compares their outputs."""
    path = Path(shutil.copy(ROOT / "notebooks/05_one_hot_encode.ipynb", tmp_path))
    committed = read(path)
    command = ["make", "-s", "-C", ROOT, "notebooks", f"NOTEBOOKS={path}", f"BIN={Path(sys.executable).parent}"]
    subprocess.run(command, check=True, capture_output=True, text=True)
    for cell, reference in zip(read(path).cells, committed.cells, strict=True):
        outputs, expected = cell.get("outputs", []), reference.get("outputs", [])
        compare_figures(outputs, expected)
        for data, expected_data in zip(figures(outputs), figures(expected)):
            expected_data["image/png"] = data["image/png"]
    assert path.read_text("utf-8") == nbformat.writes(committed) + "\n"


def outputs_of(figure):
    file = BytesIO()
    figure.savefig(file)
    return [{"data": {"image/png": b64encode(file.getvalue()).decode()}}]


@pytest.mark.parametrize(
    "change",
    [
        lambda axes: axes.lines[0].set_ydata(1.01 * axes.lines[0].get_ydata()),
        lambda axes: axes.lines[0].set_color("green"),
        lambda axes: axes.set_ylabel(axes.get_ylabel()[:-1]),
        lambda axes: axes.set_yticks(axes.get_yticks()[1:]),
    ],
    ids=["curve", "color", "label", "ticks"],
)
def test_a_changed_figure_is_detected(change):
    figure = plots.draw_loss([{"epoch": epoch, "loss": 2.3 * 0.97**epoch} for epoch in range(101)])
    committed = outputs_of(figure)
    compare_figures(outputs_of(figure), committed)
    change(figure.axes[0])
    with pytest.raises(AssertionError, match="the figure differs"):
        compare_figures(outputs_of(figure), committed)
