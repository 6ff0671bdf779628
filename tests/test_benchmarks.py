"""Texts quote figures as they were measured."""

import json
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests/benchmarks"))

import bench  # noqa: E402

RESULTS = json.loads((ROOT / "tests/benchmarks/results.json").read_text())


def test_the_readme_quotes_every_table_and_the_machine():
    assert bench.render(RESULTS) in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("part", [bench.describe, bench.full_batch_table, bench.batches_table])
def test_notebook_9_quotes_the_tables_of_equal_work_and_the_machine(part):
    cells = nbformat.read(ROOT / "notebooks/09_train.ipynb", as_version=4).cells
    assert any(part(RESULTS) in cell.source for cell in cells)


def test_each_figure_is_the_median_of_at_least_five_runs():
    jobs = [job for group in RESULTS["jobs"].values() for job in group]
    assert len(jobs) > 15
    assert all(len(job["measured"]) >= 5 for job in jobs)
