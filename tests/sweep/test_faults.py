"""Sweeps whose notebooks, processes, disks and clusters fail: finished runs are kept, the others reported and repeatable."""

import ctypes
import json
import multiprocessing
import os
import random
import signal
import socket
import stat
import sys

import psutil
import pytest
from helpers.sweeps import (
    assert_nothing_is_left_of,
    assert_whole,
    begun,
    finish,
    marked,
    record,
    results,
    start,
    sweep,
    table,
    wait_for,
)
from helpers.sweeps import write_notebook as write

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX systems")


def test_a_notebook_that_fails_is_a_row_and_the_others_continue(tmp_path):
    notebook = write(
        tmp_path / "modes.ipynb",
        'mode: str = "fine"  # what happens',
        "import os, signal, sys, time",
        "if mode == 'raises':\n    raise KeyError('first line\\nsecond line')",
        "if mode == 'hangs':\n    time.sleep(1000)",
        "if mode == 'exits':\n    sys.exit(0)",
        "if mode == 'exits with 3':\n    sys.exit(3)",
        "if mode == 'is killed':\n    os.kill(os.getpid(), signal.SIGKILL)",
        "if mode != 'is silent':\n    from mnist_mlp.course import record_result\n    record_result(mode=mode, score=1)",
    )
    modes = ["raises", "hangs", "exits", "exits with 3", "is killed", "is silent", "fine"]
    status, output = sweep(
        tmp_path, notebook, "--grid", f"mode={','.join(modes)}", "--output", tmp_path / "out", "--jobs", 3, "--timeout", 15
    )
    found = table(tmp_path / "out").set_index("mode")
    assert status == 1 and "3 of 7 runs are done, 4 failed, 0 are left." in output
    assert list(found.index) == modes
    assert dict(found["error_type"]) == {
        "raises": "KeyError",
        "hangs": "Timeout",
        "exits": "",
        "exits with 3": "SystemExit",
        "is killed": "DeadKernelError",
        "is silent": "",
        "fine": "",
    }
    assert found["error"]["raises"] == repr("first line\nsecond line")
    assert found["error"]["hangs"] == "stopped after 15 s" and 15 <= float(found["seconds"]["hangs"]) < 20
    assert "SIGKILL" in found["error"]["is killed"]
    assert found["status"]["fine"] == "done" and found["score"]["fine"] == "1"
    # A notebook that records nothing is done; its row has no metrics.
    assert found["status"]["is silent"] == "done" and found["score"]["is silent"] == ""
    # The notebook of a failed run shows where it failed.
    failed = json.loads((tmp_path / "out/runs" / f"{found['id']['raises']}.ipynb").read_text())
    assert any(output["output_type"] == "error" for cell in failed["cells"] for output in cell.get("outputs", []))
    assert_nothing_is_left_of(tmp_path)


def test_only_failed_runs_are_repeated_and_retries_do_so_immediately(tmp_path):
    notebook = write(
        tmp_path / "shaky.ipynb",
        "x: int = 1  # number",
        f"import pathlib\nlog = pathlib.Path({str(tmp_path)!r}, f'log-{{x}}')\n"
        "attempts = len(log.read_text()) if log.exists() else 0\nlog.write_text('+' * (attempts + 1))",
        "assert x == 1 or attempts >= x",
        record("x=x"),
    )
    arguments = [notebook, "--grid", "x=1,2,3", "--output", tmp_path / "out", "--jobs", 2]
    status, _ = sweep(tmp_path, *arguments)
    assert status == 1 and list(table(tmp_path / "out")["status"]) == ["done", "failed", "failed"]
    status, output = sweep(tmp_path, *arguments, "--retries", 2)
    assert status == 0 and "3 runs, 1 done already, 2 to do" in output
    assert [len((tmp_path / f"log-{x}").read_text()) for x in (1, 2, 3)] == [1, 3, 4]
    assert_whole(tmp_path / "out", 3)


def test_a_killed_worker_process_affects_no_other_run(tmp_path):
    notebook = write(
        tmp_path / "murder.ipynb",
        "x: int = 1  # number",
        "import os, signal, time",
        "if x == 2:\n    os.kill(os.getppid(), signal.SIGKILL)\n    time.sleep(60)\ntime.sleep(0.5)",
        record("x_squared=x * x"),
    )
    status, output = sweep(tmp_path, notebook, "--grid", "x=1,2,3,4", "--output", tmp_path / "out", "--jobs", 2)
    found = table(tmp_path / "out")
    assert status == 1 and list(found["status"]) == ["done", "failed", "done", "done"]
    assert found["error_type"][1] == "WorkerDied" and "WorkerDied: the process that executed the run was killed" in output
    assert_nothing_is_left_of(tmp_path)


