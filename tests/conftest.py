"""Fixtures for several test files, and checks of every notebook beyond those of nbval."""

import os
import re
from pathlib import Path

import numpy as np
import pytest
from helpers.notebooks import compare_figures
from helpers.settings import leave_out_settings
from nbval.plugin import IPyNbCell
from xdist.scheduler import LoadScopeScheduling

from mnist_mlp import load_mnist

# Notebooks that tests run, not notebooks of the course.
collect_ignore_glob = ["sweep/*/*.ipynb", "sweep/*/*/*/*.ipynb"]
# What mybinder.org guarantees each session.
MEMORY_BUDGET_MB = 450
# Test processes and kernels share the cores: with a BLAS thread on every core for each, the threads would wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def mnist():
    data = load_mnist()
    for array in data:
        array.flags.writeable = False
    return data


@pytest.fixture
def rng():
    return np.random.default_rng(0)


class Scheduler(LoadScopeScheduling):
    """Send each notebook, and what shares a long preparation, as a whole to one process, and other tests to any free one."""

    def _split_scope(self, nodeid):
        return nodeid.split("::")[0] if ".ipynb::" in nodeid or "test_grading.py::" in nodeid else nodeid


def pytest_xdist_make_scheduler(config, log):
    return Scheduler(config, log)


class NotebookChecks:
    """Compare figures too, fail a notebook that exceeds its memory budget, and list the memory of each."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        yield
        if isinstance(item, IPyNbCell) and item.options["check"]:
            try:
                compare_figures(item.test_outputs, item.cell.outputs)
            except AssertionError as error:
                item.raise_cell_error(str(error))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item, nextitem):
        if isinstance(item, IPyNbCell) and (nextitem is None or nextitem.parent is not item.parent):
            status = Path(f"/proc/{item.parent.kernel.km.provisioner.pid}/status")
            if status.exists():
                peak = int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) // 1000
                item.user_properties.append(("peak_memory_mb", peak))
                assert peak <= MEMORY_BUDGET_MB, f"the kernel took {peak} MB, more than {MEMORY_BUDGET_MB} MB"

    def pytest_terminal_summary(self, terminalreporter):
        terminalreporter.section("peak memory of the notebooks' kernels (Linux)")
        for reports in terminalreporter.stats.values():
            for report in reports:
                for name, peak in getattr(report, "user_properties", ()):
                    if name == "peak_memory_mb" and report.when == "teardown":
                        terminalreporter.line(f"{peak} MB  {report.nodeid.split('::')[0]}")


def pytest_configure(config):
    leave_out_settings(config.cache.mkdir("settings"))
    # A separate plugin sees the notebooks too: hooks in this file are called only for tests below its folder.
    config.pluginmanager.register(NotebookChecks())
