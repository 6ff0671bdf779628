"""The findings of a sweep: choice, tables and figures, from tables written here."""

import json

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from mnist_mlp import plots
from mnist_mlp.sweep.errors import SweepError
from mnist_mlp.sweep.summary import read_summary

METRICS = ("final_loss", "test_accuracy", "validation_accuracy")


@pytest.fixture
def make_sweep(tmp_path):
    """Function of rows, each parameters, status and metrics, that writes sweep.json and results.csv."""

    def make(rows, columns=("rate", "beta", "seed")):
        runs, table = {}, []
        for number, (parameters, status, metrics) in enumerate(rows):
            id = f"{number:012}"
            runs[id] = {"epochs": 5, **parameters}
            errors = {"error_type": "ValueError", "error": f"message {number}"} if status == "failed" else {}
            given = {name: runs[id][name] for name in columns}
            table.append({"id": id, "status": status, **given, **metrics, "seconds": 1.5, **errors})
        manifest = {"notebook": {"name": "n.ipynb", "digest": "digest"}, "columns": columns, "runs": runs, "sweeps": []}
        (tmp_path / "sweep.json").write_text(json.dumps(manifest))
        header = ["id", "status", *columns, *METRICS, "seconds", "error_type", "error"]
        pd.DataFrame(table).reindex(columns=header).to_csv(tmp_path / "results.csv", index=False)
        return read_summary(tmp_path)

    return make


def run(rate, beta, seed, validation=None, test=None, loss=None, status="done"):
    metrics = dict(zip(METRICS, (loss, test, validation)))
    return {"rate": rate, "beta": beta, "seed": seed}, status, metrics


def test_the_best_median_wins_and_failed_runs_count_as_the_worst(make_sweep):
    summary = make_sweep(
        [
            *(run(0.1, 0.9, seed, 0.95, 0.99) for seed in range(3)),
            *(run(1.0, 0.9, seed, accuracy, 0.90) for seed, accuracy in enumerate([0.97, 0.96, 0.10])),
            run(10.0, 0.9, 0, 0.99, 0.99),
            *(run(10.0, 0.9, seed, status="failed") for seed in (1, 2)),
        ]
    )
    assert summary.parameters == ["rate"] and summary.fixed == {"beta": 0.9} and summary.ranked
    table = summary.configurations()
    assert list(table["rate"]) == [1.0, 0.1, 10.0]
    np.testing.assert_allclose(table["median"], [96, 95, -np.inf])
    np.testing.assert_allclose(table["lowest"], [10, 95, 99])
    assert list(table["failed"]) == [0, 0, 2]
    # The test accuracy is that of the choice, though another configuration has a better one.
    expected = {"runs": 9, "done": 7, "chosen": "rate=1", "median_validation_accuracy": 0.96, "median_test_accuracy": 0.90}
    assert summary.result() == expected
    assert list(summary.top()["median"]) == ["96.00", "95.00", "failed"] and list(summary.top().index) == [1, 2, 3]
    assert list(summary.top()["done"]) == ["3 of 3", "3 of 3", "1 of 3"]
    assert not any("test" in name for name in summary.top())
    assert "2 with ValueError, for example: message 7" in summary.describe()


def test_without_a_validation_accuracy_nothing_is_chosen(make_sweep):
    summary = make_sweep([run(rate, 0.9, 0, test=test, loss=loss) for rate, test, loss in [(0.1, 0.8, 0.9), (1.0, 0.9, 0.5)]])
    assert summary.metric == "final_loss" and summary.lower_is_better and not summary.ranked
    assert summary.result() == {"runs": 2, "done": 2, "chosen": None}
    assert list(summary.top()["rate"]) == ["0.1", "1"] and set(summary.top().index) == {""}
    assert "final_loss, which is not used to choose; no run has recorded a validation_accuracy" in summary.describe()


def test_a_test_accuracy_alone_is_not_used_to_compare(make_sweep):
    summary = make_sweep([run(rate, 0.9, 0, test=rate) for rate in (0.1, 0.2)])
    assert summary.metric is None and summary.chosen() is None
    assert "a test accuracy must not be used to choose" in summary.describe()


