"""`mnist-mlp run`: a notebook executed through papermill with different parameters."""

import gzip
import html
import json
import os
import re
import subprocess
import tempfile

import nbformat
import pytest
from click.testing import CliRunner
from helpers.sweeps import SCRIPTS, record, sweep, table
from helpers.sweeps import write_notebook as write

from mnist_mlp.cli import main
from mnist_mlp.course import read_result
from mnist_mlp.data import SHA256
from mnist_mlp.sweep.errors import SweepError
from mnist_mlp.sweep.report import write_report
from mnist_mlp.sweep.run import run_notebook

NOTEBOOK = "notebooks/mnist_from_scratch.ipynb"


@pytest.fixture(autouse=True)
def at_the_root(request, monkeypatch):
    monkeypatch.chdir(request.config.rootpath)


@pytest.fixture(scope="module")
def idx_folder(tmp_path_factory):
    """A small data set of another kind: 8 by 8 images whose class is the inked column."""
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


def test_another_seed_gives_a_different_network_that_learns_equally_well(tmp_path):
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
    kept = run_notebook(NOTEBOOK, tmp_path, changed)
    assert kept["parameters"] == {**kept["parameters"], **changed}
    result = kept["result"]
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
    kept = json.loads((tmp_path / "mnist_from_scratch.json").read_text())
    assert f"Test accuracy: {kept['result']['test_accuracy']:.2%}" in run.output
    assert kept["parameters"]["epochs"] == 1 and kept["parameters"]["learning_rate"] == 0.01
    assert kept["seconds"] > 0 and kept["peak_memory_mb"] > 50 and kept["versions"]["numpy"]
    assert read_result(tmp_path / "mnist_from_scratch.ipynb") == kept["result"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mnist_from_scratch.ipynb", "mnist_from_scratch.json"]


@pytest.mark.parametrize(
    "parameter, message",
    [
        (("epoch", "5"), r"parameter 'epoch' is unknown; the notebook has source, layer_sizes, epochs,"),
        (("epochs", "many"), r"parameter epochs must be of type int, got 'many'"),
        (("learning_rate", "nan"), r"parameter learning_rate must be finite, got 'nan'"),
        (("epochs", "1", "-p", "epochs", "2"), r"parameter epochs is given twice with -p"),
    ],
)
def test_a_wrong_parameter_is_refused_before_anything_runs(tmp_path, parameter, message):
    run = CliRunner().invoke(main, ["run", NOTEBOOK, "--output", str(tmp_path / "out"), "-p", *parameter])
    assert run.exit_code == 2 and message in run.output
    assert not (tmp_path / "out").exists()


def test_a_failed_cell_is_an_error_that_leaves_nothing_half_written(tmp_path):
    with pytest.raises(SweepError, match="beta must be a number in"):
        run_notebook(NOTEBOOK, tmp_path, {"beta": "1.5", "epochs": "1"})
    assert [path.name for path in tmp_path.iterdir()] == ["mnist_from_scratch.failed.ipynb"]


def test_a_second_failure_replaces_no_file(tmp_path):
    notebook = write(tmp_path / "n.ipynb", "x: int = 1", "raise ValueError(x)")
    mine = tmp_path / "out/n.failed.ipynb"
    mine.parent.mkdir()
    mine.write_text("mine")
    for number in (2, 3):
        with pytest.raises(SweepError, match=rf"n\.failed-{number}\.ipynb"):
            run_notebook(notebook, tmp_path / "out", {})
    assert mine.read_text() == "mine"


def test_a_full_temporary_folder_is_not_blamed_on_the_output(tmp_path, monkeypatch):
    def fail(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", fail)
    notebook = write(tmp_path / "n.ipynb", "x: int = 1")
    with pytest.raises(SweepError, match=r"temporary files \(TMPDIR\) must be writable: No space left on device"):
        run_notebook(notebook, tmp_path / "out", {})


def test_a_missing_notebook_is_named(tmp_path):
    with pytest.raises(SweepError, match=r"nowhere\.ipynb is not a file"):
        run_notebook("nowhere.ipynb", tmp_path, {})


def test_a_notebook_that_records_nothing_is_done(tmp_path):
    notebook = write(tmp_path / "silent.ipynb", "x: int = 1", "print('said')")
    run = CliRunner().invoke(main, ["run", str(notebook), "--output", str(tmp_path / "out")])
    assert run.exit_code == 0 and "Done" in run.output and "said" in run.output, run.output
    assert json.loads((tmp_path / "out/silent.json").read_text())["result"] == {}
    assert "said" in (tmp_path / "out/silent.ipynb").read_text()


def test_a_notebook_without_kernel_metadata_or_cell_metadata_runs(tmp_path):
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        {"cell_type": "code", "id": "a", "source": ["print('s' + 'aid')"], "outputs": [], "execution_count": None}
    ]}  # fmt: skip
    (tmp_path / "n.ipynb").write_text(json.dumps(notebook))
    run = CliRunner().invoke(main, ["run", str(tmp_path / "n.ipynb"), "--output", str(tmp_path / "out")])
    assert run.exit_code == 0 and "said" in run.output, run.output


