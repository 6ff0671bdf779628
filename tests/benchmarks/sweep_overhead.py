"""Runs per minute of a notebook that does nothing: `mnist-mlp sweep` beside a shell loop over papermill's command line.

Both with two jobs, in turns. Usage: python tests/benchmarks/sweep_overhead.py [RUNS] [REPEATS]
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from sweeps import command, record, write_notebook

JOBS = 2


def timed(arguments, **options):
    """Seconds that a command takes."""
    start = time.perf_counter()
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    return time.perf_counter() - start


def main(runs=20, repeats=5):
    papermill = Path(sys.executable).with_name("papermill")
    rates = {"sweep": [], "papermill": []}
    for repeat in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            notebook = write_notebook(Path(folder, "nothing.ipynb"), "x: int = 1  # number", record("x=x"))
            grid = ",".join(map(str, range(runs)))
            seconds = timed(command("sweep", notebook, "--grid", f"x={grid}", "--output", f"{folder}/out", "--jobs", JOBS))
            rates["sweep"].append(60 * runs / seconds)
            loop = f"seq {runs} | xargs -P {JOBS} -I @ {papermill} {notebook} {folder}/@.ipynb -p x @"
            rates["papermill"].append(60 * runs / timed(loop, shell=True))
        print(
            f"{repeat + 1}: " + ", ".join(f"{name} {values[-1]:.0f} runs a minute" for name, values in rates.items()),
            flush=True,
        )
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print(f"median: {medians['sweep']:.0f} to {medians['papermill']:.0f}, {medians['sweep'] / medians['papermill']:.1f} times")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
