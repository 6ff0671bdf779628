"""A run as requested, and the record of its outcome."""

import platform
from dataclasses import dataclass
from importlib.metadata import version

from mnist_mlp.cache import code_digest


@dataclass(frozen=True)
class Run:
    """Everything needed to execute a notebook on any machine."""

    id: str
    notebook: str  # its content, as JSON
    notebook_digest: str
    parameters: dict  # values of all parameters
    overrides: dict  # those that replace the notebook's own
    threads: int | None = None  # number of cores to use; all if None
    timeout: float | None = None  # seconds for the whole run


def make_record(run, result=None, failure=None, seconds=None, peak_memory_mb=None, warning=None):
    """Make the record of a run."""
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
    """Versions that may affect a result, as a dict."""
    packages = ("mnist-mlp", "numpy", "papermill")
    return {"python": platform.python_version(), **{package: version(package) for package in packages}}
