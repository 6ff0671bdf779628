"""One run: a notebook executed through papermill in its own kernel, and the record of it."""

import contextlib
import json
import math
import os
import re
import signal
import sys
import tempfile
import time
from itertools import chain, count
from pathlib import Path
from subprocess import DEVNULL

import nbformat
import papermill
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from mnist_mlp.course import find_result
from mnist_mlp.sweep.errors import SweepError, one_line
from mnist_mlp.sweep.notebook_file import notebook_digest, parse_parameter, read_notebook, read_parameters, run_id
from mnist_mlp.sweep.record import Run, make_record
from mnist_mlp.sweep.storage import write_whole

START_ERROR = "KernelStartError"
START_TIMEOUT = 60  # seconds
# joblib.cpu_count(), from which `train` gets its number of threads, respects the last one.
THREAD_VARIABLES = "OMP_NUM_THREADS OPENBLAS_NUM_THREADS MKL_NUM_THREADS VECLIB_MAXIMUM_THREADS LOKY_MAX_CPU_COUNT".split()


def run_notebook(notebook, output, parameters):
    """Execute a notebook, and write the executed copy and the run's record, each completely or not at all.

    `parameters` are those to change, as strings or values of the annotated types. Returns the record; any failure is a
    SweepError.
    """
    notebook, output = Path(notebook), Path(output)
    content = read_notebook(notebook)
    known = read_parameters(content)
    overrides = {name: parse_parameter(name, value, known) for name, value in parameters.items()}
    everything = {name: parameter.default for name, parameter in known.items()} | overrides
    digest = notebook_digest(content)
    run = Run(run_id(digest, everything), json.dumps(content), digest, everything, overrides)
    executed_file, record_file = output / f"{notebook.stem}.ipynb", output / f"{notebook.stem}.json"
    for file in (executed_file, record_file):
        if file.exists() and file.samefile(notebook):
            raise SweepError(f"--output must not be the folder of NOTEBOOK, because {file} would be overwritten")
    with _explained(f"--output must be a writable folder, got {output}"):
        output.mkdir(parents=True, exist_ok=True)
    with _explained("the folder for temporary files (TMPDIR) must be writable"):
        with tempfile.TemporaryDirectory(prefix="mnist-mlp-", ignore_cleanup_errors=True) as scratch:
            record, executed = execute(run, scratch, sys.stdout)
    with _explained(f"--output must be a writable folder, got {output}"):
        if record["status"] == "failed":
            failed_file = _free_file(output, f"{notebook.stem}.failed")
            write_whole(failed_file, executed)
            raise SweepError(f"{notebook} failed: {record['error_type']}: {record['error']}; see {failed_file}")
        write_whole(executed_file, executed)
        write_whole(record_file, json.dumps(record, indent=2) + "\n")
    return record


@contextlib.contextmanager
def _explained(demand):
    try:
        yield
    except OSError as error:
        raise SweepError(f"{demand}: {error.strerror}") from error


def _free_file(folder, stem):
    """Name a notebook file, with a number if the name is taken: that file may be the user's."""
    names = chain([stem], (f"{stem}-{number}" for number in count(2)))
    return next(file for name in names if not (file := folder / f"{name}.ipynb").exists())


def execute(run, scratch, stdout=None):
    """Execute a run in its own kernel, which has ended when this returns."""
    file = Path(scratch) / "executed.ipynb"
    start = time.monotonic()
    for _ in range(2):  # again if another process takes the kernel's ports before it opens them
        kernel = Kernel(connection_file=str(Path(scratch) / "kernel.json"))
        failure = _attempt(run, kernel, file, start, stdout)
        if failure is None or failure[0] != START_ERROR:
            break
    executed = nbformat.read(file, as_version=4) if file.exists() else nbformat.reads(run.notebook, as_version=4)
    executed.metadata.pop("papermill", None)  # it names the scratch folder
    result, seconds = find_result(executed) or {}, time.monotonic() - start
    record = make_record(run, result, failure, seconds, kernel.peak_memory_mb, _find_warning(executed))
    return record, nbformat.writes(executed)


