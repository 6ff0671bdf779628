"""Helpers for notebooks: source code and figures on display, results that programs can read, a progress bar."""

from mnist_mlp.course.display import show_figure, show_source
from mnist_mlp.course.progress import progress_bar
from mnist_mlp.course.results import find_result, read_result, record_result

__all__ = ["find_result", "progress_bar", "read_result", "record_result", "show_figure", "show_source"]
