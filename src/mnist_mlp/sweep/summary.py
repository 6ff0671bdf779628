"""The findings of a sweep: runs grouped by configuration, best first, for tables, figures and text."""

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from mnist_mlp.sweep.errors import SweepError
from mnist_mlp.sweep.storage import (
    MANIFEST,
    OWN,
    RANKED_BY,
    TABLE,
    WITH_RESULT,
    SweepDirectory,
    parameter_columns,
    read_results,
)

SEED = "seed"
TEST = "test"  # metrics of test images must not be used to choose


@dataclass(frozen=True)
class SweepSummary:
    """Runs of a sweep. Runs that differ only in their seed are one configuration."""

    path: Path
    manifest: dict  # content of sweep.json
    runs: pd.DataFrame  # by id: number of the configuration, then the columns of results.csv
    fixed: dict  # given parameters that are the same in all runs
    parameters: list  # names of those that differ between configurations
    metric: str | None  # for comparing runs: validation accuracy, else the first number that is not from the test set

    @property
    def finished(self):
        """Whether a run has a result, for each run."""
        return self.runs["status"].isin(WITH_RESULT)

    @property
    def ranked(self):
        """Whether the metric may be used to choose, that is, comes from images set aside for it."""
        return self.metric == RANKED_BY

    @property
    def percent(self):
        """Whether the metric is an accuracy, judging by its name; it is shown in percent."""
        return (self.metric or "").endswith("accuracy")

    @property
    def metric_label(self):
        """Name of the metric with its unit, for axes and tables."""
        return (self.metric or "nothing recorded").replace("_", " ") + (" (%)" if self.percent else "")

    @property
    def lower_is_better(self):
        """Whether the metric is a loss or an error, judging by its name."""
        return (self.metric or "").endswith(("loss", "error"))

    def configurations(self):
        """Table of the configurations, the best median first: parameters that differ, ``done`` and ``failed`` runs, metric.

        A failed run counts as the worst possible: a configuration that fails with half of its seeds has an infinite median.
        """
        groups = self.runs.groupby("configuration")
        table = groups[self.parameters].first()
        for name, chosen in (("done", self.finished), ("failed", self.runs["status"] == "failed")):
            table[name] = chosen.groupby(self.runs["configuration"]).sum()
        worst = np.inf if self.lower_is_better else -np.inf
        values = self.values()
        counted = values.mask(self.runs["status"] == "failed", worst).groupby(self.runs["configuration"])
        done = values.groupby(self.runs["configuration"])
        table = table.assign(median=counted.median(), lowest=done.min(), highest=done.max())
        return table.sort_values("median", ascending=self.lower_is_better, kind="stable")

    def values(self):
        """Metric of each run, an accuracy in percent; NaN where a run is not done."""
        if self.metric is None:
            return pd.Series(np.nan, self.runs.index)
        unit = 0.01 if self.percent else 1
        return (pd.to_numeric(self.runs[self.metric], errors="coerce") / unit).where(self.finished)

    def label(self, configuration):
        """Name a configuration by its parameters."""
        row = self.runs[self.runs["configuration"] == configuration].iloc[0]
        return ", ".join(f"{name}={show(row[name])}" for name in self.parameters) or "all runs"

    def profile(self, parameter):
        """Compare the values of one parameter, each with the other parameters at their best."""
        configuration = self.runs["configuration"]
        best = self.configurations().dropna(subset="median").reset_index().groupby(parameter)["configuration"].first()
        failed = self.runs["status"] == "failed"
        table = pd.DataFrame(
            {"value": self.runs[parameter], "metric": self.values(), "failed": failed, "best": configuration.isin(best)}
        )
        return table[failed | table["metric"].notna()]

    def grid(self):
        """Cross-tabulate the first two parameters, any others at their best."""
        if len(self.parameters) < 2:
            return None
        columns, rows = self.parameters[:2]
        best = self.configurations().drop_duplicates([rows, columns])
        table = best.pivot(index=rows, columns=columns, values="median")
        return table if 2 * len(best) >= table.size else None

    def histories(self, count):
        """Read the loss curves of the best and of the worst configurations, each by its median run."""
        order = self.configurations().dropna(subset="lowest").index
        best = order[: min(count, (len(order) + 1) // 2)]
        worst = order[max(len(best), len(order) - count) :]
        return self._histories(best), self._histories(worst)

    def _histories(self, configurations):
        found = {self.label(number): _read_history(self.path, self.median_run(number)) for number in configurations}
        return {label: history for label, history in found.items() if history}

    def median_run(self, configuration):
        """Id of the median run of a configuration."""
        values = self.values()[(self.runs["configuration"] == configuration) & self.finished].dropna()
        return values.sort_values(kind="stable").index[(len(values) - 1) // 2]

    def by_seed(self, count):
        """Compare the best configurations seed by seed."""
        order = self.configurations().dropna(subset="lowest").index[:count]
        seeds = self.runs[SEED] if SEED in self.runs else pd.Series(0, self.runs.index, name=SEED)
        table = self.values().groupby([seeds, self.runs["configuration"]]).first().unstack()[order]
        return table.set_axis([self.label(number) for number in order], axis="columns")

    def top(self, count=10):
        """Readable table of the best configurations: accuracies in percent, no column of the test set."""
        table = self.configurations()
        table = table if self.ranked else table.sort_index()
        shown = table.head(count).copy()
        shown.index = range(1, len(shown) + 1) if self.ranked else [""] * len(shown)
        for name in self.parameters:
            shown[name] = shown[name].map(show)
        for name in ("median", "lowest", "highest"):
            shown[name] = [self.show_metric(value) for value in shown[name]]
        n_runs = self.runs.groupby("configuration").size().loc[table.index[:count]].to_numpy()
        shown["done"] = [f"{done} of {runs}" for done, runs in zip(shown["done"], n_runs)]
        return shown.drop(columns="failed").rename_axis(columns=self.metric_label)

    def show_metric(self, value):
        """Format a metric; that of a failed configuration is "failed"."""
        if not np.isfinite(value):
            return "" if np.isnan(value) else "failed"
        return f"{value:.2f}" if self.percent else f"{value:.4g}"

    def describe(self):
        """Describe in a few lines what was run, and how it is compared."""
        (_, runs), *others = self.facts()
        return "\n".join([f"{self.path.name}: {runs}", *(f"{name}: {text}" for name, text in others)])

    def facts(self):
        """List what was run and how it is compared, as pairs of a name and a text."""
        counts = self.runs["status"].value_counts()
        varied = [f"{name} ({_show_values(self.runs[name])})" for name in self.parameters]
        seeds = self.runs[SEED].nunique() if SEED in self.runs else 1
        notebook = self.manifest["notebook"]["name"]
        statuses = ", ".join(f"{count} {status}" for status, count in counts.items())
        return [
            ("runs", f"{len(self.runs)} runs of {notebook}, {statuses}"),
            *(("problem", text) for text in self.errors),
            ("varied", " × ".join(varied) or "no parameter"),
            ("seeds", f"{seeds}" + ("" if seeds > 1 else "; the effect of chance is unknown")),
            ("fixed", ", ".join(f"{name}={show(value)}" for name, value in self.fixed.items()) or "nothing"),
            ("judged by", self._describe_metric()),
        ]

    @property
    def errors(self):
        """Errors and warnings of runs, a text for each type with an example."""
        errors = self.runs[self.runs["error_type"].notna()].groupby("error_type", sort=False)["error"]
        warned = self.runs["warning"].dropna() if "warning" in self.runs else ()
        texts = [(name, texts) for name, texts in errors] + ([("a warning", warned)] if len(warned) else [])
        return [f"{len(text)} with {name}, for example: {text.iloc[0]}" for name, text in texts]

    @property
    def varied(self):
        """Names of all parameters that differ between runs, the seed among them."""
        return [*self.parameters, *([SEED] if SEED in self.runs and SEED not in self.fixed else [])]

    def _describe_metric(self):
        if self.ranked:
            return self.metric
        if self.metric is None:
            return f"nothing; no run has recorded a {RANKED_BY}, and a test accuracy must not be used to choose"
        return f"{self.metric}, which is not used to choose; no run has recorded a {RANKED_BY} (set n_validation)"

    def chosen(self):
        """Find the number of the configuration with the best median validation accuracy; None if there is none."""
        finite = self.configurations()["median"].replace([np.inf, -np.inf], np.nan).dropna()
        return int(finite.index[0]) if self.ranked and len(finite) else None

    def result(self):
        """Summarize the findings for `record_result`: the choice, and its test accuracy, used only here."""
        result = {"runs": len(self.runs), "done": int(self.finished.sum())}
        number = self.chosen()
        if number is None:
            return result | {"chosen": None}
        result["chosen"] = self.label(number)
        runs = self.runs[(self.runs["configuration"] == number) & self.finished]
        for name in (RANKED_BY, "test_accuracy"):
            if name in runs:
                result[f"median_{name}"] = float(pd.to_numeric(runs[name], errors="coerce").median())
        return result


def read_summary(directory):
    """Read the sweep.json and results.csv of a sweep; a SweepError if they do not exist."""
    path = Path(directory)
    manifest = SweepDirectory(path).read_manifest()
    if manifest is None or not (path / TABLE).is_file():
        raise SweepError(f"directory must hold {MANIFEST} and {TABLE} as mnist-mlp sweep leaves them, got {str(directory)!r}")
    columns = parameter_columns(manifest)
    # Parameters come from sweep.json, which preserves their types.
    recorded = read_results(path / TABLE).set_index("id").drop(columns=columns.values(), errors="ignore")
    given = pd.DataFrame.from_dict(manifest["runs"], orient="index").rename(columns=columns)[list(columns.values())]
    runs = given.join(recorded)
    runs["status"] = runs["status"].fillna("missing")
    differ = [name for name in given if runs[name].nunique() > 1]
    parameters = [name for name in differ if name != SEED]
    runs.insert(0, "configuration", runs.groupby(parameters, sort=False, dropna=False).ngroup() if parameters else 0)
    fixed = {name: runs[name].iloc[0] for name in given if name not in differ}
    metric = _find_metric(runs.drop(columns=[*OWN, *given], errors="ignore")[runs["status"].isin(WITH_RESULT)])
    return SweepSummary(path.resolve(), manifest, runs, fixed, parameters, metric)


def _find_metric(recorded):
    """Name of the column for comparing runs: validation accuracy, else the first number that is not from the test set."""
    numbers = recorded.apply(pd.to_numeric, errors="coerce").dropna(axis="columns", how="all").columns
    allowed = [name for name in numbers if not name.startswith(TEST)]
    return RANKED_BY if RANKED_BY in allowed else next(iter(allowed), None)


def _read_history(path, id):
    with contextlib.suppress(OSError, ValueError):
        record = json.loads((path / "runs" / f"{id}.json").read_text(encoding="utf-8"))
        history = (record["result"] or {}).get("history", ())
        return [row for row in history if {"epoch", "loss"} <= set(row)]
    return []


def _show_values(column):
    values = column.drop_duplicates().tolist()
    if len(values) > 8:
        numbers = all(isinstance(value, (int, float)) for value in values)
        return f"{len(values)} values" + (f" from {show(min(values))} to {show(max(values))}" if numbers else "")
    return ", ".join(show(value) for value in values)


def show(value):
    """Format the value of a parameter."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