def test_a_runner_killed_at_twenty_random_moments_loses_and_repeats_nothing(tmp_path, square, monkeypatch):
    (tmp_path / "scratch").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))  # of the processes that are killed
    arguments = [square, "--grid", f"x={','.join(map(str, range(12)))}", "--jobs", 2, "--output"]
    status, _ = sweep(tmp_path, *arguments, tmp_path / "calm")
    assert status == 0
    moments = random.Random(0)
    killed = 0
    context = multiprocessing.get_context("forkserver")
    # Processes that start quickly, so that more of the kills hit runs than imports.
    context.set_forkserver_preload(["helpers.sweeps", "mnist_mlp.sweep.sweep"])
    for _ in range(20):
        process = context.Process(target=sweep, args=(tmp_path, *arguments, tmp_path / "killed"))
        process.start()
        process.join(moments.uniform(0.1, 3))
        killed += process.is_alive()
        process.kill()
        process.join()
        # Never half a file under a final name.
        for file in (tmp_path / "killed/runs").glob("*.json"):
            assert json.loads(file.read_text())["status"] == "done"
    assert killed >= 15
    assert_nothing_is_left_of(tmp_path)
    assert list((tmp_path / "scratch").iterdir()) == []
    status, _ = sweep(tmp_path, *arguments, tmp_path / "killed")
    assert status == 0
    assert_whole(tmp_path / "killed", 12)
    assert results(tmp_path / "killed").equals(results(tmp_path / "calm"))


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_finished_runs_ends_the_others_and_says_how_to_continue(tmp_path, patient, signal_number):
    (tmp_path / "go").touch()
    status, _ = sweep(tmp_path, patient, "--grid", "x=1", "--output", tmp_path / "out", "--jobs", 2)
    assert status == 0
    (tmp_path / "go").unlink()
    process = start(tmp_path, "sweep", patient, "--grid", "x=1,2,3,4", "--output", tmp_path / "out", "--jobs", 2)
    wait_for(lambda: len(begun(tmp_path)) == 3)
    assert len(marked(tmp_path, "ipykernel")) == 2
    os.killpg(process.pid, signal_number)  # as a terminal does
    status, output = finish(process, timeout=10)
    assert status == 130
    assert "1 of 4 runs are done, 0 failed, 3 are left." in output and "Run the same command to continue." in output
    assert "Traceback" not in output
    assert_nothing_is_left_of(tmp_path)
    assert list(table(tmp_path / "out")["status"]) == ["done", "missing", "missing", "missing"]
    (tmp_path / "go").touch()
    status, output = sweep(tmp_path, patient, "--grid", "x=1,2,3,4", "--output", tmp_path / "out", "--jobs", 2)
    assert status == 0 and "4 runs, 1 done already, 3 to do" in output
    assert_whole(tmp_path / "out", 4)


def test_a_second_sweep_in_the_same_directory_is_refused_and_told_of_the_first(tmp_path, patient):
    arguments = [patient, "--grid", "x=1,2", "--output", tmp_path / "out", "--jobs", 1]
    first = start(tmp_path, "sweep", *arguments)
    wait_for(lambda: begun(tmp_path))
    status, output = sweep(tmp_path, *arguments)
    output = " ".join(output.split())
    assert status == 2 and f"in use by another sweep: process {first.pid} on {socket.gethostname()} since" in output
    (tmp_path / "go").touch()
    assert finish(first)[0] == 0
    assert_whole(tmp_path / "out", 2)


def apply_permissions_to_root():
    """In a child process of root, give up the right to override file permissions."""
    drop_from_bounding_set, override_permissions = 24, 1
    ctypes.CDLL(None).prctl(drop_from_bounding_set, override_permissions, 0, 0, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="root gives up a capability of Linux")
def test_a_read_only_directory_is_an_error_before_anything_runs(tmp_path, patient):
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(stat.S_IRUSR | stat.S_IXUSR)
    status, output = finish(
        start(tmp_path, "sweep", patient, "--grid", "x=1", "--output", out, preexec_fn=apply_permissions_to_root)
    )
    assert status == 2 and f"--output must be a writable directory, got {out}: Permission denied" in output
    assert not begun(tmp_path) and list(out.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="root gives up a capability of Linux")
