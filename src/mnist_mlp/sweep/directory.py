"""What a sweep leaves, each file whole or not there.

::

    sweep.json          what was asked, of which notebook, with which versions, on which machine; parameters of every run
    results.csv         a row for each run
    runs/ID.ipynb       the executed notebook
    runs/ID.json        its record: parameters, result, seconds, error; written last, so it says that the notebook is whole
"""

import contextlib
import json
import os
import socket
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from mnist_mlp.sweep.grids import RunError, run_id

PLAN = "sweep.json"
TABLE = "results.csv"
RANKED_BY = "validation_accuracy"


class SweepDirectory:
    """A directory that holds a sweep.

    Parameters
    ----------
    path : str or os.PathLike
    """

    def __init__(self, path):
        self.path = Path(path)
        self.runs = self.path / "runs"

    def create(self):
        """Make the directory if need be.

        Raises
        ------
        RunError
            If it cannot be made or written to.
        """
        try:
            self.runs.mkdir(parents=True, exist_ok=True)
            write_whole(self.path / ".writable", "")
            (self.path / ".writable").unlink()
        except OSError as error:
            raise RunError(f"--output must be a directory that can be written to; {self.path}: {error.strerror}") from error

    @contextlib.contextmanager
    def locked(self):
        """Keep other sweeps out for the length of a block.

        Raises
        ------
        RunError
            If one is in already; the message names it.
        """
        holder = self.path / ".holder"
        lock = FileLock(self.path / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise RunError(f"{self.path} is in use by another sweep: {_read_text(holder)}") from None
        try:
            write_whole(holder, f"process {os.getpid()} on {socket.gethostname()} since {now()}")
            yield
        finally:
            holder.unlink(missing_ok=True)
            lock.release()

    def read_plan(self):
        """Content of sweep.json.

        Returns
        -------
        dict or None
            None if the directory holds no sweep yet.

        Raises
        ------
        RunError
            If the file cannot be read.
        """
        file = self.path / PLAN
        try:
            return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
        except (OSError, ValueError) as error:
            raise RunError(f"{file} cannot be read ({error}); delete it, and the same command makes it anew") from error

    def write_plan(self, plan):
        """Replace sweep.json."""
        write_whole(self.path / PLAN, json.dumps(plan, indent=1, ensure_ascii=False) + "\n")

    def save(self, record, executed):
        """Keep a run: its notebook, then its record with a digest of both.

        Parameters
        ----------
        record : dict
            See `mnist_mlp.sweep.run.execute`.
        executed : str or None
            The executed notebook, as JSON.
        """
        notebook = self.runs / f"{record['id']}.ipynb"
        write_whole(notebook, executed or "")
        digest = _digest(record, (executed or "").encode())
        write_whole(notebook.with_suffix(".json"), json.dumps(record | {"digest": digest}, indent=1) + "\n")

    def load(self, id, digest):
        """Record of a run, if it is as it was saved.

        Parameters
        ----------
        id : str
        digest : str
            Of the notebook that the sweep runs, see `mnist_mlp.sweep.grids.notebook_digest`.

        Returns
        -------
        dict or None
            None if nothing has been saved.

        Raises
        ------
        RunError
            If a file is missing, cut short or changed.
        """
        notebook, file = self.runs / f"{id}.ipynb", self.runs / f"{id}.json"
        if not file.exists():
            if notebook.exists():
                raise RunError(f"{notebook} has no record beside it")
            return None
        try:
            record = json.loads(file.read_bytes())
            stored = record.pop("digest")
            executed = notebook.read_bytes()
            if record["id"] != id or run_id(digest, record["parameters"]) != id:
                raise RunError(f"{file} holds another run's parameters")
            if _digest(record, executed) != stored:
                raise RunError(f"{notebook} or the record beside it has been changed or cut short")
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RunError(f"{file} and {notebook.name} cannot be read as a run ({error!r})") from error
        return record

    def remove_parts(self):
        """Remove what a killed process left half-written."""
        for folder in (self.path, self.runs):
            for part in folder.glob("*.part"):
                part.unlink()

    def read_table(self):
        """Collect the table; or read results.csv as it is if no run's notebook has been kept.

        Returns
        -------
        pandas.DataFrame
            As `collect`.

        Raises
        ------
        RunError
            As `collect`.
        """
        file = self.path / TABLE
        if file.is_file() and not any(self.runs.glob("*.ipynb")):
            # An identifier may look like a number, and the text "None" like a missing value.
            return pd.read_csv(file, dtype={"id": str}, keep_default_na=False, na_values=[""])
        return self.collect()

    def collect(self):
        """Make the table from the records and write results.csv.

        Returns
        -------
        pandas.DataFrame
            A row for each run that was asked for, in that order: ``id``, ``status`` ("done", "failed", "missing" or
            "damaged"), the parameters that vary or were given, what the notebooks recorded (scalars), ``seconds``,
            ``peak_memory_mb``, ``error_type``, ``error``.

        Raises
        ------
        RunError
            If the directory holds no sweep.
        """
        plan = self.read_plan()
        if plan is None:
            raise RunError(f"DIR must hold a sweep, and there is no {PLAN} in {self.path}")
        rows = [self._row(id, plan) for id in plan["runs"]]
        metrics = list(dict.fromkeys(name for row in rows for name in row["result"]))
        table = pd.DataFrame(
            [
                {
                    "id": row["id"],
                    "status": row["status"],
                    **{name: row["parameters"][name] for name in plan["columns"]},
                    **{name: row["result"].get(name) for name in metrics if name not in plan["columns"]},
                    **{name: row.get(name) for name in ("seconds", "peak_memory_mb", "error_type", "error")},
                }
                for row in rows
            ],
            dtype=object,
        )
        write_whole(self.path / TABLE, table.to_csv(index=False, lineterminator="\n"))
        return table

    def _row(self, id, plan):
        """Record of a run whose result is cut to its scalars; or what stands in for one that is missing or damaged."""
        absent = {"id": id, "parameters": plan["runs"][id], "result": {}}
        try:
            record = self.load(id, plan["notebook"]["digest"])
        except RunError as error:
            return absent | {"status": "damaged", "error": str(error)}
        if record is None:
            return absent | {"status": "missing"}
        scalars = {name: value for name, value in (record["result"] or {}).items() if not isinstance(value, (list, dict))}
        return record | {"result": scalars}


def rank(table):
    """Select the runs that are done, the best validation accuracy first.

    Parameters
    ----------
    table : pandas.DataFrame
        From `SweepDirectory.collect`.

    Returns
    -------
    pandas.DataFrame
        In the table's order where no validation accuracy is recorded.
    """
    done = table[table["status"] == "done"]
    if RANKED_BY not in done or done[RANKED_BY].isna().all():
        return done
    return done.sort_values(RANKED_BY, ascending=False, kind="stable", key=pd.to_numeric)


def write_whole(file, text):
    """Write a file that is either whole or not there."""
    part = file.with_name(f"{file.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _digest(record, executed):
    return sha256(json.dumps(record, sort_keys=True).encode() + executed).hexdigest()


def _read_text(file):
    with contextlib.suppress(OSError):
        return file.read_text(encoding="utf-8")
    return "no holder is named"


def now():
    """Date and time with the offset from UTC, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")
