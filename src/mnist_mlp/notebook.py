"""What notebooks need of their host: the source of a function, a result that programs can read, a progress bar."""

import ast
import inspect
import json
import os
import textwrap
from pathlib import Path

from IPython.display import Markdown, display
from tqdm.auto import tqdm

RESULT_TYPE = "application/vnd.mnist-mlp.result+json"
HISTORY_ROWS = 100
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def find_file(path):
    """Find what a notebook of the course names, wherever its kernel has been started.

    Parameters
    ----------
    path : str or os.PathLike
        Of a file or folder; if it is relative, from the working directory or else from the course's notebooks.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    FileNotFoundError
        If it is in neither place.
    """
    for found in (Path(path), NOTEBOOKS / path):
        if found.exists():
            return found
    raise FileNotFoundError(f"path must be that of a file or folder, and there is none at {str(path)!r}")


def show_source(*functions):
    """Display the source of functions or classes as highlighted code, with the first line of each docstring.

    Parameters
    ----------
    *functions : function or class
    """
    for function in functions:
        module = function.__module__.replace(".", "/")
        display(Markdown(f"`src/{module}.py`\n```python\n{_brief_source(function)}\n```"))


def _brief_source(function):
    """Source with the docstring cut to its first line: the whole is one `?` away."""
    source = textwrap.dedent(inspect.getsource(function)).rstrip()
    node = ast.parse(source).body[0]
    docstring = node.body[0]
    if ast.get_docstring(node) is None:
        return source
    lines = source.splitlines()
    summary = ast.get_docstring(node).splitlines()[0]
    indent = " " * docstring.col_offset
    return "\n".join([*lines[: docstring.lineno - 1], f'{indent}"""{summary}"""', *lines[docstring.end_lineno :]])


def record_result(history=(), **result):
    """Leave a result in the notebook's output that programs find again with `read_result`.

    Parameters
    ----------
    history : list of dict, optional
        Rows of `train`'s history, for a curve: at most about a hundred of them are kept, in five digits. They lie in the
        output's metadata, so that comparing outputs does not compare their last digits.
    **result
        Names and values: strings, bools, Python or NumPy numbers, lists and dicts of these.

    Raises
    ------
    TypeError
        If a value cannot be written as JSON.
    """
    content = _as_json(result)
    lines = [f"{name}: {value}" for name, value in content.items()]
    metadata = {RESULT_TYPE: {"history": _as_json(_thin(history))}} if history else {}
    display({RESULT_TYPE: content, "text/plain": "\n".join(lines)}, metadata=metadata, raw=True)


def _as_json(value):
    return json.loads(json.dumps(value, default=lambda value: value.item()))


def _thin(history):
    """Every n-th row and the last one, their floats in five digits."""
    step = -(-len(history) // HISTORY_ROWS)
    rows = [*history[:-1:step], history[-1]]
    return [{name: float(f"{x:.5g}") if isinstance(x, float) else x for name, x in row.items()} for row in rows]


def read_result(path):
    """Read what `record_result` left in an executed notebook.

    Parameters
    ----------
    path : str or os.PathLike

    Returns
    -------
    dict
        The last recorded result; with ``history``, a list of dict, if one was recorded.

    Raises
    ------
    ValueError
        If the notebook holds no result.
    """
    # Imported here: it takes a second, which every notebook of the course would wait.
    import nbformat

    result = find_result(nbformat.read(path, as_version=4))
    if result is None:
        raise ValueError(f"{path} holds no result: no output of type {RESULT_TYPE}")
    return result


def find_result(notebook):
    """Find what `record_result` left in a notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode

    Returns
    -------
    dict or None
        As `read_result`; None if there is no result.
    """
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    results = [output for output in outputs if RESULT_TYPE in output.get("data", {})]
    return {**results[-1].data[RESULT_TYPE], **results[-1].metadata.get(RESULT_TYPE, {})} if results else None


def progress_bar(epochs, print_every=None):
    """Make a function for `train`'s `progress`: a bar in a live session, silent where outputs are checked.

    Parameters
    ----------
    epochs : int
        Epochs that make the bar full.
    print_every : int, optional
        Also print the loss of every so many epochs, as the original does.

    Returns
    -------
    callable
        Function of a row of the history.
    """
    bar = tqdm(total=epochs, unit=" epochs", leave=False, disable=not _is_live())

    def progress(row):
        bar.update(row["epoch"] - bar.n)
        if row["epoch"] == epochs:
            bar.close()
        if print_every and row["epoch"] % print_every == 0:
            # Three decimals: float32 losses differ in the sixth digit between processors.
            print(f"Epoch {row['epoch']}, Loss: {row['loss']:.3f}", flush=True)

    return progress


def _is_live():
    """Whether somebody watches: JupyterLab names the notebook that it starts a kernel for, nbclient and nbval do not."""
    return bool(os.environ.get("JPY_SESSION_NAME"))
