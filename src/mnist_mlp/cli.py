"""The `mnist-mlp` command."""

import math
import os
import statistics
import sys
from datetime import timedelta
from pathlib import Path

import click

MANY_RUNS = 1000
SHOWN_RUNS = 10

# Papermill and pandas take seconds to import: each command imports what it needs.


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main():
    """Run notebooks with different parameters."""
    for stream in (sys.stdout, sys.stderr):  # characters that the terminal cannot encode must not stop a run
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


report_option = click.option("--report/--no-report", default=True, help="Render DIR/report.html at the end.", show_default=True)


@main.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option(
    "--output", type=click.Path(path_type=Path), default="runs", help="Folder for the executed notebook.", show_default=True
)
@click.option("-p", "parameters", nargs=2, multiple=True, metavar="NAME VALUE", help="Change a parameter; may be repeated.")
def run(notebook, output, parameters):
    """Execute NOTEBOOK through papermill, and write the executed copy and its result as JSON.

    Example: mnist-mlp run notebooks/mnist_from_scratch.ipynb -p epochs 50 -p seed 1
    """
    from mnist_mlp.sweep.errors import SweepError
    from mnist_mlp.sweep.run import run_notebook

    names = [name for name, _ in parameters]
    try:
        if twice := [name for name in names if names.count(name) > 1]:
            raise SweepError(f"parameter {twice[0]} is given twice with -p")
        record = run_notebook(notebook, output, dict(parameters))
    except SweepError as error:
        raise click.UsageError(str(error)) from error
    accuracy = record["result"].get("test_accuracy")
    click.echo("Done" if accuracy is None else f"Test accuracy: {accuracy:.2%}", nl=False)
    click.echo(f"  ({record['seconds']} s, {record['peak_memory_mb']} MB)")
    click.echo(f"Written: {output / notebook.stem}.ipynb and {output / notebook.stem}.json")


