"""What can go wrong with a run or a sweep, said in words for whoever asked for it."""

import re


class SweepError(Exception):
    """A run or a sweep that cannot start, or that failed."""


class SweepStopped(Exception):
    """A sweep that cannot go on, though all that is done is kept."""


def one_line(error):
    """Message of an error, fit for a cell of a table."""
    return re.sub(r"\s+", " ", str(error)).strip()
