"""Source code of functions, and figures with their alternative text, displayed in a notebook."""

import ast
import inspect
import io
import textwrap
from base64 import b64encode

from IPython.display import Markdown, display

from mnist_mlp.course.progress import is_live

SCALE = 2  # image pixels per CSS pixel, for sharp figures on high-resolution screens


def show_figure(figure, alt, live=None):
    """Display a figure with its alternative text, and close it.

    The text is where nbconvert looks for it, in the output's metadata, and it is the output where no picture can be shown.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    alt : str
        What the figure shows, in words, for readers who do not see it.
    live : ipywidgets.Widget, optional
        What a live session displays in the figure's place; where outputs are checked, and in a saved notebook, there is none.
    """
    # Imported here: not every notebook draws, and it takes as long as an epoch of training.
    from matplotlib import pyplot as plt

    if live is not None and is_live():
        plt.close(figure)
        return display(live)
    png = io.BytesIO()
    figure.savefig(png, dpi=SCALE * figure.dpi, pil_kwargs={"optimize": True})
    plt.close(figure)
    width, height = (round(inches * figure.dpi) for inches in figure.get_size_inches())
    data = {"image/png": b64encode(png.getvalue()).decode(), "text/plain": alt}
    display(data, metadata={"image/png": {"alt": alt, "width": width, "height": height}}, raw=True)


def show_source(*functions):
    """Display the source of functions or classes as highlighted code, with the first line of each docstring.

    Parameters
    ----------
    *functions : function or class
    """
    for function in functions:
        function = inspect.unwrap(function)  # the function itself, without its argument checks
        module = function.__module__.replace(".", "/")
        owner = function.__qualname__.rpartition(".")[0]  # a method does not show its class
        place = f"`src/{module}.py`" + (f", class `{owner}`" if owner else "")
        display(Markdown(f"{place}\n```python\n{_brief_source(function)}\n```"))


def _brief_source(function):
    """Source with the docstring cut to its first line: the rest is one `?` away."""
    source = textwrap.dedent(inspect.getsource(function)).rstrip()
    node = ast.parse(source).body[0]
    docstring = node.body[0]
    if ast.get_docstring(node) is None:
        return source
    lines = source.splitlines()
    summary = ast.get_docstring(node).splitlines()[0]
    indent = " " * docstring.col_offset
    return "\n".join([*lines[: docstring.lineno - 1], f'{indent}"""{summary}"""', *lines[docstring.end_lineno :]])
