"""A progress bar for training."""

import os

from tqdm.auto import tqdm


def progress_bar(epochs, print_every=None):
    """Make a `progress` function for `train`: a bar in a live session, silent where outputs are checked.

    Parameters
    ----------
    epochs : int
        Total number of epochs.
    print_every : int, optional
        Also print the loss every `print_every` epochs, as the original does.

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
    """Whether this is a live session: JupyterLab names the notebook when it starts a kernel; nbclient and nbval do not."""
    return bool(os.environ.get("JPY_SESSION_NAME"))
