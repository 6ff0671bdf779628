"""Runs per minute of a notebook that does nothing: `mnist-mlp sweep` against shell loops over papermill's command line.

In turn: the sweep with two jobs, a loop that runs two at a time, and a loop that runs one at a time. Start-up counts.
Usage: python tests/benchmarks/sweep_overhead.py [RUNS] [REPEATS]
"""

import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from helpers.sweeps import command, record, write_notebook


def timed(arguments, **options):
    """Seconds that a command takes."""
    start = time.perf_counter()
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    return time.perf_counter() - start


def main(runs=20, repeats=5):
    papermill = Path(sysconfig.get_path("scripts"), "papermill")
    rates = {"sweep": [], "loop, two at a time": [], "loop": []}
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            notebook = write_notebook(Path(folder, "nothing.ipynb"), "x: int = 1  # number", record("x=x"))
            grid = ",".join(map(str, range(runs)))
            loop = f"seq {runs} | xargs -I @ -P {{}} {papermill} {notebook} {folder}/@.ipynb -p x @"
            seconds = (
                timed(command("sweep", notebook, "--grid", f"x={grid}", "--output", f"{folder}/out", "--jobs", 2)),
                timed(loop.format(2), shell=True),
                timed(loop.format(1), shell=True),
            )
        for values, taken in zip(rates.values(), seconds):
            values.append(60 * runs / taken)
        print("  ".join(f"{name}: {values[-1]:.0f}" for name, values in rates.items()), flush=True)
    print("median runs a minute:", {name: round(statistics.median(values)) for name, values in rates.items()})


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
