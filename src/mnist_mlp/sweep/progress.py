"""Progress of a sweep: a live bar on a terminal, plain lines elsewhere."""

import contextlib
import sys

import click
from tqdm import tqdm


class Progress:
    """Counts of runs, shown as they change."""

    def __init__(self):
        self.done = self.failed = self.total = self.before = self.in_flight = 0
        self.bar = None

    @contextlib.contextmanager
    def track(self, done, missing):
        """Show progress during a block, in which `missing` runs are executed after `done` earlier ones."""
        self.before, self.total = done, done + missing
        self.log(f"{self.total} runs, {done} done already, {missing} to do")
        live = sys.stderr.isatty() and missing > 0
        # Average speed since the start: parallel runs end together, which would make a shorter average jump.
        self.bar = tqdm(total=self.total, initial=done, unit="run", smoothing=0, dynamic_ncols=True, disable=not live)
        with self.bar:
            yield

    def running(self, count):
        """Show how many runs are being executed."""
        self.in_flight = count
        self.bar.set_postfix_str(f"{self.done} done, {self.failed} failed, {self.in_flight} running")

    def update(self, record, kept):
        """Count a finished run; `kept` is false if it failed and an older result was kept instead."""
        failed = record["status"] == "failed"
        self.failed += failed
        self.done += not failed
        self.bar.update()
        self.running(self.in_flight - 1)
        if failed or self.bar.disable:
            note = "" if kept else "; its older result is kept"
            self.log(f"[{self.before + self.done + self.failed}/{self.total}] {describe(record)}{note}")

    def summary(self):
        """Summarize the counts in a sentence."""
        left = self.total - self.before - self.done - self.failed
        return f"{self.before + self.done} of {self.total} runs are done, {self.failed} failed, {left} are left."

    def log(self, line):
        """Print a line, above the bar if there is one."""
        with tqdm.external_write_mode():
            click.echo(line)


def describe(record):
    """One line about a finished run."""
    if record["status"] == "failed":
        return f"{record['id']} failed: {record['error_type']}: {record['error']}"
    scalars = {name: value for name, value in record["result"].items() if not isinstance(value, (list, dict, type(None)))}
    values = " ".join(f"{name}={value}" for name, value in scalars.items())
    return f"{record['id']} done in {record['seconds']} s: {values}"
