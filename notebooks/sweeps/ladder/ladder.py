"""The sweeps behind notebook 16, of recipe.ipynb: a process of one thread for each run.

    python notebooks/sweeps/ladder/ladder.py choose     # by 10,000 validation images, choices.csv: an hour
    python notebooks/sweeps/ladder/ladder.py climb      # the rungs, by the test images, rungs.csv: half an hour
    python notebooks/sweeps/ladder/ladder.py compare    # three of them in PyTorch, pytorch.csv: four minutes

The runs are in runs/ladder; the same command continues after a stop.
"""

import subprocess
import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
WIDE = "-p layer_sizes=784-256-128-10"
CHOICES = {
    "maps": "--grid layer_sizes=784-104-64-10,784-256-128-10 --grid augment=none,shift,affine,elastic",
    "reach": f"{WIDE} -p augment=affine --grid reach=0.67,1,1.33,1.67 --grid epochs=15,40",
    "rate": f"{WIDE} -p augment=affine -p epochs=15 --grid batch_size=128,256 --grid learning_rate=0.5,1,2",
    "views": f"{WIDE} -p augment=affine -p epochs=15 --grid views=1,9,25",
    "bend": f"{WIDE} -p augment=elastic -p epochs=15 --grid bend=6,12,24,34",
    "width": "--grid layer_sizes=784-256-128-10,784-512-256-10 --grid augment=affine,elastic"
    " -p epochs=40 -p reach=1.33 -p batch_size=256 -p learning_rate=2 -p views=9",
}
RUNGS = {
    "batches": "",
    "shifts": "-p augment=shift",
    "affine": f"{WIDE} -p augment=affine -p epochs=15",
    "longer": f"{WIDE} -p augment=affine -p epochs=40 -p reach=1.33",
    "everything": "-p layer_sizes=784-512-256-10 -p augment=elastic -p epochs=120 -p reach=1.33 -p batch_size=256"
    " -p learning_rate=2 -p views=9",
}
COMPARED = ("batches", "shifts", "affine")
TASKS = {
    "choose": (CHOICES, "choices.csv", "--grid seed=0,1,2 -p n_validation=10000"),
    "climb": (RUNGS, "rungs.csv", "--grid seed=0,1,2,3,4"),
    "compare": ({name: RUNGS[name] for name in COMPARED}, "pytorch.csv", "--grid seed=0,1,2,3,4 -p library=torch"),
}


def main(task):
    """Do the runs of a task, and write all of them into one table."""
    recipes, file, common = TASKS[task]
    tables = {}
    for name, recipe in recipes.items():
        output = Path("runs/ladder", task, name)
        options = f"--jobs 1 --no-report {recipe} {common}".split()
        subprocess.run(["mnist-mlp", "sweep", HERE / "recipe.ipynb", "--output", output, *options], check=True)
        tables[name] = pd.read_csv(output / "results.csv")
    table = pd.concat(tables, names=["sweep", None]).reset_index(level=0)
    kept = table.drop(columns=["id", "status", "warning", "error_type", "error", "seconds"])
    kept.to_csv(HERE / file, index=False, lineterminator="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
