"""Texts quote figures as they were measured."""

import json
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests/benchmarks"))

import bench  # noqa: E402
import contenders  # noqa: E402

RESULTS = json.loads((ROOT / "tests/benchmarks/results.json").read_text())


def markdown(name):
    cells = nbformat.read(ROOT / "notebooks" / name, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@pytest.mark.parametrize("part", [bench.describe, bench.summary_table])
def test_the_readme_quotes_the_summary_and_the_machine(part):
    assert part(RESULTS) in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("part", [bench.describe, bench.full_batch_table, bench.batches_table])
def test_notebook_9_quotes_the_tables_of_equal_work_and_the_machine(part):
    assert part(RESULTS) in markdown("09_train.ipynb")


@pytest.mark.parametrize("part", [bench.describe, *bench.TABLES[1:]])
def test_notebook_17_quotes_every_other_table_and_the_machine(part):
    assert part(RESULTS) in markdown("17_precision_and_speed.ipynb")


def test_new_figures_replace_those_that_are_quoted():
    new = json.loads(json.dumps(RESULTS))
    new["machine"]["cpu"] = "Another processor"
    for job in (job for group in new["jobs"].values() for job in group):
        job["measured"] = [{key: 2 * value for key, value in measured.items()} for measured in job["measured"]]
    tables = "\n\nText between.\n\n".join(table(RESULTS) for table in bench.TABLES)
    quoted = bench.quote(f"Before.\n\n{bench.describe(RESULTS)} And so on.\n\n{tables}\n\nAfter.", new)
    tables = "\n\nText between.\n\n".join(table(new) for table in bench.TABLES)
    assert quoted == f"Before.\n\n{bench.describe(new)} And so on.\n\n{tables}\n\nAfter."


def test_each_figure_is_the_median_of_at_least_five_runs():
    jobs = [job for group in RESULTS["jobs"].values() for job in group]
    assert len(jobs) > 15
    assert all(len(job["measured"]) >= 5 for job in jobs)


def test_pytorch_s_penalty_is_the_course_s(monkeypatch):
    """lambda / m on the weights, nothing on the biases."""
    torch = pytest.importorskip("torch")
    make, made = torch.optim.SGD, []
    monkeypatch.setattr(torch.optim, "SGD", lambda *args, **kwargs: made.append(make(*args, **kwargs)))
    contenders.pytorch(np.zeros((20, 784), np.uint8), np.zeros(20, np.uint8), 8, "float32")
    decay = {parameter.ndim: group["weight_decay"] for group in made[0].param_groups for parameter in group["params"]}
    assert decay == {2: contenders.LAMBDA / 8, 1: 0}
