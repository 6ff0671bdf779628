"""`mnist-mlp sweep` and `mnist-mlp results`: the runs, the files of each, and the table of all."""

import json
import os
import re
import subprocess

import joblib
import pandas as pd
import pytest
from helpers.sweeps import assert_nothing_is_left_of, assert_whole, command, record, results, run_command, sweep, table
from helpers.sweeps import write_notebook as write

from mnist_mlp.course import read_result
from mnist_mlp.sweep.notebook_file import run_id
from mnist_mlp.sweep.record import Run, make_record
from mnist_mlp.sweep.storage import SweepDirectory, rank

HUNDRED = ",".join(map(str, range(100)))


def test_the_whole_notebook_on_all_images(tmp_path, request):
    notebook = request.config.rootpath / "notebooks/mnist_from_scratch.ipynb"
    settings = ["epochs=2", "batch_size=128", "lookahead=consistent", "n_validation=10000"]
    given = [text for setting in settings for text in ("-p", setting)]
    status, output = sweep(
        tmp_path, notebook, "--grid", "learning_rate=0.001,1.0", *given, "--output", tmp_path / "out", "--jobs", 2
    )
    assert status == 0, output
    assert_whole(tmp_path / "out", 2)
    found = pd.read_csv(tmp_path / "out/results.csv")
    assert list(found)[:7] == ["id", "status", "epochs", "batch_size", "lookahead", "n_validation", "learning_rate"]
    assert list(found)[-5:] == ["seconds", "peak_memory_mb", "warning", "error_type", "error"]
    slow, quick = found.to_dict("records")
    assert slow["learning_rate"] == 0.001 and quick["learning_rate"] == 1.0
    assert slow["validation_accuracy"] < 0.6 and 0.95 < quick["validation_accuracy"] < 0.98
    assert abs(quick["validation_accuracy"] - quick["test_accuracy"]) < 0.015
    assert quick["peak_memory_mb"] > 150 and quick["seconds"] > 1
    assert list(rank(found)["id"]) == [quick["id"], slow["id"]]

    kept = json.loads((tmp_path / "out/runs" / f"{quick['id']}.json").read_text())
    history = kept["result"]["history"]
    assert [row["epoch"] for row in history] == [0, 1, 2] and history[0]["loss"] > 2 > 0.3 > history[-1]["loss"]
    assert read_result(tmp_path / "out/runs" / f"{quick['id']}.ipynb") == kept["result"]
    assert kept["parameters"]["layer_sizes"] == "784-104-64-10" and kept["parameters"]["epochs"] == 2
    assert_nothing_is_left_of(tmp_path)


def test_a_wider_grid_adds_runs_and_nothing_runs_twice(tmp_path, logged):
    out = ["--output", tmp_path / "out", "--jobs", 2]
    assert sweep(tmp_path, logged, "--grid", "x=3,1", *out)[0] == 0
    first = (tmp_path / "out/results.csv").read_bytes()
    assert len((tmp_path / "log").read_text()) == 2

    status, output = sweep(tmp_path, logged, "--grid", "x=3,1", *out)
    assert status == 0 and "2 runs, 2 done already, 0 to do" in output
    assert (tmp_path / "out/results.csv").read_bytes() == first and len((tmp_path / "log").read_text()) == 2

    # y=0.5 is the default: the runs with it already exist.
    status, output = sweep(tmp_path, logged, "--grid", "x=1,2", "--grid", "y=0.5,7", *out)
    assert status == 0 and "4 runs, 1 done already, 3 to do" in output
    assert len((tmp_path / "log").read_text()) == 5
    found = table(tmp_path / "out")
    assert list(zip(found["x"], found["y"])) == [("1", "0.5"), ("1", "7.0"), ("2", "0.5"), ("2", "7.0"), ("3", "0.5")]
    assert_whole(tmp_path / "out", 5)

    plan = json.loads((tmp_path / "out/sweep.json").read_text())
    assert [request["grid"] for request in plan["sweeps"]] == [{"x": [3, 1]}, {"x": [3, 1]}, {"x": [1, 2], "y": [0.5, 7.0]}]
    last = plan["sweeps"][-1]
    assert last["versions"]["numpy"] and last["cpu"] and last["blas"] and last["start"] <= last["end"] and last["jobs"] == 2
    assert re.fullmatch(r"[0-9a-f]{40}(-dirty)?", last["git_commit"] or "0" * 40)