@main.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option("--grid", multiple=True, metavar="NAME=V1,V2", help="Values to combine with all others; may be repeated.")
@click.option(
    "--random",
    multiple=True,
    metavar="NAME=loguniform(LOW,HIGH)",
    help="Draw a parameter at random; also uniform(LOW,HIGH); may be repeated.",
)
@click.option("--trials", type=click.IntRange(min=1), help="Number of draws; each is run with every combination of the grid.")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of the draws.  [default: 0]")
@click.option("-p", "parameters", multiple=True, metavar="NAME=VALUE", help="Value for all runs; may be repeated.")
@click.option("--from", "file", type=click.Path(path_type=Path), help="YAML file with grid, random, trials, seed, parameters.")
@click.option("--output", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Directory of the sweep.")
@click.option("--jobs", type=click.IntRange(min=1), help="Parallel runs on this machine.  [default: its cores]")
@click.option("--scheduler", metavar="ADDRESS", help="Run on this Dask cluster instead, for example tcp://host:8786.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="S", help="Seconds after which a run is stopped."
)
@click.option(
    "--retries", type=click.IntRange(min=0), default=0, help="Further attempts at a run that fails.", show_default=True
)
@click.option("--dry-run", is_flag=True, help="List the runs and estimate their time, without running them.")
@report_option
@click.option("--yes", is_flag=True, help=f"Allow more than {MANY_RUNS:,} runs.")
def sweep(notebook, output, jobs, scheduler, timeout, retries, dry_run, report, yes, **request):
    r"""Execute NOTEBOOK with many combinations of its parameters, and collect what each run recorded.

    Repeating the command runs only what is missing or failed; with more values, it adds their runs.

    \b
    Examples:
      mnist-mlp sweep notebooks/mnist_from_scratch.ipynb --output runs/momentum --jobs 2 \
        --grid learning_rate=0.1,1.0 --grid beta=0,0.9 -p epochs=10 -p batch_size=128 \
        -p lookahead=consistent -p n_validation=10000
      mnist-mlp sweep notebooks/mnist_from_scratch.ipynb --output runs/random \
        --random "learning_rate=loguniform(1e-3, 10)" --trials 20 --grid seed=0,1,2
      mnist-mlp sweep notebooks/mnist_from_scratch.ipynb --output runs/file --from sweep.yaml
      mnist-mlp results runs/momentum

    \b
    sweep.yaml:
      parameters: {epochs: 10, batch_size: 128, n_validation: 10000}
      grid: {learning_rate: [0.1, 1.0], beta: [0, 0.9]}

    Exit status: 0 all runs are done, 1 some failed, 2 invalid command, 130 stopped by Ctrl-C.
    """
    from mnist_mlp.sweep.errors import SweepError
    from mnist_mlp.sweep.notebook_file import read_notebook, read_parameters
    from mnist_mlp.sweep.search_space import read_search_space
    from mnist_mlp.sweep.storage import SweepDirectory
    from mnist_mlp.sweep.sweep import Sweep

    try:
        content = read_notebook(notebook)
        notebook_parameters = read_parameters(content)
        space = read_search_space(notebook_parameters, **request)
        if jobs and scheduler:
            raise SweepError("--jobs and --scheduler cannot be combined: a cluster has one run per worker thread at a time")
        if timeout and not math.isfinite(timeout):
            raise SweepError(f"--timeout must be finite, got {timeout}")
        if space.count > MANY_RUNS and not yes:
            raise SweepError(f"the sweep has {space.count:,} runs; add --yes to confirm")
        planned = Sweep(notebook, content, notebook_parameters, space, SweepDirectory(output))
        if dry_run:
            _list_runs(planned, jobs)
        else:
            sys.exit(_run(planned, jobs, scheduler, timeout, retries, report))
    except SweepError as error:
        raise click.UsageError(str(error)) from error


@main.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@report_option
def results(directory, report):
    """Rebuild DIR/results.csv and DIR/report.html from the runs of a sweep, and print the best ones.

    Runs are ranked by validation_accuracy, never by test accuracy. In a directory with the table but no notebooks, the table
    is left unchanged.

    Example: mnist-mlp results runs/momentum
    """
    from mnist_mlp.sweep.errors import SweepError
    from mnist_mlp.sweep.storage import SweepDirectory

    try:
        _print_table(SweepDirectory(directory).read_table(), directory)
    except SweepError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{directory} cannot be written to: {error.strerror}") from error
    if report:
        _report(directory)


def _list_runs(planned, jobs):
    """Print what a sweep would do."""
    import joblib

    done, missing = planned.partition_runs(click.echo)
    for id in missing:
        overrides = planned.overrides[id]
        click.echo(f"{id}  {'  '.join(f'{name}={value!r}' for name, value in overrides.items())}")
    click.echo(f"{len(planned.overrides)} runs, {len(done)} done already, {len(missing)} to do")
    jobs = jobs or joblib.cpu_count()
    if not done:
        click.echo("Time: unknown until a run is done")
    else:
        seconds = statistics.median(record["seconds"] for record in done) * len(missing) / jobs
        click.echo(f"Time: about {timedelta(seconds=round(seconds))}, {jobs} at once, based on the median of finished runs")


def _run(planned, jobs, scheduler, timeout, retries, report):
    """Execute a sweep, print the outcome, and return the exit status."""
    import joblib

    from mnist_mlp.sweep.errors import SweepStopped
    from mnist_mlp.sweep.executors import dask_executor, local_executor
    from mnist_mlp.sweep.progress import Progress
    from mnist_mlp.sweep.sweep import run_sweep

    progress = Progress()
    cores = joblib.cpu_count()
    if not scheduler:
        jobs = jobs or cores
    try:
        table, interrupted = run_sweep(
            planned,
            dask_executor(scheduler) if scheduler else local_executor(jobs),
            progress,
            {"jobs": jobs, "scheduler": scheduler, "timeout": timeout, "retries": retries},
            retries,
            1 if scheduler else max(1, cores // jobs),
            timeout,
        )
    except SweepStopped as error:
        raise click.ClickException(f"{error} Run the same command to continue.") from error
    _print_table(table, planned.directory.path)
    click.echo(progress.summary())
    if interrupted:
        click.echo("Stopped. Run the same command to continue.")
        return 130
    if report:
        _report(planned.directory.path)
    return 1 if progress.failed else 0


def _report(directory):
    """Render a sweep's report; if that fails, say so without failing the sweep."""
    try:
        os.environ.pop("MPLBACKEND", None)  # meant for notebooks or screens; here figures are written to files
        import matplotlib

        matplotlib.use("agg")
        from mnist_mlp.sweep.report import write_report

        click.echo(f"Report: {write_report(directory)}")
    except (Exception, KeyboardInterrupt) as error:  # whatever goes wrong here, the runs and the table are complete
        click.echo(f"No report: {error or type(error).__name__}")


def _print_table(table, directory):
    """Print the best runs, with the columns that differ between runs."""
    from mnist_mlp.sweep.storage import RANKED_BY, rank

    ranked = rank(table)
    columns = [name for name in ranked if name in ("id", RANKED_BY) or ranked[name].astype(str).nunique() > 1]
    if len(ranked):
        click.echo(ranked[columns].head(SHOWN_RUNS).to_string(index=False))
    counts = table["status"].value_counts()
    click.echo(
        f"{', '.join(f'{count} {status}' for status, count in counts.items())}; all of them in {directory / 'results.csv'}"
    )