def test_scalars_glued_by_scrapbook_are_a_result(tmp_path):
    scrap = {"name": "score", "data": 0.25, "encoder": "json", "version": 1}
    notebook = write(
        tmp_path / "glued.ipynb", "x: int = 1",
        f"from IPython.display import display\ndisplay({{'application/scrapbook.scrap.json+json': {scrap!r}}}, raw=True)",
    )  # fmt: skip
    assert run_notebook(notebook, tmp_path / "out", {})["result"] == {"score": 0.25}


@pytest.mark.parametrize("metadata", [
    {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}, {"language_info": {"name": "julia"}},
])  # fmt: skip
def test_a_kernel_of_another_language_is_refused_by_name(tmp_path, metadata):
    nbformat.write(nbformat.v4.new_notebook(metadata=metadata), tmp_path / "n.ipynb")
    with pytest.raises(SweepError, match=r"NOTEBOOK must be in Python, and .*n\.ipynb is in (R|julia)"):
        run_notebook(tmp_path / "n.ipynb", tmp_path / "out", {})
    assert not (tmp_path / "out").exists()


def test_a_failed_run_keeps_its_notebook_up_to_the_error_and_an_older_result(tmp_path):
    notebook = write(tmp_path / "n.ipynb", "x: int = 1", "print('as far as here')", "1 / (x - 1)", "print('never')")
    run_notebook(notebook, tmp_path / "out", {"x": 2})
    before = (tmp_path / "out/n.ipynb").read_bytes(), (tmp_path / "out/n.json").read_bytes()
    with pytest.raises(SweepError, match=r"ZeroDivisionError: division by zero; see .*n\.failed\.ipynb"):
        run_notebook(notebook, tmp_path / "out", {})
    failed = nbformat.read(tmp_path / "out/n.failed.ipynb", as_version=4)
    outputs = [output for cell in failed.cells for output in cell.get("outputs", [])]
    assert outputs[0]["text"] == "as far as here\n" and any(output["output_type"] == "error" for output in outputs)
    assert before == ((tmp_path / "out/n.ipynb").read_bytes(), (tmp_path / "out/n.json").read_bytes())


@pytest.mark.parametrize("name", ["n.ipynb", "n.json", "n"])
def test_the_notebook_itself_is_never_overwritten(tmp_path, name):
    notebook = write(tmp_path / "n.ipynb", "x: int = 1").rename(tmp_path / name)
    before = notebook.read_bytes()
    run = CliRunner().invoke(main, ["run", str(notebook), "--output", str(tmp_path)])
    assert notebook.read_bytes() == before
    if name != "n":
        assert run.exit_code == 2 and "--output must not be the folder of NOTEBOOK" in " ".join(run.output.split())


