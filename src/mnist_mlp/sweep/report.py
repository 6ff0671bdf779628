"""The report of a sweep: one self-contained HTML file."""

import shlex
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from mnist_mlp.sweep.storage import OWN, now, write_whole
from mnist_mlp.sweep.summary import read_summary, show

REPORT = "report.html"
TEMPLATE = Path(__file__).with_name("report.html.jinja")
N_BEST = 10  # rows in the table of the best configurations
N_CURVES = 3  # loss curves of the best, and as many of the worst


def write_report(directory):
    """Render DIR/report.html; an existing one is replaced once the new one is complete."""
    # Imported here: it would delay a sweep without a report.
    import jinja2

    summary = read_summary(directory)
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    page = template.render(
        summary=summary,
        written=now(),
        sweeps=[sweep | {"command": _command(summary, sweep)} for sweep in summary.manifest["sweeps"]],
        figures=_figures(summary),
        best=summary.top(N_BEST),
        runs=_runs(summary),
    )
    write_whole(Path(directory) / REPORT, page)
    return Path(directory) / REPORT


def _command(summary, sweep):
    """Command line that repeats a sweep."""
    words = ["mnist-mlp", "sweep", summary.manifest["notebook"]["name"], "--output", summary.path.name]
    for name, value in sweep["parameters"].items():
        words += ["-p", f"{name}={value}"]
    for name, values in sweep["grid"].items():
        words += ["--grid", f"{name}={','.join(map(str, values))}"]
    for name, distribution in sweep["random"].items():
        words += ["--random", f"{name}={distribution}"]
    if sweep["random"]:
        words += ["--trials", str(sweep["trials"]), "--seed", str(sweep["seed"])]
    return shlex.join(words)


def _figures(summary):
    """Title, alternative text and picture of each figure for which there is data."""
    from mnist_mlp import plots

    label = summary.metric_label
    profiles = {name: profile for name in summary.parameters if len(profile := summary.profile(name))}
    if summary.metric and profiles:
        alt = f"{label} of each run against {', '.join(profiles)}; one panel for each parameter."
        yield (
            "Each parameter, the others at their best",
            alt,
            _picture(plots.draw_profiles, profiles, label, summary.percent, ""),
        )
    grid = summary.grid()
    if summary.metric and grid is not None:
        rows, columns = grid.index.name, grid.columns.name
        alt = f"Map of the median {label} by {columns} and {rows}."
        yield f"{columns} and {rows} at once", alt, _picture(plots.draw_heat_map, grid, f"median {label}", summary.percent, "")
    best, worst = summary.histories(N_CURVES)
    if best:
        alt = f"Loss by epoch of {'; '.join([*best, *worst])}."
        yield "Loss of the best and of the worst", alt, _picture(plots.draw_best_and_worst, best, worst, "")


def _picture(draw, *arguments):
    """Figure as a data URL."""
    import matplotlib.pyplot as plt

    figure, content = draw(*arguments), BytesIO()
    figure.savefig(content, dpi=150)
    plt.close(figure)
    return f"data:image/png;base64,{b64encode(content.getvalue()).decode()}"


def _runs(summary):
    """Rows of the table of all runs: id, link to its notebook if it exists, status, parameters, metric, seconds, error."""
    values = summary.values()
    for id, run in summary.runs.iterrows():
        kept = (summary.path / "runs" / f"{id}.ipynb").is_file()
        yield {
            "id": id,
            "notebook": f"runs/{quote(id)}.ipynb" if kept else None,
            "parameters": [show(run[name]) for name in summary.varied],
            "metric": summary.show_metric(values[id]),
            **{name: "" if run.get(name) != run.get(name) or run.get(name) is None else run[name] for name in OWN[2:]},
        }
