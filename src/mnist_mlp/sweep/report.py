"""The page that a sweep ends with: the reading part of notebook 13, executed for its directory, as HTML."""

from pathlib import Path

import nbformat

from mnist_mlp.course import NOTEBOOKS
from mnist_mlp.sweep.directory import write_whole
from mnist_mlp.sweep.executors import local_executor
from mnist_mlp.sweep.grids import RunError
from mnist_mlp.sweep.record import Run

NOTEBOOK = NOTEBOOKS / "13_sweep_parameters.ipynb"
REPORT = "report.html"
KEPT_TAGS = {"parameters", "report"}
TIMEOUT = 300  # seconds


def write_report(directory):
    """Render DIR/report.html; what was there before is replaced once the new one is whole.

    Parameters
    ----------
    directory : str or os.PathLike
        Of a sweep, with sweep.json and results.csv.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    RunError
        If notebook 13 is not there, because the package was installed without the course, or does not run.
    OSError
        If the directory cannot be written to.
    """
    if not NOTEBOOK.is_file():
        raise RunError("its notebook is part of the course, and this package has been installed without it")
    where = Path(directory).resolve()
    executed = _execute(_reading_part(where.name), {"directory": str(where)})
    write_whole(where / REPORT, _render(executed, f"Sweep {where.name}"))
    return Path(directory) / REPORT


def _reading_part(name):
    """Notebook 13 without its lesson."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    kept = [cell for cell in notebook.cells if KEPT_TAGS & set(cell.metadata.get("tags", []))]
    notebook.cells = [nbformat.v4.new_markdown_cell(f"# Sweep {name}"), *kept]
    return notebook


def _execute(notebook, parameters):
    run = Run("report", nbformat.writes(notebook), parameters, parameters, timeout=TIMEOUT)
    # In a process of its own, as any run: papermill shares a process with nothing.
    with local_executor(1) as (submit, _):
        record, executed = submit(run).result()
    if record["status"] == "failed":
        raise RunError(f"{record['error_type']}: {record['error']}")
    notebook = nbformat.reads(executed, as_version=4)
    notebook.cells = list(_without_idle_words(notebook.cells))
    return notebook


def _without_idle_words(cells):
    """Yield the cells, but not the words under a figure or table that was not drawn."""
    drawn = True
    for cell in cells:
        if cell.cell_type == "code":
            drawn = any("data" in output for output in cell.outputs)
            yield cell
        elif drawn or cell.source.startswith("#"):
            yield cell


def _render(notebook, title):
    # Imported here: it takes a second, which a sweep without a report would wait.
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(exclude_input=True, exclude_input_prompt=True, exclude_output_prompt=True)
    return exporter.from_notebook_node(notebook, resources={"metadata": {"name": title}})[0]
