"""Helpers for tests of sweeps: small notebooks, the command as a process, and a search for processes left behind."""

import os
import re
import subprocess
import sysconfig
import time
from pathlib import Path

import nbformat
import pandas as pd
import psutil
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_notebook

from mnist_mlp.cli import main

SCRIPTS = Path(sysconfig.get_path("scripts"))  # of this environment
KERNELSPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}
# These differ between identical runs.
MEASURED = ["seconds", "peak_memory_mb"]


def write_notebook(path, parameters, *cells):
    """Write a notebook with a parameters cell and further code cells."""
    code = [new_code_cell(parameters, metadata={"tags": ["parameters"]}), *map(new_code_cell, cells)]
    nbformat.write(new_notebook(cells=code, metadata={"kernelspec": KERNELSPEC}), path)
    return path


def record(values):
    """Source of a cell that records a result and needs no imports beyond what notebooks use."""
    return f"from mnist_mlp.course import record_result\nrecord_result({values})"


def command(subcommand, *arguments):
    """The command without its report, which takes longer than many tests."""
    return [str(SCRIPTS / "mnist-mlp"), subcommand, "--no-report", *map(str, arguments)]


def start(mark, *arguments, **options):
    """Start the command in its own process group; it and all its children carry a mark in their environment."""
    return subprocess.Popen(
        command(*arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env=os.environ | {"SWEEP_TEST": str(mark)},
        **options,
    )


def finish(process, timeout=120):
    """Exit status and output of a process."""
    output, _ = process.communicate(timeout=timeout)
    return process.returncode, output


def sweep(mark, *arguments):
    """Exit status and output of the command in this process; its worker processes and kernels are real, and marked."""
    run = CliRunner(env={"SWEEP_TEST": str(mark)}).invoke(main, ["sweep", "--no-report", *map(str, arguments)])
    assert run.exception is None or isinstance(run.exception, SystemExit), run.exception
    return run.exit_code, run.output


def wait_for(condition, timeout=60):
    """Wait until a function returns something true, and return that."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {timeout} s")


def marked(mark, pattern=""):
    """Running processes that carry a mark and whose command line matches."""
    found = []
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
            if process.environ().get("SWEEP_TEST") == str(mark) and re.search(pattern, line) and process.status() != "zombie":
                found.append(process)
        except psutil.Error:
            continue
    return found


def assert_nothing_is_left_of(mark):
    wait_for(lambda: not marked(mark))


def table(directory):
    return pd.read_csv(directory / "results.csv", dtype=str, keep_default_na=False)


def results(directory):
    """The table without what differs between identical runs."""
    return table(directory).drop(columns=MEASURED)


def assert_whole(directory, runs):
    """Assert that a directory holds this many runs, all done, each once, and nothing else."""
    found = table(directory)
    assert len(found) == runs and set(found["status"]) == {"done"} and found["id"].is_unique
    files = {path.name for path in (directory / "runs").iterdir()}
    assert files == {f"{id}.{ending}" for id in found["id"] for ending in ("ipynb", "json")}
    assert {path.name for path in directory.iterdir()} <= {"runs", "results.csv", "sweep.json", ".lock"}


def begun(tmp_path):
    """Runs of the patient notebook that have begun."""
    return sorted(path.name for path in tmp_path.glob("begun-*"))


def run_command(*arguments):
    """Result of a command in this process."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])
