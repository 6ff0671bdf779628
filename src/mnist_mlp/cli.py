"""The command `mnist-mlp`."""

from pathlib import Path

import click

from mnist_mlp.sweep.run import RunError, run_notebook


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main():
    """Run the course's notebooks with other parameters."""


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
    try:
        result = run_notebook(notebook, output, dict(parameters))
    except RunError as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"Test accuracy: {result['test_accuracy']:.2%}  ({result['seconds']} s, {result['peak_memory_mb']} MB)")
    click.echo(f"Written: {output / notebook.name} and {output / notebook.with_suffix('.json').name}")
