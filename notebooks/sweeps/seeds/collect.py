"""Collect a sweep over seeds into one file of arrays: those of runs.npz and batches.npz.

runs.npz, twenty runs of the original's recipe, for notebooks 8, 11, 12 and 19: about forty minutes on two cores, then a second.

    mnist-mlp sweep notebooks/mnist_from_scratch.ipynb --output runs/seeds --no-report \
        --grid seed=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19
    python notebooks/sweeps/seeds/collect.py runs/seeds notebooks/sweeps/seeds/runs.npz

batches.npz, twenty runs in mini-batches, for notebook 19, which shows the two commands: a few minutes.

Both hold seed (20,), epoch (n,), loss (20, n), test_accuracy (20,) and, for each test image, whether a run classifies it
correctly: correct (20, 10000).
"""

import json
import sys
from pathlib import Path

import numpy as np


def collect(directory, file):
    """Write the results of a sweep over seeds into one file of arrays."""
    records = [json.loads(path.read_bytes()) for path in Path(directory, "runs").glob("*.json")]
    records.sort(key=lambda record: record["parameters"]["seed"])
    results = [record["result"] for record in records]
    correct = np.ones((len(results), 10_000), dtype=bool)
    for row, result in zip(correct, results):
        row[result["wrong_test_images"]] = False
    np.savez_compressed(
        file,
        seed=[record["parameters"]["seed"] for record in records],
        epoch=[row["epoch"] for row in results[0]["history"]],
        loss=[[row["loss"] for row in result["history"]] for result in results],
        test_accuracy=[result["test_accuracy"] for result in results],
        correct=correct,
    )


if __name__ == "__main__":
    collect(*sys.argv[1:])
