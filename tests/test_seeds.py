"""The twenty runs that notebooks 8, 11, 12 and 19 compare."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mnist_mlp.course import read_result

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
FILE = NOTEBOOKS / "sweeps/seeds/runs.npz"


@pytest.fixture(scope="module")
def runs():
    with np.load(FILE) as arrays:
        return dict(arrays)


def test_the_arrays_agree_with_each_other(runs):
    assert runs["seed"].tolist() == list(range(20)) and runs["epoch"].tolist() == list(range(0, 1001, 10))
    assert runs["loss"].shape == (20, 101) and runs["correct"].shape == (20, 10_000)
    np.testing.assert_allclose(runs["correct"].mean(axis=1), runs["test_accuracy"], atol=1e-12)
    assert len(set(runs["test_accuracy"])) > 10 and np.unique(runs["correct"], axis=0).shape[0] == 20


def test_seed_0_is_the_run_of_the_whole_notebook(runs):
    """Another processor may change some of the images between two classes, and the sixth digit of a loss."""
    result = read_result(NOTEBOOKS / "mnist_from_scratch.ipynb")
    assert [row["epoch"] for row in result["history"]] == runs["epoch"].tolist()
    np.testing.assert_allclose([row["loss"] for row in result["history"]], runs["loss"][0], rtol=1e-4)
    correct = np.isin(np.arange(10_000), result["wrong_test_images"], invert=True)
    assert np.count_nonzero(correct != runs["correct"][0]) <= 20


def test_runs_are_collected_in_the_order_of_their_seeds(tmp_path):
    (tmp_path / "runs").mkdir()
    for id, seed in {"a": 1, "b": 0}.items():
        result = {
            "test_accuracy": 1 - (seed + 1) / 10_000, "wrong_test_images": list(range(seed + 1)),
            "history": [{"epoch": 0, "loss": 2.3}, {"epoch": 10, "loss": seed}],
        }  # fmt: skip
        (tmp_path / f"runs/{id}.json").write_text(json.dumps({"parameters": {"seed": seed}, "result": result}))
    subprocess.run([sys.executable, FILE.with_name("collect.py"), tmp_path, tmp_path / "runs.npz"], check=True)
    with np.load(tmp_path / "runs.npz") as arrays:
        assert arrays["seed"].tolist() == [0, 1] and arrays["loss"].tolist() == [[2.3, 0], [2.3, 1]]
        assert arrays["correct"].sum(axis=1).tolist() == [9999, 9998] and not arrays["correct"][1, :2].any()