def test_results_rebuilds_the_table_and_prints_the_best_by_validation_accuracy(tmp_path, logged):
    assert sweep(tmp_path, logged, "--grid", "x=1,3,2", "--output", tmp_path / "out", "--jobs", 2)[0] == 0
    before = (tmp_path / "out/results.csv").read_bytes()
    (tmp_path / "out/results.csv").unlink()
    run = run_command("results", "--no-report", tmp_path / "out")
    assert run.exit_code == 0 and (tmp_path / "out/results.csv").read_bytes() == before
    lines = [line.split() for line in run.output.splitlines()]
    column = lines[0].index("validation_accuracy")
    assert [line[column] for line in lines[1:4]] == ["0.3", "0.2", "0.1"]
    assert "squares" not in table(tmp_path / "out")


def test_a_file_of_the_user_s_that_looks_unfinished_is_kept(tmp_path, square):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/film.part").write_text("mine")
    (tmp_path / "out/.sweep.json.1.part").write_text("half")
    assert sweep(tmp_path, square, "--grid", "x=1", "--output", tmp_path / "out")[0] == 0
    assert [part.name for part in (tmp_path / "out").glob("*.part")] == ["film.part"]


def test_results_needs_a_sweep(tmp_path):
    run = run_command("results", tmp_path)
    assert run.exit_code == 2 and "DIR must hold a sweep, but there is no sweep.json in" in run.output


def test_another_notebook_does_not_mix_with_the_runs_of_the_first(tmp_path, logged):
    arguments = ["--grid", "x=1", "--output", tmp_path / "out", "--jobs", 1]
    assert sweep(tmp_path, logged, *arguments)[0] == 0
    before = results(tmp_path / "out")
    other = write(tmp_path / "other.ipynb", "x: int = 1  # number", record("score=x"))
    status, output = sweep(tmp_path, other, *arguments)
    assert status == 2 and "--output must be another directory" in output and "logged.ipynb" in output
    assert results(tmp_path / "out").equals(before)


def test_any_text_reaches_the_notebook_and_the_table_unchanged(tmp_path):
    texts = [
        'it\'s "quoted"',
        "two\nlines\ttab",
        "{braces} {0} %s $HOME",
        "ünï→☃ \U0001f600",
        "back\\slash \\n",
        "a,b;c",
        "# no comment",
    ]
    notebook = write(tmp_path / "text.ipynb", 'text: str = "x # y"  # anything', record("seen=text, length=len(text)"))
    (tmp_path / "sweep.yaml").write_text(json.dumps({"grid": {"text": texts}}, ensure_ascii=False))
    status, output = sweep(
        tmp_path, notebook, "--from", tmp_path / "sweep.yaml", "--output", tmp_path / "o{u}t 'x'", "--jobs", 2
    )
    assert status == 0, output
    found = table(tmp_path / "o{u}t 'x'")
    assert list(found["text"]) == texts and list(found["seen"]) == texts
    assert list(found["length"]) == [str(len(text)) for text in texts]


