"""A result that a notebook leaves behind and programs can read."""

import json

from IPython.display import display

RESULT_TYPE = "application/vnd.mnist-mlp.result+json"
HISTORY_ROWS = 100


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
