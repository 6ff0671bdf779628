"""`make bench`: the course's network against the original, scikit-learn and PyTorch on the same work, side by side.

Every figure is the median over repeats; each repeat runs every contender once, in its own process, so that a slow moment of the
machine affects all of them. Prints Markdown tables and writes the measurements behind them to a JSON file. With ``--publish``
that file is the committed one, and the README and the notebooks that quote the tables get the new ones.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
COMMITTED = HERE / "results.json"
QUOTING = [ROOT / "README.md", ROOT / "notebooks/09_train.ipynb", ROOT / "notebooks/17_precision_and_speed.ipynb"]
# (contender, dtype): epochs timed in a process; the slower ones get fewer.
FULL_BATCH = {
    ("original", "float64"): 3,
    ("scikit-learn", "float64"): 5, ("scikit-learn", "float32"): 5,
    ("PyTorch", "float64"): 5, ("PyTorch", "float32"): 10,
    ("dense floor", "float64"): 5, ("dense floor", "float32"): 10,
    ("ours", "float64"): 10, ("ours", "float32"): 20,
}  # fmt: skip
BATCHES = {(name, dtype): 1 for name in ("scikit-learn", "PyTorch", "ours") for dtype in ("float64", "float32")}
ROWS = {7_500: 40, 15_000: 20, 30_000: 10, 60_000: 6, 600_000: 2}
TITLES = {"original": "the original, as published", "ours": "this course", "dense floor": "dense matrix products alone"}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--repeats", type=int, default=5)
    arguments.add_argument("--output", type=Path, default=Path("runs/bench.json"))
    arguments.add_argument("--publish", action="store_true", help="commit these figures: quote them wherever they are quoted")
    options = arguments.parse_args()
    bench = {"machine": machine(), "missing": [] if find_spec("torch") else ["PyTorch"], "jobs": jobs(options.repeats)}
    bench["batches to 90.06 %"] = [
        child("accuracy.py", {"recipe": False}) for _ in progress(range(options.repeats), "batches to 90.06 %")
    ]
    bench["recipe to 90.06 %"] = [child("accuracy.py", {"recipe": True}) for _ in progress(range(1), "recipe to 90.06 %")]
    output = COMMITTED if options.publish else options.output
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(bench, indent=1) + "\n")
    print(render(bench))
    if options.publish:
        publish(bench)


def jobs(repeats):
    """Measurements of every job, each a list with one dict per repeat."""
    full = [
        dict(contender=name, dtype=dtype, rows=60_000, batch_size=None, epochs=n) for (name, dtype), n in FULL_BATCH.items()
    ]
    batches = [dict(contender=name, dtype=dtype, rows=60_000, batch_size=128, epochs=n) for (name, dtype), n in BATCHES.items()]
    sizes = [dict(contender="ours", dtype="float32", rows=rows, batch_size=None, epochs=n) for rows, n in ROWS.items()]
    groups = {"full batch": full, "batches of 128": batches, "rows": sizes}
    wanted = {
        name: [{**job, "measured": []} for job in group if job["contender"] != "PyTorch" or find_spec("torch")]
        for name, group in groups.items()
    }
    for name, group in wanted.items():
        for _ in progress(range(repeats), name):
            for job in group:
                job["measured"].append(child("contenders.py", {k: v for k, v in job.items() if k != "measured"}))
    return wanted


def progress(repeats, name):
    for repeat in repeats:
        print(f"{name}: {repeat + 1} of {len(repeats)}", file=sys.stderr, flush=True)
        yield repeat


def child(script, job):
    command = [sys.executable, HERE / script, json.dumps(job)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def machine():
    """What the figures depend on."""
    blas = child("blas.py", {})
    packages = [name for name in ("numpy", "scikit-learn", "torch") if find_spec({"scikit-learn": "sklearn"}.get(name, name))]
    versions = {name: version(name) for name in packages}
    return {"cpu": cpu(), "cores": os.cpu_count(), "python": platform.python_version(), "blas": blas, "versions": versions}


def cpu():
    file = Path("/proc/cpuinfo")
    names = (
        [line.split(":")[1].strip() for line in file.read_text().splitlines() if "model name" in line] if file.exists() else []
    )
    return names[0] if names else platform.processor()


def render(bench):
    """Markdown of all tables."""
    return "\n\n".join([describe(bench), *(table(bench) for table in TABLES)])


def publish(bench):
    """Quote these figures in the README and the notebooks."""
    for path in QUOTING:
        text = path.read_text("utf-8")
        if path.suffix == ".ipynb":
            notebook = json.loads(text)
            for cell in notebook["cells"]:
                if cell["cell_type"] == "markdown":
                    cell["source"] = quote("".join(cell["source"]), bench).splitlines(keepends=True)
            text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        else:
            text = quote(text, bench)
        path.write_text(text, "utf-8")


def quote(text, bench):
    """Text with the tables and the machine that it quotes as they are in these figures."""
    for table in (table(bench) for table in TABLES):
        head = re.escape(table.split(" |")[0])
        text = re.sub(rf"^{head} \|.*(?:\n\|.*)+", lambda _, table=table: table, text, flags=re.MULTILINE)
    end = r"peak memory is the whole process\.(?: \S+ is not installed and was left out\.)*"
    return re.sub(rf"^.* cores; Python .*{end}", lambda _: describe(bench), text, flags=re.MULTILINE)


def describe(bench):
    m = bench["machine"]
    packages = ", ".join(f"{name} {number}" for name, number in m["versions"].items())
    missing = "".join(f" {name} is not installed and was left out." for name in bench["missing"])
    repeats = len(bench["batches to 90.06 %"])
    return (
        f"{m['cpu']}, {m['cores']} cores; Python {m['python']}, {packages}; {m['blas']}. Medians of {repeats} runs side "
        f"by side, each in a process of its own; peak memory is the whole process.{missing}"
    )


def figures(job):
    return {key: median(m[key] for m in job["measured"]) for key in ("seconds", "peak_mb")}


def summary_table(bench):
    """One row per contender, dtypes and batches side by side."""
    columns = [(name, dtype) for name in ("full batch", "batches of 128") for dtype in ("float64", "float32")]
    found = {(name, job["contender"], job["dtype"]): figures(job) for name, _ in columns for job in bench["jobs"][name]}
    lines = [
        "| seconds for 60,000 images | one update, float64 | float32 | batches of 128, float64 | float32 | peak, MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for contender in dict.fromkeys(name for _, name, _ in found if name != "dense floor"):
        own = [found.get((name, contender, dtype)) for name, dtype in columns]
        seconds = " | ".join(f"{f['seconds']:.2f}" if f else "–" for f in own)
        peak = max(f["peak_mb"] for f in own if f)
        lines.append(f"| {TITLES.get(contender, contender)} | {seconds} | {peak:.0f} |")
    return "\n".join(lines)


def full_batch_table(bench):
    return _comparison(bench["jobs"]["full batch"], "60,000 images, one update")


def batches_table(bench):
    return _comparison(bench["jobs"]["batches of 128"], "60,000 images in batches of 128")


def _comparison(group, title):
    """One row per contender; the original, which has only float64, is compared with this course in both."""
    names = list(dict.fromkeys(job["contender"] for job in group))
    found = {(job["contender"], job["dtype"]): figures(job) for job in group}
    lines = [
        f"| {title} | float64, s | float32, s | times float64 here | times float32 here | peak, MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name in names:
        own = [found.get((name, dtype)) or found[name, "float64"] for dtype in ("float64", "float32")]
        ratios = [f["seconds"] / found["ours", dtype]["seconds"] for f, dtype in zip(own, ("float64", "float32"))]
        seconds = [f"{f['seconds']:.3f}" if (name, dtype) in found else "–" for f, dtype in zip(own, ("float64", "float32"))]
        memory = "–" if name == "dense floor" else " / ".join(dict.fromkeys(f"{f['peak_mb']:.0f}" for f in own))
        lines.append(
            f"| {TITLES.get(name, name)} | {' | '.join(seconds)} | {' | '.join(f'{r:.2f}' for r in ratios)} | {memory} |"
        )
    return "\n".join(lines)


def accuracy_table(bench):
    """Updates and seconds until the test accuracy is that of the original."""
    recipe, batches = (
        {k: median(run[k] for run in bench[f"{name} to 90.06 %"]) for k in ("updates", "seconds")}
        for name in ("recipe", "batches")
    )
    an_update = next(figures(job)["seconds"] for job in bench["jobs"]["full batch"] if job["contender"] == "original")
    published = recipe["updates"] * an_update
    rows = [
        ("the original, as published (these updates times its seconds an update)", recipe["updates"], published),
        ("the original's recipe in this course, float32 (one run)", recipe["updates"], recipe["seconds"]),
        ("batches of 128, learning rate 1, consistent lookahead, float32", batches["updates"], batches["seconds"]),
    ]
    lines = ["| until 90.06 % of the test images | updates | seconds |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {updates:.0f} | {_short(seconds)} |" for name, updates, seconds in rows]
    return "\n".join(lines)


def _short(seconds):
    return f"{seconds:,.0f}" if seconds >= 100 else f"{seconds:.3g}"


def rows_table(bench):
    """Seconds and memory by number of images."""
    lines = ["| images, float32, one update | seconds | microseconds an image | peak MB |", "| ---: | ---: | ---: | ---: |"]
    for job in bench["jobs"]["rows"]:
        f = figures(job)
        place = " (on disk)" if job["rows"] > 60_000 else ""
        lines.append(
            f"| {job['rows']:,}{place} | {f['seconds']:.4f} | {1e6 * f['seconds'] / job['rows']:.2f} | {f['peak_mb']:.0f} |"
        )
    return "\n".join(lines)


TABLES = (summary_table, full_batch_table, batches_table, accuracy_table, rows_table)

if __name__ == "__main__":
    main()