@pytest.mark.parametrize("jobs", [1, 2])
def test_runs_share_the_cores(tmp_path, jobs):
    notebook = write(
        tmp_path / "cores.ipynb",
        "x: int = 1  # number",
        "import joblib, numpy, os, threadpoolctl",
        record("cores=joblib.cpu_count(), blas=max(pool['num_threads'] for pool in threadpoolctl.threadpool_info())"),
    )
    assert sweep(tmp_path, notebook, "--grid", "x=1,2", "--output", tmp_path / "out", "--jobs", jobs)[0] == 0
    share = str(max(1, joblib.cpu_count() // jobs))
    assert set(table(tmp_path / "out")["cores"]) == set(table(tmp_path / "out")["blas"]) == {share}


def test_a_dry_run_lists_the_runs_estimates_the_time_and_writes_nothing(tmp_path, logged):
    arguments = ["sweep", logged, "--grid", "x=1,2,3", "-p", "name=b", "--output", tmp_path / "out", "--jobs", 1]
    run = run_command(*arguments, "--dry-run")
    assert run.exit_code == 0 and re.search(
        r"name='b'  x=1\n.*name='b'  x=2\n.*name='b'  x=3\n3 runs, 0 done already, 3 to do", run.output
    )
    assert "Time: unknown until a run is done" in run.output and not (tmp_path / "out").exists()
    arguments[3] = "x=2"
    assert sweep(tmp_path, *arguments[1:])[0] == 0
    arguments[3] = "x=1,2,3"
    run = run_command(*arguments, "--dry-run")
    assert "x=2" not in run.output and "3 runs, 1 done already, 2 to do" in run.output
    estimate = pd.Timedelta(re.search(r"Time: about (\S+), 1 at once", run.output)[1]).total_seconds()
    assert estimate == pytest.approx(2 * float(table(tmp_path / "out")["seconds"][0]), abs=1)
    assert len(list((tmp_path / "out/runs").iterdir())) == 2


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--grid", "z=1"], r"parameter 'z' is unknown; the notebook has x, y, name"),
        (["-p", "z=1"], r"parameter 'z' is unknown"),
        (["--grid", "x=1,two"], r"parameter x must be of type int, got 'two'"),
        (["--grid", "x=1.5"], r"parameter x must be of type int, got '1.5'"),
        (["--grid", "y=1,inf"], r"parameter y must be finite, got 'inf'"),
        (["-p", "y=nan"], r"parameter y must be finite, got 'nan'"),
        (["--grid", "x="], r"grid of x must be a list of values, got \[\]"),
        (["--grid", "y=0.5,1,0.50"], r"grid of y must not repeat a value, got 0.5 twice"),
        (["--grid", "x"], r"--grid must be name=value, got 'x'"),
        (["--grid", "x=1", "--grid", "x=2"], r"parameter x is given twice with --grid"),
        (["--grid", "x=1", "-p", "x=2"], r"parameter x is given twice"),
        (["--random", "y=loguniform(1,2)"], r"random and trials go together"),
        (["--trials", "3"], r"random and trials go together"),
        (["--random", "y=normal(0,1)", "--trials", "3"], r"random of y must be uniform\(low, high\) or loguniform"),
        (["--random", "y=uniform(2,1)", "--trials", "3"], r"with finite low < high, got 'uniform\(2,1\)'"),
        (["--random", "y=uniform(-1e308,1e308)", "--trials", "3"], r"with finite low < high, got 'uniform\(-1e308,1e308\)'"),
        (["--random", "y=uniform(nan,1)", "--trials", "3"], r"with finite low < high, got 'uniform\(nan,1\)'"),
        (["--random", "y=loguniform(1,inf)", "--trials", "3"], r"with finite low < high, got 'loguniform\(1,inf\)'"),
        (["--random", "y=loguniform(0,1)", "--trials", "3"], r"must have low above 0 for loguniform"),
        (["--random", "name=uniform(0,1)", "--trials", "3"], r"parameter name must be an int or a float to be drawn"),
        (["--trials", "0", "--random", "y=uniform(0,1)"], r"0 is not in the range"),
        (["--jobs", "0"], r"0 is not in the range"),
        (["--timeout", "0"], r"0.* is not in the range"),
        (["--timeout", "nan"], r"--timeout must be finite, got nan"),
        (["--timeout", "inf"], r"--timeout must be finite, got inf"),
        (["--jobs", "2", "--scheduler", "tcp://127.0.0.1:1"], r"--jobs and --scheduler cannot be combined"),
        (["--grid", f"x={HUNDRED}", "--grid", f"y={HUNDRED}"], r"the sweep has 10,000 runs; add --yes"),
        (["-p", "name=\ud83d"], r"parameter name must be of type str"),
        (["--from", "nowhere.yaml"], r"--from must be a YAML file; nowhere.yaml cannot be read as one"),
    ],
)  # fmt: skip
def test_a_wrong_command_is_a_one_line_error_before_anything_runs(tmp_path, logged, arguments, message):
    run = run_command("sweep", logged, "--output", tmp_path / "out", *arguments)
    assert run.exit_code == 2 and re.search(message, run.output), run.output
    assert not (tmp_path / "out").exists() and not (tmp_path / "log").exists()


def test_a_terminal_shows_a_bar_with_counts(tmp_path, logged):
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    terminal, end = pty.openpty()
    termios.tcsetwinsize(end, (24, 100))
    arguments = command("sweep", logged, "--grid", "x=1,2", "--output", tmp_path / "out", "--jobs", 2)
    with subprocess.Popen(arguments, stdout=end, stderr=end, stdin=end, close_fds=True):
        os.close(end)
        shown = b""
        try:
            while part := os.read(terminal, 4096):
                shown += part
        except OSError:  # how Linux says that the other end is closed
            pass
    os.close(terminal)
    shown = shown.decode()
    assert re.search(r"100%.*2/2 .*2 done, 0 failed", shown), shown
    assert "] " + "done in" not in shown and "[1/2]" not in shown


def test_a_thousand_recorded_runs_are_collected_in_order(tmp_path):
    directory = SweepDirectory(tmp_path)
    directory.runs.mkdir()
    ids = fill(directory, 1000)
    found = directory.build_table()
    assert list(found["id"]) == ids and list(found["score"]) == list(range(1000)) and set(found["status"]) == {"done"}


def fill(directory, runs):
    """Save this many runs as if they had been executed; return their ids."""
    ids = [run_id("digest", {"x": x}) for x in range(runs)]
    for x, id in enumerate(ids):
        directory.save(make_record(Run(id, "", "digest", {"x": x}, {"x": x}), {"score": x}), "{}")
    directory.write_manifest(
        {
            "notebook": {"name": "n.ipynb", "digest": "digest"},
            "columns": ["x"],
            "runs": {id: {"x": x} for x, id in enumerate(ids)},
            "sweeps": [],
        }
    )
    return ids
