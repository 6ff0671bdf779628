"""What the drawing pad does in Python; `make test-browser` draws on it."""

import json
from io import StringIO

import numpy as np
import pytest
from helpers import random_layers

import mnist_mlp
from mnist_mlp import handwriting
from mnist_mlp.course import display, show_figure
from mnist_mlp.course.drawing import DrawingPad

SEVEN = [[[80, 80], [200, 80], [130, 230]]]


@pytest.fixture
def pad(rng):
    return DrawingPad(random_layers((784, 10), rng))


def test_nothing_is_drawn_at_first(pad):
    assert pad.strokes == [] and pad.probabilities == []


def test_probabilities_are_those_of_the_strokes_and_go_with_them(pad):
    pad.strokes = SEVEN
    image = handwriting.like_mnist(handwriting.draw_strokes(SEVEN))
    expected = mnist_mlp.forward(mnist_mlp.scale(image[np.newaxis]), pad.layers)[-1][0]
    assert pad.probabilities == expected.tolist()
    pad.strokes = []
    assert pad.probabilities == []


def test_a_canvas_full_of_ink_is_no_digit(pad):
    pad.strokes = SEVEN
    pad.strokes = [[[0, y], [280, y]] for y in range(0, 290, 10)]
    assert pad.probabilities == []


def test_strokes_may_be_there_from_the_start(pad):
    other = DrawingPad(pad.layers, strokes=SEVEN)
    assert other.strokes == SEVEN and len(other.probabilities) == 10


def test_the_front_end_gets_strokes_and_probabilities_as_json(pad):
    pad.set_state({"strokes": SEVEN})  # what a message from the front end does
    state = pad.get_state(["strokes", "probabilities"])
    json.dump(state, StringIO(), allow_nan=False)
    assert state["strokes"] == SEVEN and abs(sum(state["probabilities"]) - 1) < 1e-12


def test_the_module_names_its_parts_and_no_host(pad):
    module, style = str(pad._esm), str(pad._css)
    assert "export default { render }" in module and "http" not in module + style and "import" not in module + style
    for part in ("digit-pad", "digit-pad-clear", "digit-pad-bars"):
        assert f'class="{part}"' in module and f".{part} " in style


@pytest.mark.parametrize("live", [True, False])
def test_a_figure_stands_in_where_nobody_can_draw(live, pad, monkeypatch):
    import matplotlib.pyplot as plt

    shown = []
    monkeypatch.setattr(display, "is_live", lambda: live)
    monkeypatch.setattr(display, "display", lambda shown_object, **options: shown.append(shown_object))
    figure = plt.figure()
    show_figure(figure, "A blank page", live=pad)
    assert not plt.fignum_exists(figure.number)
    assert shown == [pad] if live else set(shown[0]) == {"image/png", "text/plain"}
