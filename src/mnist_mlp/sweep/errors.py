"""Errors of runs and sweeps, with messages for users."""

import re


class SweepError(Exception):
    """A run or a sweep that cannot start, or that failed."""


class SweepStopped(Exception):
    """A sweep that cannot continue; finished runs are kept."""


def one_line(error):
    """Message of an error, for a table cell."""
    return re.sub(r"\s+", " ", str(error)).strip()
