"""A progress bar for training."""

import io
import sys

from IPython import get_ipython
from IPython.display import display
from tqdm import tqdm


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
    make_bar = _CellBar if _kernel() else tqdm
    bar = make_bar(total=epochs, unit=" epochs", leave=False, disable=not is_live())

    def progress(row):
        bar.update(row["epoch"] - bar.n)
        if row["epoch"] == epochs:
            bar.close()
        if print_every and row["epoch"] % print_every == 0:
            # Three decimals: float32 losses differ in the sixth digit between processors.
            print(f"Epoch {row['epoch']}, Loss: {row['loss']:.3f}", flush=True)

    return progress


class _CellBar(tqdm):
    """A bar of text in a cell's output: unlike a widget, it stays readable in a saved notebook whose kernel has ended."""

    def __init__(self, **options):
        self.handle = None
        super().__init__(**options, file=io.StringIO(), ncols=80, ascii=False)

    def display(self, msg=None, pos=None):
        line = {"text/plain": str(self) if msg is None else msg}
        if self.handle:
            self.handle.update(line, raw=True)
        else:
            self.handle = display(line, raw=True, display_id=True)


def _kernel():
    return getattr(get_ipython(), "kernel", None)


def is_live():
    """Whether this is a live session: front ends for people answer `input`; nbclient, nbval and papermill do not."""
    if _kernel():
        return _kernel().get_parent()["content"].get("allow_stdin", False)
    return sys.stderr.isatty()