def test_a_table_that_cannot_be_written_is_a_one_line_error(tmp_path, square):
    out = tmp_path / "out"
    assert sweep(tmp_path, square, "--grid", "x=1", "--output", out)[0] == 0
    out.chmod(stat.S_IRUSR | stat.S_IXUSR)
    status, output = finish(start(tmp_path, "results", out, preexec_fn=apply_permissions_to_root))
    assert status == 1 and output == f"Error: {out} cannot be written to: Permission denied\n"


def test_a_file_in_place_of_the_directory_is_an_error_before_anything_runs(tmp_path, patient):
    (tmp_path / "out").write_text("mine")
    status, output = sweep(tmp_path, patient, "--grid", "x=1", "--output", tmp_path / "out")
    assert status == 2 and f"--output must be a writable directory, got {tmp_path / 'out'}" in output
    assert not begun(tmp_path) and (tmp_path / "out").read_text() == "mine"


@pytest.mark.skipif(sys.platform != "linux", reason="limits a running process")
def test_a_full_disk_stops_the_sweep_with_a_clear_error_and_finished_runs_are_kept(tmp_path, patient):
    import resource

    arguments = [patient, "--grid", "x=1,2,3", "--output", tmp_path / "out", "--jobs", 1]
    (tmp_path / "go").touch()
    assert sweep(tmp_path, *arguments[:2], "x=1", *arguments[3:])[0] == 0
    (tmp_path / "go").unlink()
    process = start(tmp_path, "sweep", *arguments)
    wait_for(lambda: len(begun(tmp_path)) == 2)
    # For the runner alone, the disk seems full: no file may grow beyond 1000 bytes.
    psutil.Process(process.pid).rlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    (tmp_path / "go").touch()
    status, output = finish(process)
    assert status == 1 and f"{tmp_path / 'out'} cannot be written to: File too large. 1 of 3 runs are done" in output
    assert "Traceback" not in output
    assert_nothing_is_left_of(tmp_path)
    assert len(list((tmp_path / "out/runs").iterdir())) == 2
    status, output = sweep(tmp_path, *arguments)
    assert status == 0 and "3 runs, 1 done already, 2 to do" in output
    assert_whole(tmp_path / "out", 3)


def cut(path):
    path.write_bytes(path.read_bytes()[:-20])


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


DAMAGES = {
    "an empty notebook": lambda run: run.with_suffix(".ipynb").write_bytes(b""),
    "a notebook cut short": lambda run: cut(run.with_suffix(".ipynb")),
    "an edited notebook": lambda run: edit(run.with_suffix(".ipynb"), "x: int = 1", "x: int = 7"),
    "no notebook": lambda run: run.with_suffix(".ipynb").unlink(),
    "an empty record": lambda run: run.with_suffix(".json").write_bytes(b""),
    "a record cut short": lambda run: cut(run.with_suffix(".json")),
    "no record": lambda run: run.with_suffix(".json").unlink(),
    "an edited result": lambda run: edit(run.with_suffix(".json"), '"validation_accuracy": 0.', '"validation_accuracy": 0.9'),
    "other parameters": lambda run: edit(run.with_suffix(".json"), '"x": ', '"x": 1'),
    "a record that is a list": lambda run: run.with_suffix(".json").write_text("[]"),
}


def test_damaged_runs_are_found_named_and_run_again(tmp_path, square):
    arguments = [
        square,
        "--grid",
        f"x={','.join(map(str, range(len(DAMAGES) + 1)))}",
        "--output",
        tmp_path / "out",
        "--jobs",
        2,
    ]
    assert sweep(tmp_path, *arguments)[0] == 0
    before = results(tmp_path / "out")
    for id, damage in zip(before["id"], DAMAGES.values()):
        damage(tmp_path / "out/runs" / id)
    status, output = sweep(tmp_path, *arguments)
    assert status == 0 and f"11 runs, 1 done already, {len(DAMAGES)} to do" in output
    said = [line for line in output.splitlines() if line.endswith("it is run again")]
    assert [id for id in before["id"] if any(id in line for line in said)] == list(before["id"][:-1])
    assert results(tmp_path / "out").equals(before)
    assert_whole(tmp_path / "out", len(DAMAGES) + 1)
