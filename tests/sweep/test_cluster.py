"""Sweeps on a Dask cluster: a real scheduler and two worker processes on loopback, also when they are killed."""

import os
import signal
import socket
import subprocess
import time

import psutil
import pytest
from helpers.sweeps import (
    SCRIPTS,
    assert_nothing_is_left_of,
    assert_whole,
    begun,
    finish,
    marked,
    results,
    start,
    sweep,
    wait_for,
)

from mnist_mlp.sweep.executors import dask_executor

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX systems")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """A Dask scheduler and two workers of one thread each, on loopback."""

    def __init__(self, mark):
        self.mark = mark
        self.port = free_port()
        self.address, self.environment = f"tcp://127.0.0.1:{self.port}", os.environ | {"SWEEP_TEST": f"{mark}-cluster"}
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", str(self.port))
        self.workers = [self._start("worker", self.address, "--nthreads", "1") for _ in range(2)]

    def _start(self, *arguments):
        command = [SCRIPTS / "dask", *arguments, "--no-dashboard"]
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        for process in marked(f"{self.mark}-cluster", "dask|distributed|multiprocessing"):
            process.kill()
        for process in (*self.workers, self.scheduler):
            process.wait(30)


@pytest.fixture
def cluster(tmp_path):
    cluster = Cluster(tmp_path)
    wait_for(cluster.answers)
    yield cluster
    cluster.stop()
    assert_nothing_is_left_of(f"{tmp_path}-cluster")


def test_a_dask_cluster_gives_the_same_results_as_this_machine(tmp_path, square, cluster):
    arguments = [square, "--grid", "x=1,2,3,4", "--output"]
    assert sweep(tmp_path, *arguments, tmp_path / "here", "--jobs", 2)[0] == 0
    status, output = sweep(tmp_path, *arguments, tmp_path / "there", "--scheduler", cluster.address)
    assert status == 0, output
    assert_whole(tmp_path / "there", 4)
    assert results(tmp_path / "there").equals(results(tmp_path / "here"))
    # The workers keep no process of a finished sweep.
    wait_for(lambda: not marked(f"{tmp_path}-cluster", "mnist_mlp.sweep.worker"), timeout=10)


def test_a_killed_dask_worker_loses_no_run(tmp_path, patient, cluster):
    process = start(
        tmp_path, "sweep", patient, "--grid", "x=1,2,3", "--output", tmp_path / "out", "--scheduler", cluster.address
    )
    wait_for(lambda: len(begun(tmp_path)) == 2)
    victim = psutil.Process(cluster.workers[0].pid)
    for one in (*victim.children(recursive=True), victim):
        if "mnist_mlp.sweep.worker" not in " ".join(one.cmdline()) and "ipykernel" not in " ".join(one.cmdline()):
            one.kill()
    # What the worker had started ends by itself.
    wait_for(lambda: len(marked(f"{tmp_path}-cluster", "ipykernel")) == 1, timeout=10)
    (tmp_path / "go").touch()
    status, output = finish(process)
    assert status == 0, output
    assert_whole(tmp_path / "out", 3)


def test_ctrl_c_ends_the_runs_on_a_cluster_too(tmp_path, patient, cluster):
    process = start(
        tmp_path, "sweep", patient, "--grid", "x=1,2,3", "--output", tmp_path / "out", "--scheduler", cluster.address
    )
    wait_for(lambda: len(begun(tmp_path)) == 2)
    os.killpg(process.pid, signal.SIGINT)
    status, output = finish(process, timeout=20)
    assert status == 130 and "0 of 3 runs are done, 0 failed, 3 are left." in output and "Traceback" not in output
    wait_for(lambda: not marked(f"{tmp_path}-cluster", "mnist_mlp.sweep.worker|ipykernel"), timeout=10)


def test_a_killed_scheduler_is_an_error_and_the_sweep_continues_elsewhere(tmp_path, patient, cluster):
    arguments = [patient, "--grid", "x=1,2,3", "--output", tmp_path / "out"]
    process = start(tmp_path, "sweep", *arguments, "--scheduler", cluster.address)
    wait_for(lambda: len(begun(tmp_path)) == 2)
    cluster.scheduler.kill()
    status, output = finish(process)
    assert status == 1 and "The Dask scheduler is gone. 0 of 3 runs are done" in output
    assert "Traceback" not in output
    (tmp_path / "go").touch()
    assert sweep(tmp_path, *arguments, "--jobs", 2)[0] == 0
    assert_whole(tmp_path / "out", 3)


def test_no_scheduler_at_the_address_is_an_error_before_anything_runs(tmp_path, square):
    address = f"tcp://127.0.0.1:{free_port()}"
    begin = time.monotonic()
    status, output = sweep(tmp_path, square, "--grid", "x=1,2", "--output", tmp_path / "out", "--scheduler", address)
    assert status == 2 and f"no Dask scheduler answers at {address}" in output and time.monotonic() - begin < 30


def test_a_connection_that_breaks_within_a_timeout_means_that_the_scheduler_is_gone(cluster, monkeypatch):
    def nthreads(client):
        raise RuntimeError("Cannot change state of expiring Timeout")  # of asyncio, seen once

    monkeypatch.setattr("distributed.Client.nthreads", nthreads)
    with dask_executor(cluster.address) as (_, slots), pytest.raises(ConnectionError, match="The Dask scheduler is gone"):
        slots()