def _find_warning(executed):
    """Text of the first `TrainingWarning` that a notebook shows."""
    shown = (output.get("text", "") for cell in executed.cells for output in cell.get("outputs", []))
    return next((found[1] for text in shown if (found := re.search(r"\bTrainingWarning: (.+)", text))), None)


class Kernel(AsyncKernelManager):
    """A kernel whose memory is measured, and that ends with the block in which it is used."""

    # Not the installed kernel of this name: it may belong to another Python.
    kernel_spec = KernelSpec(argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], language="python")
    peak_memory_mb = None
    exit_status = None
    connection = None

    def client(self, **kwargs):
        """Connect to the kernel as the base class does, and keep the connection in order to close it."""
        self.connection = super().client(**kwargs)
        return self.connection

    @contextlib.contextmanager
    def running(self, environment):
        """Run the kernel, with these environment variables, for the duration of a block."""
        arguments = ["--HistoryManager.hist_file=:memory:"]
        run_sync(self.start_kernel)(env=environment, extra_arguments=arguments, stdout=DEVNULL, stderr=DEVNULL)
        try:
            yield
        finally:
            self.exit_status = run_sync(self.provisioner.poll)()
            self.peak_memory_mb = peak_memory_mb(self.provisioner.pid)
            run_sync(self.shutdown_kernel)(now=True)
            if self.connection:
                self.connection.stop_channels()


def _attempt(run, kernel, file, start, stdout):
    """Execute the notebook; return type and message of the error, or None."""

    def time_left(cell=None):
        # Never 0, which nbclient takes for "no limit".
        return max(0.01, start + run.timeout - time.monotonic()) if run.timeout else None

    try:
        with kernel.running(_environment(run, file.parent)):
            notebook = nbformat.reads(run.notebook, as_version=4)
            start_timeout = math.ceil(min(START_TIMEOUT, time_left() or START_TIMEOUT))
            limits = {"start_timeout": start_timeout, "timeout_func": time_left}
            named = {"kernel_name": "python3", "language": "python", "km": kernel}  # some notebooks name no kernel
            kept = {"progress_bar": False, "stdout_file": stdout}
            papermill.execute_notebook(notebook, str(file), run.overrides, **limits, **named, **kept)
    except Exception as error:  # any failure becomes a row of the table
        return _describe(error, kernel, run.timeout)
    return None


def _environment(run, scratch):
    """Environment variables of a run's kernel: its share of the cores, and its own training cache."""
    threads = {} if run.threads is None else dict.fromkeys(THREAD_VARIABLES, str(run.threads))
    # The user's settings for other sessions could redirect figures, or print.
    inherited = {name: value for name, value in os.environ.items() if name not in ("MPLBACKEND", "PYTHONSTARTUP")}
    # With a shared cache, a run's seconds would not be those of its training.
    return inherited | threads | {"MNIST_MLP_CACHE": str(scratch / "cache"), "IPYTHONDIR": str(scratch / "ipython")}


def _describe(error, kernel, timeout):
    """Type and message of an error, as the table shows them."""
    if isinstance(error, PapermillExecutionError):
        return error.ename, one_line(error.evalue)
    if isinstance(error, CellTimeoutError):
        return "Timeout", f"stopped after {timeout:g} s"
    if isinstance(error, DeadKernelError):
        return "DeadKernelError", f"the kernel died: {_cause_of_death(kernel.exit_status)}"
    if str(error).startswith(("Kernel died before", "Kernel didn't respond")):
        return START_ERROR, one_line(error)
    return type(error).__name__, one_line(error)


def _cause_of_death(exit_status):
    if exit_status is None or exit_status >= 0:
        return f"exit status {exit_status}"
    name = signal.Signals(-exit_status).name
    return f"{name}, as when memory runs out" if name == "SIGKILL" else name


def peak_memory_mb(pid):
    """Peak resident memory of a running process in MB; None except on Linux."""
    with contextlib.suppress(OSError):
        peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        return peak and int(peak[1]) // 1000
    return None