def test_runs_without_the_metric_come_last_and_are_not_drawn_as_failed(make_sweep):
    summary = make_sweep([run(0.1, 0.9, 0), run(1.0, 0.9, 0, 0.9), run(3.0, 0.9, 0, status="missing")])
    assert list(summary.configurations()["rate"]) == [1.0, 0.1, 3.0]
    profile = summary.profile("rate")
    assert list(profile["value"]) == [1.0] and not profile["failed"].any()
    assert summary.describe().startswith(f"{summary.path.name}: 3 runs of n.ipynb, 2 done, 1 missing\n")


def test_a_profile_marks_the_best_configuration_with_each_value(make_sweep):
    accuracies = {(0.1, 0.0): 0.80, (0.1, 0.9): 0.85, (1.0, 0.0): 0.20, (1.0, 0.9): 0.95}
    summary = make_sweep([run(*pair, seed, accuracy) for pair, accuracy in accuracies.items() for seed in (0, 1)])
    best = summary.profile("beta").query("best")
    assert sorted(set(zip(best["value"], best["metric"].round(6)))) == [(0.0, 80.0), (0.9, 95.0)]
    np.testing.assert_allclose(summary.grid(), [[80, 20], [85, 95]])
    assert summary.grid().index.name == "beta" and summary.grid().columns.name == "rate"
    pairs = summary.by_seed(2)
    assert list(pairs) == ["rate=1, beta=0.9", "rate=0.1, beta=0.9"] and list(pairs.index) == [0, 1]
    np.testing.assert_allclose(pairs.to_numpy(), [[95, 85], [95, 85]])


def test_random_draws_make_no_grid(make_sweep):
    assert make_sweep([run(rate, rate / 20, 0, 0.5) for rate in (1.0, 2.0, 3.0)]).grid() is None


def test_texts_stay_texts(make_sweep):
    """Reading a table would take the text None for a missing value, and 08 for a number."""
    texts = ["None", "08", "NA"]
    summary = make_sweep([run(text, 0.9, 0, 0.5) for text in texts])
    assert list(summary.runs["rate"]) == texts and len(summary.configurations()) == 3


def test_curves_are_those_of_the_median_runs(make_sweep, tmp_path):
    summary = make_sweep([run(rate, 0.9, seed, rate + seed / 100) for rate in (0.1, 0.5, 0.9) for seed in range(3)])
    (tmp_path / "runs").mkdir()
    for id, history in {7: [{"epoch": 0, "loss": 2.0}], 4: [{"step": 1}], 1: [{"epoch": 0, "loss": 3.0}]}.items():
        (tmp_path / "runs" / f"{id:012}.json").write_text(json.dumps({"result": {"history": history}}))
    best, worst = summary.histories(2)
    assert best == {"rate=0.9": [{"epoch": 0, "loss": 2.0}]} and worst == {"rate=0.1": [{"epoch": 0, "loss": 3.0}]}


def test_a_directory_without_a_sweep_is_named(tmp_path):
    with pytest.raises(SweepError, match=r"directory must hold sweep\.json and results\.csv .* got '.*'"):
        read_summary(tmp_path)


@pytest.mark.filterwarnings("error")
def test_every_figure_of_a_sweep_whose_configurations_all_fail_on_some_seed(make_sweep):
    runs = [(run(rate, beta, 0, 0.5), run(rate, beta, 1, status="failed")) for rate in (0.1, 1.0) for beta in (0.0, 0.9)]
    summary = make_sweep([one for pair in runs for one in pair])
    assert summary.chosen() is None and np.isneginf(summary.grid().to_numpy()).all()
    profiles = {name: summary.profile(name) for name in summary.parameters}
    for figure in (
        plots.draw_profiles(profiles, summary.metric_label, summary.percent),
        plots.draw_heat_map(summary.grid(), summary.metric_label, summary.percent),
    ):
        figure.savefig(summary.path / "figure.png")
        plt.close(figure)
