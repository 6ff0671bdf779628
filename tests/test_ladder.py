"""The committed tables of notebook 16 against the recipes, and one recipe against its row."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

LADDER = Path(__file__).parent.parent / "notebooks/sweeps/ladder"
RUNGS = pd.read_csv(LADDER / "rungs.csv")
# A rung, and the test accuracy and CPU seconds that notebook 16 promises of it.
PROMISED = {"batches": (0.98, 5), "shifts": (0.985, 8), "affine": (0.99, 20), "longer": (0.992, 60), "everything": (0.994, 300)}


def load_ladder(monkeypatch):
    monkeypatch.syspath_prepend(LADDER)
    import ladder

    return ladder


@pytest.mark.parametrize("rung, promised", PROMISED.items())
def test_a_rung_keeps_what_it_promises(rung, promised):
    runs = RUNGS[RUNGS.sweep == rung]
    assert sorted(runs.seed) == [0, 1, 2, 3, 4]
    assert runs.accuracy.mean() >= promised[0]
    assert runs.cpu_seconds.median() <= promised[1]


@pytest.mark.parametrize("task, file", [("choose", "choices.csv"), ("climb", "rungs.csv"), ("compare", "pytorch.csv")])
def test_a_table_holds_the_runs_that_the_script_asks_for(task, file, monkeypatch):
    recipes, name, common = load_ladder(monkeypatch).TASKS[task]
    assert name == file
    table = pd.read_csv(LADDER / file)
    assert list(table.sweep.unique()) == list(recipes)
    for sweep, recipe in recipes.items():
        runs = table[table.sweep == sweep]
        options = [words.split("=", 1) for words in f"{recipe} {common}".split() if not words.startswith("-")]
        expected = 1
        for column, values in options:
            assert set(runs[column].astype(str)) == set(map(str, pd.Series(values.split(",")).astype(runs[column].dtype)))
            expected *= len(values.split(","))
        assert len(runs) == expected


def test_the_first_rung_gives_its_row_again(tmp_path):
    """Another processor rounds differently, and thousands of updates amplify that to the spread between seeds."""
    command = [Path(sys.executable).with_name("mnist-mlp"), "run", LADDER / "recipe.ipynb", "--output", tmp_path]
    subprocess.run(command, check=True, capture_output=True)
    result = json.loads((tmp_path / "recipe.json").read_text())["result"]
    row = RUNGS[(RUNGS.sweep == "batches") & (RUNGS.seed == 0)]
    assert result["accuracy"] == pytest.approx(row.accuracy.item(), abs=0.003)
    assert result["cpu_seconds"] > 0
