"""The directory of a sweep, in which each file is written completely or not at all.

::

    sweep.json          what was requested, notebook, versions, machine; parameters of every run
    results.csv         a row for each run
    runs/ID.ipynb       the executed notebook
    runs/ID.json        its record: parameters, result, seconds, error; written last, so that the notebook is complete
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

from mnist_mlp.cache import code_digest
from mnist_mlp.files import PARTS, open_whole
from mnist_mlp.sweep.errors import SweepError

MANIFEST = "sweep.json"
TABLE = "results.csv"
RANKED_BY = "validation_accuracy"
WITH_RESULT = ("done", "stale")
# Reserved columns; a parameter or recorded value of the same name gets a prefix.
MEASURED = ("seconds", "peak_memory_mb", "warning", "error_type", "error")
OWN = ("id", "configuration", "status", *MEASURED)


class SweepDirectory:
    """A directory that holds a sweep."""

    def __init__(self, path):
        self.path = Path(path)
        self.runs = self.path / "runs"

    @contextlib.contextmanager
    def locked(self):
        """Create the directory if necessary, and lock out other sweeps for the duration of a block."""
        holder = self.path / ".holder"
        with contextlib.ExitStack() as stack:
            try:
                self.runs.mkdir(parents=True, exist_ok=True)
                stack.enter_context(FileLock(self.path / ".lock", timeout=0))
                write_whole(holder, f"process {os.getpid()} on {socket.gethostname()} since {now()}")
            except Timeout:
                raise SweepError(f"{self.path} is in use by another sweep: {_read_text(holder)}") from None
            except OSError as error:
                raise SweepError(f"--output must be a writable directory, got {self.path}: {error.strerror}") from error
            stack.callback(holder.unlink, missing_ok=True)
            yield

    def read_manifest(self):
        """Content of sweep.json, None if it does not exist yet; a SweepError if it cannot be read."""
        file = self.path / MANIFEST
        try:
            manifest = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
            if manifest is not None:
                for parameters in manifest["runs"].values():
                    parameters.items()
                manifest["notebook"]["name"], manifest["notebook"]["digest"], [*manifest["columns"]], [*manifest["sweeps"]]
            return manifest
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise SweepError(f"{file} cannot be read ({error!r}); delete it, and the same command recreates it") from error

    def write_manifest(self, manifest):
        """Replace sweep.json."""
        write_whole(self.path / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")

    def save(self, record, executed):
        """Save a run: its notebook, then its record with a digest of both. A failure never replaces an older result."""
        notebook = self.runs / f"{record['id']}.ipynb"
        older = self._older_result(record["id"]) if record["status"] == "failed" else None
        if older:
            executed = notebook.read_text(encoding="utf-8")
            record = older | {name: record[name] for name in ("error_type", "error")}
        write_whole(notebook, executed or "")
        digest = _digest(record, (executed or "").encode())
        write_whole(notebook.with_suffix(".json"), json.dumps(record | {"digest": digest}, indent=1) + "\n")
        return older is None

    def _older_result(self, id):
        with contextlib.suppress(SweepError):
            record = self.load(id)
            return record if record and record["status"] == "done" else None

    def load(self, id):
        """Record of a run as saved, whichever version of the code made it; None if there is none."""
        notebook, file = self.runs / f"{id}.ipynb", self.runs / f"{id}.json"
        if not file.exists():
            if notebook.exists():
                raise SweepError(f"{notebook} has no record")
            return None
        try:
            record = json.loads(file.read_bytes())
            stored = record.pop("digest")
            executed = notebook.read_bytes().replace(b"\r\n", b"\n")  # a checkout may have changed the line endings
            if record["id"] != id or _digest(record, executed) != stored:
                raise SweepError(f"{notebook} or its record has been changed or truncated")
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise SweepError(f"{file} and {notebook.name} cannot be read as a run ({error!r})") from error
        return record

    def remove_parts(self):
        """Remove the partial files of a killed process."""
        for folder in (self.path, self.runs):
            for part in folder.glob(PARTS):
                part.unlink()

    def read_table(self):
        """Build the table, or read results.csv as it is if no notebooks have been kept."""
        file = self.path / TABLE
        if file.is_file() and not any(self.runs.glob("*.ipynb")):
            return read_results(file)
        return self.build_table()

    def build_table(self):
        """Make the table from the records and write results.csv: a row for each requested run, in that order.

        The status is "done", "stale" (done by a different version of the code), "failed", "missing" or "damaged". A parameter
        or recorded value with the name of another column becomes ``parameter.NAME`` or ``result.NAME``.
        """
        manifest = self.read_manifest()
        if manifest is None:
            raise SweepError(f"DIR must hold a sweep, but there is no {MANIFEST} in {self.path}")
        columns = parameter_columns(manifest)
        rows = [self._row(id, manifest) for id in manifest["runs"]]
        metrics = {name: _free_name(name, "result", columns.values()) for row in rows for name in row["result"]}
        table = pd.DataFrame(
            [
                {
                    "id": row["id"],
                    "status": row["status"],
                    **{column: row["parameters"][name] for name, column in columns.items()},
                    **{column: row["result"].get(name) for name, column in metrics.items()},
                    **{name: row.get(name) for name in MEASURED},
                }
                for row in rows
            ],
            dtype=object,
        )
        write_whole(self.path / TABLE, table.to_csv(index=False, lineterminator="\n"))
        return table

    def _row(self, id, manifest):
        """Record of a run, or a stand-in for it, with its status in the table and only the scalars of its result."""
        row = {"id": id, "parameters": manifest["runs"][id], "result": {}}
        try:
            record = self.load(id)
        except SweepError as error:
            return row | {"status": "damaged", "error": str(error), "result": _scalars(self._salvage(id))}
        if record is None:
            return row | {"status": "missing"}
        status = "stale" if is_stale(record, manifest) else record["status"]
        parameters = row["parameters"] | record["parameters"]
        return record | {"status": status, "parameters": parameters, "result": _scalars(record["result"])}

    def _salvage(self, id):
        """Read the result from a record even though it or its notebook is damaged."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            record = json.loads((self.runs / f"{id}.json").read_bytes())
            return dict(record["result"]) if record["id"] == id else {}
        return {}