def test_a_file_in_place_of_the_folder_is_a_one_line_error(tmp_path):
    notebook = write(tmp_path / "n.ipynb", "x: int = 1")
    (tmp_path / "out").write_text("mine")
    run = CliRunner().invoke(main, ["run", str(notebook), "--output", str(tmp_path / "out")])
    assert run.exit_code == 2 and "--output must be a writable folder" in " ".join(run.output.split())
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "cp1252"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
@pytest.mark.parametrize("subcommand", ["run", "sweep"])
def test_text_that_the_terminal_cannot_show_does_not_stop_a_run(tmp_path, environment, subcommand):
    notebook = write(tmp_path / "n.ipynb", "x: str = 'λ ☃'", "print(x)", record("said=x"))
    arguments = ["run", notebook] if subcommand == "run" else ["sweep", "--no-report", notebook, "--grid", "x=λ,☃"]
    process = subprocess.run(
        [SCRIPTS / "mnist-mlp", *arguments, "--output", tmp_path / "out"],
        env=os.environ | environment, capture_output=True,
    )  # fmt: skip
    assert process.returncode == 0, process.stdout + process.stderr
    if subcommand == "run":
        assert json.loads((tmp_path / "out/n.json").read_text(encoding="utf-8"))["result"] == {"said": "λ ☃"}
    else:
        assert "λ,λ" in (tmp_path / "out/results.csv").read_text(encoding="utf-8")


def test_user_settings_for_other_sessions_do_not_leak_into_a_run(tmp_path, monkeypatch):
    for folder, content in {"ipython/profile_default/startup/00.py": "print('leak')", "startup.py": "print('leak')"}.items():
        (tmp_path / folder).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / folder).write_text(content)
    specification = {"argv": ["false", "{connection_file}"], "display_name": "Python 3", "language": "python"}
    (tmp_path / "jupyter/kernels/python3").mkdir(parents=True)
    (tmp_path / "jupyter/kernels/python3/kernel.json").write_text(json.dumps(specification))
    for name, value in {
        "IPYTHONDIR": tmp_path / "ipython", "PYTHONSTARTUP": tmp_path / "startup.py", "MPLBACKEND": "agg",
        "JUPYTER_DATA_DIR": tmp_path / "jupyter", "JUPYTER_PATH": tmp_path / "jupyter",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(value))
    notebook = write(tmp_path / "n.ipynb", "x: int = 1", "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()")
    run_notebook(notebook, tmp_path / "out", {})
    executed = nbformat.read(tmp_path / "out/n.ipynb", as_version=4)
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    assert [set(output["data"]) for output in outputs[-1:]] == [{"text/plain", "image/png"}] and "leak" not in str(outputs)


@pytest.mark.parametrize("source", ["epochs = 10 * 10", "rate = 1 / 4", "name = str(1)", "x = max(1, 2)"])
def test_a_parameter_of_unknown_type_is_refused_and_not_passed_as_text(tmp_path, source):
    notebook = write(tmp_path / "n.ipynb", source, record("x=1"))
    name = source.split()[0]
    with pytest.raises(SweepError, match=f"parameter {name} must be annotated to be changed, such as {name}: int = "):
        run_notebook(notebook, tmp_path / "out", {name: "50"})


def test_a_cell_injected_by_an_earlier_run_is_ignored(tmp_path):
    notebook = write(tmp_path / "n.ipynb", "x: int = 1", record("seen=x"))
    run_notebook(notebook, tmp_path / "out", {"x": 7})
    again = run_notebook(tmp_path / "out/n.ipynb", tmp_path / "again", {})
    assert again["parameters"] == {"x": 1} and again["result"] == {"seen": 1}


def test_a_failed_training_is_reported_in_record_table_and_report(tmp_path):
    notebook = write(
        tmp_path / "n.ipynb",
        "scale: float = 1.0  # of the initial weights",
        "import numpy as np\nfrom mnist_mlp import Layer, initialize, load_mnist, train\nmnist = load_mnist()\n"
        "layers = [Layer(scale * w, b) for w, b in initialize((784, 16, 10), np.random.default_rng(0))]\n"
        "train(mnist.X_train[:500], mnist.y_train[:500], layer_sizes=(784, 16, 10), layers=layers, epochs=5)",
        record("score=scale"),
    )
    assert sweep(tmp_path, notebook, "--grid", "scale=1,0", "--output", tmp_path / "out")[0] == 0
    fine, dead = table(tmp_path / "out")["warning"]
    assert fine == "" and re.match("training has probably failed: all units of hidden layer 1 are 0", dead)
    assert list(table(tmp_path / "out")["status"]) == ["done", "done"]
    assert dead in html.unescape(write_report(tmp_path / "out").read_text(encoding="utf-8"))
