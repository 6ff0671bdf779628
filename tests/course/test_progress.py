"""Progress is printed on request, and a bar is drawn only in a live session."""

import sys

import pytest
from jupyter_client.manager import start_new_kernel

from mnist_mlp.course import progress_bar

ROWS = [{"epoch": epoch, "loss": 2.5 / (1 + epoch)} for epoch in range(5)]
CODE = f"""
import time
from mnist_mlp.course import progress_bar
report = progress_bar(4, print_every=4)
for row in {ROWS}:
    report(row)
    time.sleep(0.2)
"""


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel()
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def outputs(kernel, live):
    """What a cell shows, as (message type, text), in the order in which it came."""
    messages = []
    reply = kernel.execute_interactive(CODE, allow_stdin=live, output_hook=messages.append, timeout=60)
    assert reply["content"]["status"] == "ok"
    contents = [(message["msg_type"], message["content"]) for message in messages]
    contents = [(kind, content) for kind, content in contents if kind in ("stream", "display_data", "update_display_data")]
    assert all(set(content.get("data", {})) <= {"text/plain"} for _, content in contents), "no widget"
    return [(kind, content.get("text") or content["data"]["text/plain"]) for kind, content in contents]


def test_a_cell_whose_front_end_answers_input_has_a_bar_that_is_empty_at_the_end(kernel):
    printed, bar = [], []
    for kind, text in outputs(kernel, live=True):
        (printed if kind == "stream" else bar).append((kind, text))
    assert printed == [("stream", "Epoch 0, Loss: 2.500\n"), ("stream", "Epoch 4, Loss: 0.500\n")]
    assert bar[0][0] == "display_data" and "0/4" in bar[0][1]
    assert {kind for kind, _ in bar[1:]} == {"update_display_data"} and any("█" in text and "3/4" in text for _, text in bar)
    assert bar[-1][1] == ""


def test_a_cell_whose_outputs_are_checked_has_no_bar(kernel):
    shown = outputs(kernel, live=False)
    assert {kind for kind, _ in shown} == {"stream"}
    assert "".join(text for _, text in shown) == "Epoch 0, Loss: 2.500\nEpoch 4, Loss: 0.500\n"


@pytest.mark.parametrize("terminal", [True, False])
def test_a_script_has_a_bar_on_a_terminal_only(terminal, monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    report = progress_bar(4)
    for row in ROWS:
        report(row)
    out, err = capsys.readouterr()
    assert out == "" and ("epochs" in err) == terminal


def test_losses_are_printed_every_few_epochs_to_three_decimals(capsys):
    report = progress_bar(4, print_every=2)
    for row in ROWS:
        report(row)
    assert capsys.readouterr().out == "Epoch 0, Loss: 2.500\nEpoch 2, Loss: 0.833\nEpoch 4, Loss: 0.500\n"