def read_results(file):
    """Read results.csv, also as saved by a spreadsheet with decimal commas."""
    try:
        with open(file, encoding="utf-8-sig") as lines:
            spreadsheet = {"sep": ";", "decimal": ","} if next(lines, "").startswith("id;") else {}
        # An identifier may look like a number, and the text "None" like a missing value.
        options = {"dtype": {"id": str}, "keep_default_na": False, "na_values": [""]}
        table = pd.read_csv(file, encoding="utf-8-sig", **options, **spreadsheet)
        table["id"], table["status"]
    except (OSError, ValueError, KeyError) as error:
        raise SweepError(f"{file} must be a table as mnist-mlp results writes it, with id and status; {error!r}") from error
    return table


def is_stale(record, manifest):
    """Whether a run was done by a different version of the code."""
    # Old records do not name their code, but their sweep does.
    code = record.get("code") or manifest.get("package", {}).get("code")
    return record["status"] == "done" and code != code_digest()


def parameter_columns(manifest):
    """Column of each given parameter, by its name."""
    return {name: _free_name(name, "parameter") for name in manifest["columns"]}


def _free_name(name, prefix, taken=()):
    return f"{prefix}.{name}" if name in OWN or name in taken else name


def _scalars(result):
    return {name: value for name, value in (result or {}).items() if not isinstance(value, (list, dict))}


def rank(table):
    """Select the runs that have a result, best validation accuracy first, those without one last."""
    finished = table[table["status"].isin(WITH_RESULT)]
    if RANKED_BY not in finished:
        return finished
    return finished.sort_values(RANKED_BY, ascending=False, kind="stable", key=lambda column: pd.to_numeric(column, "coerce"))


def write_whole(file, text):
    """Write a text file completely or not at all."""
    with open_whole(file) as whole:
        whole.write(text.encode())


def _digest(record, executed):
    return sha256(json.dumps(record, sort_keys=True).encode() + executed).hexdigest()


def _read_text(file):
    with contextlib.suppress(OSError):
        return file.read_text(encoding="utf-8")
    return "unknown process"


def now():
    """Date and time with the offset from UTC, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")
