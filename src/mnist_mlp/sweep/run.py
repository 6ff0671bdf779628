"""One run: a notebook executed through papermill with checked parameters, and its result beside it."""

import contextlib
import json
import math
import os
import platform
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import papermill
from papermill.exceptions import PapermillExecutionError

from mnist_mlp.notebook import read_result

TYPES = {"int": int, "float": float, "str": str, "bool": bool}


class RunError(Exception):
    """A run that cannot start or that failed, said in words for whoever asked for it."""


def run_notebook(notebook, output, parameters):
    """Execute a notebook and write the executed copy and its result, each whole or not at all.

    Parameters
    ----------
    notebook : str or os.PathLike
        Notebook with a cell tagged ``parameters`` that ends with a recorded result.
    output : str or os.PathLike
        Folder for ``NAME.ipynb`` and ``NAME.json``; made if need be.
    parameters : dict
        Parameters to change, as strings or as values of the annotated types.

    Returns
    -------
    dict
        ``parameters`` (all of them), the recorded result, ``seconds``, ``peak_memory_mb`` and ``versions``.

    Raises
    ------
    RunError
        If the notebook is missing, a parameter is unknown or has the wrong type, or a cell fails.
    """
    notebook, output = Path(notebook), Path(output)
    if not notebook.is_file():
        raise RunError(f"NOTEBOOK must be a notebook file, and there is none at {notebook}")
    known = papermill.inspect_notebook(str(notebook))
    changed = {name: parse_parameter(name, value, known) for name, value in parameters.items()}
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output, prefix=".part-") as part:
        executed = Path(part) / notebook.name
        start = time.perf_counter()
        _execute(notebook, executed, changed)
        result = {
            "parameters": {name: _default(known[name]) for name in known} | changed,
            **read_result(executed),
            "seconds": round(time.perf_counter() - start, 1),
            "peak_memory_mb": peak_memory_mb(),
            "versions": _versions(),
        }
        written = executed.with_suffix(".json")
        written.write_text(json.dumps(result, indent=2) + "\n")
        for file in (executed, written):
            os.replace(file, output / file.name)
    return result


def parse_parameter(name, value, known):
    """Value of the annotated type, or an error that says what would be right.

    Parameters
    ----------
    name : str
    value : str, int, float or bool
    known : dict
        What ``papermill.inspect_notebook`` says of the notebook's parameters.

    Returns
    -------
    str, int, float or bool

    Raises
    ------
    RunError
        If the notebook has no such parameter, or the value is not of its type or not finite.
    """
    if name not in known:
        raise RunError(f"parameter {name!r} is unknown; the notebook has {', '.join(known)}")
    wanted = known[name]["inferred_type_name"]
    try:
        parsed = _strict_bool(value) if wanted == "bool" else TYPES[wanted](value)
    except ValueError:
        raise RunError(f"parameter {name} must be of type {wanted}, got {value!r}") from None
    if isinstance(parsed, float) and not math.isfinite(parsed):
        raise RunError(f"parameter {name} must be finite, got {value!r}")
    return parsed


def _strict_bool(value):
    """Make a bool of the words that YAML has for it: Python's bool() is true for the word "False"."""
    words = {"true": True, "false": False}
    if str(value).lower() not in words:
        raise ValueError(value)
    return words[str(value).lower()]


def _default(parameter):
    """Value of a parameter that nobody changed, from the source text that papermill reports."""
    with contextlib.suppress(ValueError):
        return TYPES[parameter["inferred_type_name"]](parameter["default"].strip("\"'"))
    return parameter["default"]


def _execute(notebook, executed, changed):
    try:
        with _empty_training_cache(executed.with_name("cache")):
            papermill.execute_notebook(str(notebook), str(executed), changed, progress_bar=False, stdout_file=sys.stdout)
    except PapermillExecutionError as error:
        raise RunError(f"cell {error.exec_count} of {notebook} failed: {error.ename}: {error.evalue}") from error


@contextlib.contextmanager
def _empty_training_cache(folder):
    """Let kernels started meanwhile remember no training: a run is a measurement, its seconds are what training takes."""
    before = os.environ.copy()
    os.environ["MNIST_MLP_CACHE"] = str(folder.resolve())
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def peak_memory_mb():
    """Peak resident memory in MB of the largest child process that has ended; None on Windows, which does not keep it."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return round(peak / (1e6 if platform.system() == "Darwin" else 1e3))


def _versions():
    packages = ("mnist-mlp", "numpy", "papermill")
    return {"python": platform.python_version(), **{package: version(package) for package in packages}}
