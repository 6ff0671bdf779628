"""A run as it is asked for, and the record that is kept of it."""

import platform
from dataclasses import dataclass
from importlib.metadata import version


@dataclass(frozen=True)
class Run:
    """All that it takes to execute a notebook, wherever that is.

    Attributes
    ----------
    id : str
        From `run_id`.
    notebook : str
        Content of the notebook, as JSON.
    parameters : dict
        All parameters and their values.
    changed : dict
        Those that differ from the notebook's.
    threads : int or None
        Cores that the run may use; all if None.
    timeout : float or None
        Seconds after which the whole run is stopped.
    """

    id: str
    notebook: str
    parameters: dict
    changed: dict
    threads: int | None = None
    timeout: float | None = None


def make_record(run, result=None, failure=None, seconds=None, peak_memory_mb=None):
    """Make what is kept of a run, see `mnist_mlp.sweep.run.execute`.

    Parameters
    ----------
    run : Run
    result : dict, optional
        As the notebook recorded it.
    failure : (str, str), optional
        Type and message of the error; the run is done if there is none.
    seconds, peak_memory_mb : float, optional

    Returns
    -------
    dict
    """
    error_type, error = failure or (None, None)
    return {
        "id": run.id,
        "status": "failed" if failure else "done",
        "parameters": run.parameters,
        "result": None if failure else result,
        "seconds": seconds and round(seconds, 2),
        "peak_memory_mb": peak_memory_mb,
        "error_type": error_type,
        "error": error,
        "versions": versions(),
    }


def versions():
    """Versions of what decides a result, as a dict."""
    packages = ("mnist-mlp", "numpy", "papermill")
    return {"python": platform.python_version(), **{package: version(package) for package in packages}}
