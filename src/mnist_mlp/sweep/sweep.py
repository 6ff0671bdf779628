"""All runs of a sweep: missing ones are executed and saved; the same command continues an interrupted sweep."""

import contextlib
import json
import platform
import re
import signal
import subprocess
from collections import deque
from concurrent.futures import FIRST_COMPLETED, CancelledError, wait
from pathlib import Path

import joblib
from threadpoolctl import threadpool_info

from mnist_mlp.cache import code_digest
from mnist_mlp.sweep.errors import SweepError, SweepStopped, one_line
from mnist_mlp.sweep.executors import SCHEDULER_GONE
from mnist_mlp.sweep.notebook_file import notebook_digest, run_id
from mnist_mlp.sweep.record import Run, make_record, versions
from mnist_mlp.sweep.storage import is_stale, now

POLL = 0.2  # seconds between checks for a request to stop


class Sweep:
    """Requested runs of a notebook, in a directory."""

    def __init__(self, path, notebook, notebook_parameters, space, directory):
        self.path, self.space, self.directory = Path(path), space, directory
        self.content, self.digest = json.dumps(notebook), notebook_digest(notebook)
        self._read_manifest()
        defaults = {name: parameter.default for name, parameter in notebook_parameters.items()}
        # A directory made by an earlier version has other names for the same runs.
        names = {json.dumps(parameters, sort_keys=True): id for id, parameters in self.before["runs"].items()}
        self.overrides, self.parameters = {}, {}
        for overrides in space.overrides():
            parameters = defaults | overrides
            id = names.get(json.dumps(parameters, sort_keys=True)) or run_id(self.digest, parameters)
            # Keyed by id: two equal draws are one run.
            self.overrides[id], self.parameters[id] = overrides, parameters

    def _read_manifest(self):
        self.identity = {"name": self.path.name, "digest": self.digest}
        first = {"notebook": self.identity, "columns": [], "runs": {}, "sweeps": []}
        self.before = self.directory.read_manifest() or first

    def partition_runs(self, log):
        """Separate the records of finished runs from the ids of missing ones."""
        done, missing, stale = [], [], 0
        for id in self.overrides:
            try:
                record = self.directory.load(id)
            except SweepError as error:
                log(f"{error}: it is run again")
                record = None
            if record and record["status"] == "done" and not is_stale(record, self.before):
                done.append(record)
            else:
                missing.append(id)
                stale += bool(record) and record["status"] == "done"
        if stale:
            log(f"{stale} stale, done by a different version of the code: run again, old results kept until replaced")
        return done, missing

    def manifest(self, how):
        """Content of sweep.json: the runs of this request, then those of earlier requests."""
        self._read_manifest()  # again, because another sweep may have ended since
        if self.before["notebook"]["digest"] != self.digest:
            found, this = (f"{one['name']} ({one['digest'][:8]})" for one in (self.before["notebook"], self.identity))
            raise SweepError(f"--output must be another directory: {self.directory.path} holds runs of {found}, not of {this}")
        return {
            **self.before,
            "columns": list(dict.fromkeys([*self.before["columns"], *self.space.names])),
            "runs": {**self.parameters, **self.before["runs"]},
            "sweeps": [*self.before["sweeps"], {**self.space.describe(), **how, **_provenance(self.path), "start": now()}],
        }


def _provenance(notebook):
    """Provenance of the results: versions, commit, processor, linear algebra."""
    blas = [info for info in threadpool_info() if info["user_api"] == "blas"]
    return {
        "versions": versions(),
        "code": code_digest(),
        "git_commit": _git_commit(notebook.resolve().parent),
        "cpu": _processor(),
        "cores": joblib.cpu_count(),
        "blas": [f"{info['internal_api']} {info['version']} {info['architecture']}" for info in blas],
    }


def _git_commit(folder):
    """Commit of the repository around a folder, with "-dirty" if files differ from it; None if there is none."""
    command = ["git", "-C", folder, "describe", "--always", "--exclude=*", "--abbrev=40", "--dirty"]
    with contextlib.suppress(OSError):
        return subprocess.run(command, capture_output=True, text=True).stdout.strip() or None
    return None


def _processor():
    with contextlib.suppress(OSError):
        if model := re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text()):
            return model[1]
    return platform.processor() or platform.machine()


def run_sweep(sweep, executor, progress, how, retries=0, threads=1, timeout=None):
    """Execute the missing runs of a sweep, and write its table."""
    directory, content, digest = sweep.directory, sweep.content, sweep.digest
    with directory.locked(), _stop_signals() as stop:
        manifest = sweep.manifest(how)
        try:
            directory.remove_parts()
            directory.write_manifest(manifest)
            done, missing = sweep.partition_runs(progress.log)
            with progress.track(len(done), len(missing)):
                if missing:
                    settings = ((id, content, digest, sweep.parameters[id], sweep.overrides[id]) for id in missing)
                    runs = (Run(*run, threads, timeout) for run in settings)
                    for record, executed in _outcomes(runs, executor, retries, stop, progress):
                        kept = directory.save(record, executed)
                        progress.update(record, kept)
            manifest["sweeps"][-1] |= {"end": now(), "interrupted": bool(stop)}
            directory.write_manifest(manifest)
            return directory.build_table(), bool(stop)
        except ConnectionError as error:
            directory.build_table()
            raise SweepStopped(f"{error.strerror}. {progress.summary()}") from error
        except OSError as error:
            raise SweepStopped(f"{directory.path} cannot be written to: {error.strerror}. {progress.summary()}") from error


def _outcomes(runs, executor, retries, stop, progress):
    """Yield record and executed notebook of each run as it ends; never more are in flight than the executor has slots."""
    runs = ((run, retries) for run in runs)
    again, running = deque(), {}
    with executor as (submit, slots):
        while not stop:
            free = slots() - len(running)
            while free > 0 and (task := again.popleft() if again else next(runs, None)):
                running[submit(task[0])] = task
                free -= 1
            if not running:
                return
            progress.running(len(running))
            for future in wait(running, POLL, FIRST_COMPLETED).done:
                run, left = running.pop(future)
                record, executed = _outcome(run, future)
                if record["status"] == "failed" and left:
                    again.append((run, left - 1))
                else:
                    yield record, executed


def _outcome(run, future):
    try:
        return future.result()
    except CancelledError:
        raise ConnectionError(None, SCHEDULER_GONE) from None
    except Exception as error:  # from the cluster: a worker lacks this package, or is killed repeatedly
        return make_record(run, failure=(type(error).__name__, one_line(error))), None


@contextlib.contextmanager
def _stop_signals():
    """List that is no longer empty after a request to stop; a second request ends the process."""
    stop = []

    def ask(number, frame):
        stop.append(number)
        signal.signal(number, before[number])

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
