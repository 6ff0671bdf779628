"""All runs of a sweep: what is missing is executed, kept and counted; an interrupted sweep goes on with the same command."""

import contextlib
import json
import platform
import re
import signal
import statistics
import subprocess
from collections import deque
from concurrent.futures import FIRST_COMPLETED, CancelledError, wait
from importlib.metadata import version
from pathlib import Path

import joblib
from threadpoolctl import threadpool_info

from mnist_mlp.cache import code_digest
from mnist_mlp.sweep.directory import now
from mnist_mlp.sweep.executors import SCHEDULER_GONE
from mnist_mlp.sweep.grids import RunError, notebook_digest, one_line, run_id
from mnist_mlp.sweep.record import Run, make_record, versions

POLL = 0.2  # seconds between two looks at whether somebody wants to stop


class SweepStopped(Exception):
    """A sweep that cannot go on, though all that is done is kept; said in words for whoever asked for it."""


class Sweep:
    """A request for runs of a notebook, in a directory.

    Parameters
    ----------
    path : str or os.PathLike
        The notebook's file.
    notebook : dict
        Its content.
    known : dict of str to Parameter
        Its parameters.
    request : Request
    directory : SweepDirectory
    """

    def __init__(self, path, notebook, known, request, directory):
        self.path, self.notebook, self.request, self.directory = Path(path), notebook, request, directory
        self.content = json.dumps(notebook)
        self.digest = notebook_digest(notebook)
        defaults = {name: parameter.default for name, parameter in known.items()}
        # By identifier: two draws that come out the same are one run.
        self.changed = {run_id(self.digest, defaults | changed): changed for changed in request.runs()}
        self.parameters = {id: defaults | changed for id, changed in self.changed.items()}

    def split(self, say):
        """Find out what is done already.

        Parameters
        ----------
        say : callable
            Told in a line of each run that is damaged.

        Returns
        -------
        done : list of dict
            Records.
        missing : list of str
            Identifiers of the runs that are missing, failed or damaged.
        """
        done, missing = [], []
        for id in self.changed:
            try:
                record = self.directory.load(id, self.digest)
            except RunError as error:
                say(f"{error}: it is run again")
                record = None
            if record and record["status"] == "done":
                done.append(record)
            else:
                missing.append(id)
        return done, missing

    def plan(self, how):
        """Content of sweep.json: this request before those that were made of the same directory earlier.

        Parameters
        ----------
        how : dict
            How the runs are executed, for the record.

        Returns
        -------
        dict

        Raises
        ------
        RunError
            If the directory holds runs of another notebook or of other code: their results would stand in one table.
        """
        of = {"notebook": {"name": self.path.name, "digest": self.digest}}
        of["package"] = {"version": version("mnist-mlp"), "code": code_digest()}
        before = self.directory.read_plan() or {**of, "columns": [], "runs": {}, "sweeps": []}
        for what in ("notebook", "package"):
            if before[what] != of[what]:
                found = f"{self.directory.path} holds runs of {_say(before)}"
                raise RunError(f"--output must be another directory: {found}, this is {_say(of)}")
        names = [*self.request.parameters, *self.request.varying]
        return {
            **of,
            "columns": list(dict.fromkeys([*before["columns"], *names])),
            "runs": {**self.parameters, **before["runs"]},
            "sweeps": [*before["sweeps"], {**self.request.describe(), **how, **_provenance(self.path), "start": now()}],
        }


def _say(plan):
    notebook, package = plan["notebook"], plan["package"]
    return f"{notebook['name']} ({notebook['digest'][:8]}) with mnist-mlp {package['version']} (code {package['code'][:8]})"


def _provenance(notebook):
    """Where results come from: versions, commit, processor, linear algebra."""
    blas = [info for info in threadpool_info() if info["user_api"] == "blas"]
    return {
        "versions": versions(),
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
    """Execute what is missing of a sweep, and write its table.

    Parameters
    ----------
    sweep : Sweep
    executor : context manager
        See `local_executor`; entered only if something is missing.
    progress : Progress
    how : dict
        How the runs are executed, for the record.
    retries : int
        Further attempts at a run that fails.
    threads : int
        Cores of each run.
    timeout : float, optional
        Seconds after which a run is stopped.

    Returns
    -------
    table : pandas.DataFrame
        See `SweepDirectory.collect`.
    interrupted : bool
        Whether somebody stopped it.

    Raises
    ------
    RunError
        If the directory cannot be used for this sweep.
    SweepStopped
        If the directory cannot be written to any more.
    """
    directory = sweep.directory
    directory.create()
    with directory.locked(), _stop_signals() as stop:
        plan = sweep.plan(how)
        try:
            directory.remove_parts()
            directory.write_plan(plan)
            done, missing = sweep.split(progress.say)
            with progress.of(len(done), len(missing)):
                if missing:
                    runs = (_make_run(sweep, id, threads, timeout) for id in missing)
                    for record, executed in _outcomes(runs, executor, retries, stop, progress):
                        directory.save(record, executed)
                        progress.update(record)
            plan["sweeps"][-1] |= {"end": now(), "interrupted": bool(stop)}
            directory.write_plan(plan)
            return directory.collect(), bool(stop)
        except ConnectionError as error:
            directory.collect()
            raise SweepStopped(f"{error.strerror}. {progress.summary()}") from error
        except OSError as error:
            raise SweepStopped(f"{directory.path} cannot be written to: {error.strerror}. {progress.summary()}") from error


def _make_run(sweep, id, threads, timeout):
    return Run(id, sweep.content, sweep.parameters[id], sweep.changed[id], threads, timeout)


def _outcomes(runs, executor, retries, stop, progress):
    """Yield record and executed notebook of each run as it ends; only as many are in flight as the executor can hold."""
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
    except Exception as error:  # of the cluster: a worker without this package, or run after run killed
        return make_record(run, failure=(type(error).__name__, one_line(error))), None


@contextlib.contextmanager
def _stop_signals():
    """List that is no longer empty once somebody has asked to stop; asking a second time ends the process."""
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


def estimate_seconds(done, missing, jobs):
    """Time that the missing runs will take, from those that are done.

    Parameters
    ----------
    done : list of dict
        Records.
    missing : int
        Number of runs.
    jobs : int
        Runs at once.

    Returns
    -------
    float or None
        None if no run is done.
    """
    return statistics.median(record["seconds"] for record in done) * missing / jobs if done else None
