"""Results that a notebook records and programs can read."""

import json
from datetime import date, time
from pathlib import PurePath

from IPython.display import display

RESULT_TYPE = "application/vnd.mnist-mlp.result+json"
SCRAP_TYPE = "application/scrapbook.scrap.json+json"
HISTORY_ROWS = 100  # and the first
SHOWN_DIGITS = 3
SHOWN_VALUES = 10  # of a list


def record_result(history=(), **result):
    """Record a result in the notebook's output, for programs to read with `read_result`.

    The output shows three significant digits, which are the same on any processor, and no list of more than ten values; the
    exact result is stored in the output's metadata, which comparisons of outputs ignore.

    Parameters
    ----------
    history : list of dict, optional
        Rows of `train`'s history, for a curve: the first and at most a hundred others are kept, to five digits.
    **result
        Names and values: strings, bools, Python or NumPy numbers, lists and dicts of these; arrays become lists, paths and
        dates become strings.

    Raises
    ------
    TypeError
        If a value cannot be written as JSON.
    """
    exact = _as_json(result)
    shown = _round(exact)
    lines = [f"{name}: {value}" for name, value in shown.items()]
    kept = exact | ({"history": _as_json(_thin(history))} if history else {})
    display({RESULT_TYPE: shown, "text/plain": "\n".join(lines)}, metadata={RESULT_TYPE: kept}, raw=True)


def _round(value):
    """Round floats to digits that are the same on any processor, and leave long lists out."""
    if isinstance(value, dict):
        return {name: _round(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_round(part) for part in value] if len(value) <= SHOWN_VALUES else "(list)"
    return float(f"{value:.{SHOWN_DIGITS}g}") if isinstance(value, float) else value


def _as_json(value):
    return json.loads(json.dumps(value, default=_to_python))


def _to_python(value):
    """Convert a value that JSON does not support into a number, list or string."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, (PurePath, date, time)):
        return str(value)
    raise TypeError(f"record_result takes numbers, strings, bools, and lists and dicts of these, got {value!r}")


def _thin(history):
    """Every n-th row and the last one, floats to five digits."""
    step = max(1, -(-(len(history) - 1) // HISTORY_ROWS))
    rows = [*history[:-1:step], history[-1]]
    return [{name: float(f"{x:.5g}") if isinstance(x, float) else x for name, x in row.items()} for row in rows]


def read_result(path):
    """Read what `record_result` recorded in an executed notebook.

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
        If the notebook contains no result.
    """
    # Imported here: it would delay every notebook of the course by a second.
    import nbformat

    result = find_result(nbformat.read(path, as_version=4))
    if result is None:
        raise ValueError(f"{path} holds no result: no output of type {RESULT_TYPE}")
    return result


def find_result(notebook):
    """Find what `record_result` or scrapbook's `glue` recorded in a notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode

    Returns
    -------
    dict or None
        As `read_result`; None if there is no result.
    """
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    scraps = [output.data[SCRAP_TYPE] for output in outputs if SCRAP_TYPE in output.get("data", {})]
    glued = {scrap["name"]: scrap["data"] for scrap in scraps if "name" in scrap and "data" in scrap}
    results = [output for output in outputs if RESULT_TYPE in output.get("data", {})]
    recorded = {**results[-1].data[RESULT_TYPE], **results[-1].metadata.get(RESULT_TYPE, {})} if results else {}
    return glued | recorded if glued or results else None
