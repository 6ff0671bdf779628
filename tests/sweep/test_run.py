"""`mnist-mlp run`: the whole notebook through papermill with other parameters."""

import gzip
import json

import pytest
from click.testing import CliRunner

from mnist_mlp.cli import main
from mnist_mlp.course import read_result
from mnist_mlp.data import SHA256
from mnist_mlp.sweep.errors import SweepError
from mnist_mlp.sweep.run import run_notebook

NOTEBOOK = "notebooks/mnist_from_scratch.ipynb"


@pytest.fixture(autouse=True)
def at_the_root(request, monkeypatch):
    monkeypatch.chdir(request.config.rootpath)


@pytest.fixture(scope="module")
def idx_folder(tmp_path_factory):
    """A small data set of another kind: ten classes of 8 by 8 images whose class is the column that is inked."""
    folder = tmp_path_factory.mktemp("columns")
    for name in SHA256:
        count = 600 if name.startswith("train") else 100
        if "images" in name:
            pixels = bytes(255 * (column == image % 8) for image in range(count) for _ in range(8) for column in range(8))
            content = bytes([0, 0, 8, 3]) + count.to_bytes(4, "big") + (8).to_bytes(4, "big") * 2 + pixels
        else:
            content = bytes([0, 0, 8, 1]) + count.to_bytes(4, "big") + bytes(image % 8 for image in range(count))
        (folder / name).write_bytes(gzip.compress(content))
    return folder


def test_another_seed_gives_another_network_that_learns_as_well(tmp_path):
    results = [
        run_notebook(NOTEBOOK, tmp_path / seed, {"epochs": "60", "seed": seed, "learning_rate": "0.1"})["result"]
        for seed in "12"
    ]
    assert results[0]["final_loss"] != results[1]["final_loss"]
    assert all(0.75 < result["test_accuracy"] < 0.9 for result in results)


def test_another_architecture_with_mini_batches_and_a_validation_set(tmp_path):
    changed = {
        "layer_sizes": "784-32-24-16-10", "epochs": 3, "batch_size": 128, "learning_rate": 0.1, "lookahead": "consistent",
        "n_validation": 10_000, "dtype": "float64",
    }  # fmt: skip
    record = run_notebook(NOTEBOOK, tmp_path, changed)
    assert record["parameters"] == {**record["parameters"], **changed}
    result = record["result"]
    assert 0.94 < result["test_accuracy"] < 0.98
    assert abs(result["validation_accuracy"] - result["test_accuracy"]) < 0.015


def test_a_folder_of_idx_files(tmp_path, idx_folder):
    changed = {
        "source": str(idx_folder),
        "layer_sizes": "64-16-10",
        "epochs": 300,
        "learning_rate": 1.0,
        "lookahead": "consistent",
    }
    assert run_notebook(NOTEBOOK, tmp_path, changed)["result"]["test_accuracy"] == 1.0


def test_the_command_writes_notebook_and_result_and_prints_the_accuracy(tmp_path):
    run = CliRunner().invoke(main, ["run", NOTEBOOK, "--output", str(tmp_path), "-p", "epochs", "1"])
    assert run.exit_code == 0, run.output
    record = json.loads((tmp_path / "mnist_from_scratch.json").read_text())
    assert f"Test accuracy: {record['result']['test_accuracy']:.2%}" in run.output
    assert record["parameters"]["epochs"] == 1 and record["parameters"]["learning_rate"] == 0.01
    assert record["seconds"] > 0 and record["peak_memory_mb"] > 50 and record["versions"]["numpy"]
    assert read_result(tmp_path / "mnist_from_scratch.ipynb") == record["result"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mnist_from_scratch.ipynb", "mnist_from_scratch.json"]


@pytest.mark.parametrize(
    "parameter, message",
    [
        (("epoch", "5"), r"parameter 'epoch' is unknown; the notebook has source, layer_sizes, epochs,"),
        (("epochs", "many"), r"parameter epochs must be of type int, got 'many'"),
        (("learning_rate", "nan"), r"parameter learning_rate must be finite, got 'nan'"),
    ],
)
def test_a_wrong_parameter_is_refused_before_anything_runs(tmp_path, parameter, message):
    run = CliRunner().invoke(main, ["run", NOTEBOOK, "--output", str(tmp_path / "out"), "-p", *parameter])
    assert run.exit_code == 2 and message in run.output
    assert not (tmp_path / "out").exists()


def test_a_failed_cell_is_an_error_that_leaves_nothing_half_written(tmp_path):
    with pytest.raises(SweepError, match="beta must be a number in"):
        run_notebook(NOTEBOOK, tmp_path, {"beta": "1.5", "epochs": "1"})
    assert list(tmp_path.iterdir()) == []


def test_a_missing_notebook_is_named(tmp_path):
    with pytest.raises(SweepError, match=r"there is none at .*nowhere\.ipynb"):
        run_notebook("nowhere.ipynb", tmp_path, {})
