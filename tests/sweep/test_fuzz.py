"""Malformed requests and notebooks are refused with a message, whatever is wrong with them."""

import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mnist_mlp.sweep.errors import SweepError
from mnist_mlp.sweep.notebook_file import Parameter, notebook_digest, read_notebook, read_parameters, run_id
from mnist_mlp.sweep.search_space import read_search_space

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", 150))
thorough = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
PARAMETERS = {"rate": Parameter("float", 0.1), "name": Parameter("str", "a"), "fast": Parameter("bool", True)}
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["rate", "name"])
names = st.sampled_from(["rate", "name", "fast", "epochs"]) | st.text(max_size=4)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=8
)
requests = st.dictionaries(st.sampled_from(["parameters", "grid", "random", "trials", "seed", "grids"]), values, max_size=5)
YAML = b"parameters: {name: b}\ngrid: {rate: [1, 2.5]}\nrandom: {}\nseed: 3\n"
NOTEBOOK = {
    "nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "language": "python"}},
    "cells": [{"cell_type": "code", "source": ["x: int = 1\n", "y = 2"], "metadata": {"tags": ["parameters"]}, "outputs": []}],
}  # fmt: skip


def damaged(content):
    """A file with some bytes changed, removed or inserted."""
    edits = st.lists(st.tuples(st.integers(0, len(content)), st.integers(0, 4), st.binary(max_size=4)), min_size=1, max_size=4)

    def apply(places):
        changed = content
        for start, length, new in places:
            changed = changed[:start] + new + changed[start + length :]
        return changed

    return edits.map(apply)


def refused_or_understood(action):
    try:
        return action()
    except SweepError as error:
        assert str(error)


@thorough
@given(requests.map(lambda request: json.dumps(request).encode()) | damaged(YAML) | st.binary(max_size=40))
def test_a_malformed_request_is_refused_with_a_message(tmp_path, content):
    (tmp_path / "sweep.yaml").write_bytes(content)
    space = refused_or_understood(lambda: read_search_space(PARAMETERS, file=tmp_path / "sweep.yaml"))
    if space and space.count < 100:
        assert len(list(space.overrides())) == space.count
        json.dumps(space.describe(), allow_nan=False)


def replaced(value):
    """A notebook with one part replaced."""
    paths = [
        ("cells",),
        ("metadata",),
        ("nbformat",),
        ("cells", 0),
        ("metadata", "kernelspec"),
        ("metadata", "kernelspec", "language"),
    ]
    paths += [("cells", 0, key) for key in NOTEBOOK["cells"][0]] + [("cells", 0, "metadata", "tags"), ("cells", 0, "source", 0)]

    def apply(path, new):
        notebook = json.loads(json.dumps(NOTEBOOK))
        part = notebook
        for key in path[:-1]:
            part = part[key]
        part[path[-1]] = new
        return json.dumps(notebook).encode()

    return st.builds(apply, st.sampled_from(paths), value)


@thorough
@given(replaced(values) | damaged(json.dumps(NOTEBOOK).encode()) | st.binary(max_size=40))
def test_a_malformed_notebook_is_refused_with_a_message(tmp_path, content):
    (tmp_path / "n.ipynb").write_bytes(content)
    notebook = refused_or_understood(lambda: read_notebook(tmp_path / "n.ipynb"))
    if notebook:
        parameters = refused_or_understood(lambda: read_parameters(notebook))
        if parameters is not None:
            run_id(notebook_digest(notebook), {name: parameter.default for name, parameter in parameters.items()})


@pytest.mark.parametrize(
    "source", ["x = '\ud83d'", "x = " + "(" * 300, "x = " + "-" * 3000 + "1", "x = 1\x00", "x = 0777", "x = 9" * 1]
)
def test_a_parameters_cell_that_python_cannot_read_is_refused(tmp_path, source):
    notebook = json.loads(json.dumps(NOTEBOOK))
    notebook["cells"][0]["source"] = source
    (tmp_path / "n.ipynb").write_text(json.dumps(notebook))
    refused_or_understood(lambda: read_parameters(read_notebook(tmp_path / "n.ipynb")))
