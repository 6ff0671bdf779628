"""Source code of functions, displayed in a notebook."""

import ast
import inspect
import textwrap

from IPython.display import Markdown, display


def show_source(*functions):
    """Display the source of functions or classes as highlighted code, with the first line of each docstring.

    Parameters
    ----------
    *functions : function or class
    """
    for function in functions:
        function = inspect.unwrap(function)  # the function itself, without its argument checks
        module = function.__module__.replace(".", "/")
        display(Markdown(f"`src/{module}.py`\n```python\n{_brief_source(function)}\n```"))


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
