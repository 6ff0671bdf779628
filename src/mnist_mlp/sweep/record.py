"""A run as it is asked for, and the record that is kept of it."""

import platform
from dataclasses import dataclass
from importlib.metadata import version

from mnist_mlp.cache import code_digest


@dataclass(frozen=True)
class Run:
    """All that it takes to execute a notebook, wherever that is."""

    id: str
    notebook: str  # its content, as JSON
    notebook_digest: str
    parameters: dict  # all of them, and their values
    overrides: dict  # those that the notebook is to get instead of its own
    threads: int | None = None  # cores that the run may use; all if None
    timeout: float | None = None  # seconds for the whole run


def make_record(run, result=None, failure=None, seconds=None, peak_memory_mb=None, warning=None):
    """Make what is kept of a run."""
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
        "warning": warning,
        "error_type": error_type,
        "error": error,
        "versions": versions(),
    }


def versions():
    """Versions of what decides a result, as a dict."""
    packages = ("mnist-mlp", "numpy", "papermill")
    return {"python": platform.python_version(), **{package: version(package) for package in packages}}
