"""A progress bar for whoever watches a training."""

import os

from tqdm.auto import tqdm


def progress_bar(epochs, print_every=None):
    """Make a function for `train`'s `progress`: a bar in a live session, silent where outputs are checked.

    Parameters
    ----------
    epochs : int
        Epochs that make the bar full.
    print_every : int, optional
        Also print the loss of every so many epochs, as the original does.

    Returns
    -------
    callable
        Function of a row of the history.
    """
    bar = tqdm(total=epochs, unit=" epochs", leave=False, disable=not _is_live())

    def progress(row):
        bar.update(row["epoch"] - bar.n)
        if row["epoch"] == epochs:
            bar.close()
        if print_every and row["epoch"] % print_every == 0:
            # Three decimals: float32 losses differ in the sixth digit between processors.
            print(f"Epoch {row['epoch']}, Loss: {row['loss']:.3f}", flush=True)

    return progress


def _is_live():
    """Whether somebody watches: JupyterLab names the notebook that it starts a kernel for, nbclient and nbval do not."""
    return bool(os.environ.get("JPY_SESSION_NAME"))
