"""A stored sweep survives edits of the code, upgrades, checkouts and names of any kind."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from helpers.sweeps import assert_whole, record, run_command, sweep, table
from helpers.sweeps import write_notebook as write

from mnist_mlp.cache import code_digest
from mnist_mlp.cli import main
from mnist_mlp.sweep import storage
from mnist_mlp.sweep.errors import SweepError
from mnist_mlp.sweep.notebook_file import notebook_digest, read_notebook
from mnist_mlp.sweep.record import Run, make_record
from mnist_mlp.sweep.storage import SweepDirectory, rank
from mnist_mlp.sweep.summary import read_summary

OLD = Path(__file__).with_name("version_1_0_0")


def saved(directory, results, columns=("x",)):
    """A sweep directory with a run for each result, made by the current code."""
    directory = SweepDirectory(directory)
    directory.runs.mkdir(parents=True, exist_ok=True)
    runs = {f"r{number}": dict.fromkeys(columns, number) for number in range(len(results))}
    for (id, parameters), result in zip(runs.items(), results):
        directory.save(make_record(Run(id, "", "digest", parameters, parameters), result, seconds=1.0), "{}")
    notebook = {"name": "n.ipynb", "digest": "digest"}
    directory.write_manifest({"notebook": notebook, "columns": list(columns), "runs": runs, "sweeps": []})
    return directory


def make_older(directory):
    """Make the runs of a directory look as if made by a different version of the code."""
    directory = SweepDirectory(directory)
    for file in directory.runs.glob("*.json"):
        kept = directory.load(file.stem)
        directory.save(kept | {"code": "of another day", "result": kept["result"] | {"age": "old"}}, "{}")


def test_a_record_says_with_which_notebook_code_and_versions_it_was_made(tmp_path, square):
    assert sweep(tmp_path, square, "--grid", "x=1", "--output", tmp_path / "out")[0] == 0
    (id,) = table(tmp_path / "out")["id"]
    kept = SweepDirectory(tmp_path / "out").load(id)
    assert id[0] == "r" and kept["parameters"] == {"x": 1}
    assert kept["notebook"] == notebook_digest(read_notebook(square)) and kept["code"] == code_digest()
    assert kept["versions"].keys() == {"python", "mnist-mlp", "numpy", "papermill"}


def test_after_a_code_edit_runs_are_stale_and_keep_their_metrics(tmp_path, monkeypatch):
    directory = saved(tmp_path, [{"validation_accuracy": 0.5}, {"validation_accuracy": 0.9}])
    before = directory.build_table()
    monkeypatch.setattr(storage, "code_digest", lambda: "of another day")
    after = directory.build_table()
    assert list(after["status"]) == ["stale", "stale"]
    pd.testing.assert_frame_equal(after.drop(columns="status"), before.drop(columns="status"))
    assert list(rank(after)["id"]) == ["r1", "r0"]
    summary = read_summary(tmp_path)
    assert summary.result() == {"runs": 2, "done": 2, "chosen": "x=1", "median_validation_accuracy": 0.9}


def test_stale_runs_are_run_again_and_replaced(tmp_path, square):
    arguments = [square, "--grid", "x=1,2", "--output", tmp_path / "out"]
    assert sweep(tmp_path, *arguments)[0] == 0
    make_older(tmp_path / "out")
    status, output = sweep(tmp_path, *arguments, "--dry-run")
    assert status == 0 and "2 stale, done by a different version of the code" in output and "2 to do" in output
    status, output = sweep(tmp_path, *arguments)
    assert status == 0 and "2 stale, done by a different version of the code: run again" in output
    assert "age" not in table(tmp_path / "out")
    assert_whole(tmp_path / "out", 2)


def test_a_failure_does_not_replace_an_older_result(tmp_path):
    notebook = write(
        tmp_path / "n.ipynb",
        "x: int = 1  # number",
        f"import pathlib\nassert not pathlib.Path({str(tmp_path / 'broken')!r}).exists()",
        record("score=x"),
    )
    arguments = [notebook, "--grid", "x=1,2", "--output", tmp_path / "out"]
    assert sweep(tmp_path, *arguments)[0] == 0
    make_older(tmp_path / "out")
    (tmp_path / "broken").touch()
    status, output = sweep(tmp_path, *arguments)
    assert status == 1 and output.count("its older result is kept") == 2
    found = table(tmp_path / "out")
    assert list(found["status"]) == ["stale", "stale"] and list(found["score"]) == ["1", "2"] and set(found["age"]) == {"old"}
    assert set(found["error_type"]) == {"AssertionError"}
    (tmp_path / "broken").unlink()
    assert sweep(tmp_path, *arguments)[0] == 0
    assert_whole(tmp_path / "out", 2)
    assert set(table(tmp_path / "out")["error_type"]) == {""}


@pytest.fixture
def old(tmp_path):
    """A sweep of version 1.0.0: names without a letter, records that do not name their code."""
    return shutil.copytree(OLD, tmp_path / "old")


def test_a_directory_of_an_earlier_version_opens_with_all_its_metrics(old):
    before = table(old / "out")
    after = SweepDirectory(old / "out").build_table()
    assert set(after["status"]) == {"stale"} and set(before["status"]) == {"done"}
    for name in ("id", "x", "validation_accuracy", "test_accuracy", "seconds", "peak_memory_mb"):
        assert list(after[name].astype(str)) == list(before[name])


def test_a_sweep_continues_in_a_directory_of_an_earlier_version(tmp_path, old):
    # The old notebook imports a module that has since been renamed.
    shutil.copy(old / "square.ipynb", old / "edited.ipynb")
    status, output = sweep(tmp_path, old / "square.ipynb", "--grid", "x=1,2,3", "--output", old / "out")
    assert "2 stale" in output and "3 runs, 0 done already, 3 to do" in output
    assert status == 1 and output.count("ModuleNotFoundError") >= 2 and output.count("its older result is kept") == 2
    found = table(old / "out")
    assert list(found["status"]) == ["stale", "stale", "failed"] and list(found["validation_accuracy"][:2]) == ["0.5", "0.2"]
    assert list(found["id"])[:2] == list(table(OLD / "out")["id"]) and found["id"][2].startswith("r")


def test_a_checkout_with_other_line_endings_damages_nothing(tmp_path):
    directory = saved(tmp_path, [{"score": 1}, {"score": 2}])
    directory.save(make_record(Run("r0", "", "digest", {"x": 0}, {}), {"score": 1}), '{\n "cells": []\n}\n')
    for file in directory.runs.iterdir():
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert list(directory.build_table()["status"]) == ["done", "done"]


@pytest.mark.parametrize("damage", ["notebook", "no notebook", "record"])
def test_a_damaged_run_keeps_what_its_record_says(tmp_path, damage):
    directory = saved(tmp_path, [{"validation_accuracy": 0.5}, {"validation_accuracy": 0.9}])
    if damage == "notebook":
        (directory.runs / "r1.ipynb").write_text("{]")
    elif damage == "no notebook":
        (directory.runs / "r1.ipynb").unlink()
    else:
        file = directory.runs / "r1.json"
        file.write_text(file.read_text().replace('"seconds": 1.0', '"seconds": 2.0'))
    found = directory.build_table()
    assert list(found["status"]) == ["done", "damaged"] and list(found["validation_accuracy"]) == [0.5, 0.9]
    assert list(rank(found)["id"]) == ["r0"], "a damaged run must not be ranked"


RESERVED = ["id", "configuration", "status", "seconds", "peak_memory_mb", "error_type", "error", "x"]


@pytest.mark.parametrize("name", RESERVED)
def test_a_recorded_value_named_like_another_column_gets_its_own_column(tmp_path, name):
    directory = saved(tmp_path, [{name: "theirs", "validation_accuracy": 0.5}])
    found = directory.build_table()
    assert found[f"result.{name}"][0] == "theirs" and found["id"][0] == "r0" and found["seconds"][0] == 1.0
    assert read_summary(tmp_path).runs[f"result.{name}"].iloc[0] == "theirs"


@pytest.mark.parametrize("name", RESERVED[:-1])
def test_a_parameter_named_like_another_column_gets_its_own_column(tmp_path, name):
    directory = saved(tmp_path, [{"validation_accuracy": 0.5}, {"validation_accuracy": 0.9}], columns=(name,))
    found = directory.build_table()
    assert list(found[f"parameter.{name}"]) == [0, 1] and list(found["status"]) == ["done", "done"]
    assert read_summary(tmp_path).result()["chosen"] == f"parameter.{name}=1"


@pytest.mark.parametrize("other", ["n/a", None, True, [0.99], {"best": 0.99}, "0.1"])
def test_a_value_that_cannot_be_ranked_is_ranked_last(tmp_path, other):
    results = [{"validation_accuracy": value} for value in (0.5, other, 0.9)]
    found = saved(tmp_path, results).build_table()
    assert [id for id in rank(found)["id"] if id != "r1"] == ["r2", "r0"]
    if other not in (True, "0.1"):
        assert list(rank(found)["id"]) == ["r2", "r0", "r1"]
        assert read_summary(tmp_path).chosen() == 2


def test_a_table_saved_by_a_spreadsheet_is_read(tmp_path):
    directory = saved(tmp_path, [{"validation_accuracy": 0.5}, {"validation_accuracy": 0.9}])
    directory.build_table().to_csv(tmp_path / "results.csv", sep=";", decimal=",", index=False, encoding="utf-8-sig")
    assert read_summary(tmp_path).result()["median_validation_accuracy"] == 0.9
    for notebook in directory.runs.glob("*.ipynb"):
        notebook.unlink()
    assert list(rank(directory.read_table())["id"]) == ["r1", "r0"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe", b'"', b"id,x\nr0,1\n"])
def test_an_invalid_table_is_an_error_that_names_it(tmp_path, content):
    saved(tmp_path, [{"score": 1}]).build_table()
    (tmp_path / "results.csv").write_bytes(content)
    with pytest.raises(SweepError, match=r"results\.csv must be a table as mnist-mlp results writes it, with id and status"):
        read_summary(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "3",
        '{"runs": {"r0": 1}}',
        '{"runs": {}, "columns": [], "notebook": []}',
        '{"runs": {}, "columns": [], "notebook": {"name": "", "digest": ""}}',
    ],
)
def test_an_invalid_manifest_is_an_error_that_names_it(tmp_path, square, content):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/sweep.json").write_text(content)
    for command in (("results", tmp_path / "out"), ("sweep", square, "--output", tmp_path / "out")):
        run = run_command(*command)
        assert run.exit_code == 2 and "sweep.json cannot be read" in " ".join(run.output.split())
    assert (tmp_path / "out/sweep.json").read_text() == content


def test_defaults_that_json_would_change_are_kept_as_their_source(tmp_path):
    notebook = write(
        tmp_path / "n.ipynb",
        "x: int = 1\nnames: dict = {10: 'ten'}\npair: tuple = (1, 2)\nraw = b'a'\nall_of = {1}\nbig = 1e999\nrate = 1 / 4",
        record("score=x"),
    )
    arguments = [notebook, "--grid", "x=1,2", "--output", tmp_path / "out"]
    assert sweep(tmp_path, *arguments)[0] == 0
    kept = SweepDirectory(tmp_path / "out").load(table(tmp_path / "out")["id"][0])["parameters"]
    assert kept == {
        "x": 1, "names": "{10: 'ten'}", "pair": "(1, 2)", "raw": "b'a'", "all_of": "{1}", "big": "1e309", "rate": "1 / 4"
    }  # fmt: skip
    assert "2 runs, 2 done already" in sweep(tmp_path, *arguments)[1]
    status, output = sweep(tmp_path, notebook, "--grid", "rate=1,2", "--output", tmp_path / "other")
    assert status == 2 and "parameter rate must be annotated to be changed" in " ".join(output.split())


def test_the_sweep_of_the_course_opens(request):
    summary = read_summary(request.config.rootpath / "notebooks/sweeps/momentum")
    assert summary.label(summary.chosen()) == "learning_rate=0.3, beta=0.9"
    assert [len(curves) for curves in summary.histories(3)] == [3, 3]
    with open(summary.path / "sweep.json", encoding="utf-8") as file:
        assert len(summary.runs) == len(json.load(file)["runs"]) == 100


def test_a_table_whose_runs_were_not_kept_is_left_as_it_is(tmp_path, square):
    assert sweep(tmp_path, square, "--grid", "x=1,2", "--output", tmp_path / "out")[0] == 0
    for notebook in (tmp_path / "out/runs").glob("*.ipynb"):
        notebook.unlink()
    before = (tmp_path / "out/results.csv").read_bytes()
    call = CliRunner().invoke(main, ["results", "--no-report", str(tmp_path / "out")])
    assert call.exit_code == 0 and "2 done" in call.output
    assert (tmp_path / "out/results.csv").read_bytes() == before
