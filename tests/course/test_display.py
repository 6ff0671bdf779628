"""Readers see a function's own source and its file, and figures with their alternative text."""

from base64 import b64decode
from io import BytesIO

import matplotlib.pyplot as plt
import pytest
from matplotlib.image import imread

import mnist_mlp
from mnist_mlp import network
from mnist_mlp.course import display, show_figure, show_source
from mnist_mlp.engine.batches import MiniBatch


@pytest.fixture
def shown(monkeypatch):
    """What `show_source` displays, as Markdown."""

    def show(*functions):
        displayed = []
        monkeypatch.setattr(display, "display", lambda markdown: displayed.append(markdown.data))
        show_source(*functions)
        return displayed

    return show


FORWARD = '''`src/mnist_mlp/network.py`
```python
def forward(X, layers):
    """Forward pass: the activations of every layer."""
    activations = [X]
    for weights, bias in layers[:-1]:
        activations.append(relu(activations[-1] @ weights + bias))
    weights, bias = layers[-1]
    activations.append(softmax(activations[-1] @ weights + bias))
    return activations
```'''


@pytest.mark.parametrize("function", [mnist_mlp.forward, network.forward])
def test_the_source_is_the_bare_function_s_with_one_line_of_docstring(function, shown):
    assert shown(function) == [FORWARD]


def test_methods_are_dedented_and_several_functions_shown_one_by_one(shown):
    method, _ = shown(MiniBatch.gradient, network.relu)
    assert method.splitlines()[:3] == [
        "`src/mnist_mlp/engine/batches.py`, class `MiniBatch`",
        "```python",
        "def gradient(self, layers, lambda_reg):",
    ]


def without_docstring(x):
    return x + 1


def test_a_function_without_docstring_is_shown_whole(shown):
    assert shown(without_docstring)[0].endswith("```python\ndef without_docstring(x):\n    return x + 1\n```")


@pytest.mark.parametrize("name", sorted(set(mnist_mlp.__all__) - {"Layer", "Mnist", "TrainingResult", "TrainingWarning"}))
def test_no_public_function_shows_a_check(name, shown):
    (source,) = shown(getattr(mnist_mlp, name))
    assert source.startswith("`src/mnist_mlp/") and f"def {name}(" in source
    assert not any(word in source for word in ("TypeError", "check.", "validated", "unwrap"))


@pytest.mark.parametrize(
    "name", "initialize relu softmax forward cross_entropy back_prop update_params_nag predict train".split()
)
def test_what_notebooks_show_fits_the_page(name, shown):
    (source,) = shown(getattr(mnist_mlp, name))
    assert max(map(len, source.splitlines())) <= 108


def test_a_figure_is_shown_sharp_with_its_alternative_text_and_closed(monkeypatch):
    shown = {}
    monkeypatch.setattr(display, "display", lambda data, metadata, raw: shown.update(data=data, metadata=metadata, raw=raw))
    figure = plt.figure(figsize=(4, 3), dpi=100)
    show_figure(figure, "A blank page")
    assert not plt.fignum_exists(figure.number) and shown["raw"]
    assert shown["metadata"] == {"image/png": {"alt": "A blank page", "width": 400, "height": 300}}
    assert shown["data"]["text/plain"] == "A blank page"
    assert imread(BytesIO(b64decode(shown["data"]["image/png"]))).shape == (600, 800, 4)
