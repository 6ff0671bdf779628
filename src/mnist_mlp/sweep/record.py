"""A run as it is asked for, and the record that is kept of it."""

import platform
from dataclasses import dataclass
from importlib.metadata import version

from mnist_mlp.cache import code_digest


@dataclass(frozen=True)
class Run:
    """All that it takes to execute a notebook, wherever that is.

    Attributes
    ----------
    id : str
    notebook : str
        Content of the notebook, as JSON.
    notebook_digest : str
    parameters : dict
        All parameters and their values.
    overrides : dict
        Those that the notebook is to get instead of its own.
    threads : int or None
        Cores that the run may use; all if None.
    timeout : float or None
        Seconds after which the whole run is stopped.
    """

    id: str
    notebook: str
    notebook_digest: str
    parameters: dict
    overrides: dict
    threads: int | None = None
    timeout: float | None = None


def make_record(run, result=None, failure=None, seconds=None, peak_memory_mb=None):
    """Make what is kept of a run.

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
        ``id``, ``status`` ("done" or "failed"), ``notebook`` (its digest), ``code`` (digest of the package's), ``parameters``,
        ``result`` (None if failed), ``seconds``, ``peak_memory_mb`` of the kernel (None where unknown), ``error_type`` and
        ``error`` (None if done), ``versions``.
    """
    error_type, error = failure or (None, None)
    return {
        "id": run.id,
        "status": "failed" if failure else "done",
        "notebook": run.notebook_digest,
        "code": code_digest(),
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
