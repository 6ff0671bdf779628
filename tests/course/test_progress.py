"""Progress is printed on request, and a bar is drawn only in a live session."""

import pytest

from mnist_mlp.course import progress, progress_bar

ROWS = [{"epoch": epoch, "loss": 2.5 / (1 + epoch)} for epoch in range(5)]


@pytest.mark.parametrize("live", [True, False])
def test_a_bar_appears_in_a_live_session_only(live, monkeypatch, capsys):
    monkeypatch.setattr(progress, "tqdm", progress.tqdm.__mro__[1])
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    if live:
        monkeypatch.setenv("JPY_SESSION_NAME", "09_train.ipynb")
    report = progress_bar(4)
    for row in ROWS:
        report(row)
    out, err = capsys.readouterr()
    assert out == "" and ("epochs" in err) == live


def test_losses_are_printed_every_few_epochs_to_three_decimals(capsys):
    report = progress_bar(4, print_every=2)
    for row in ROWS:
        report(row)
    assert capsys.readouterr().out == "Epoch 0, Loss: 2.500\nEpoch 2, Loss: 0.833\nEpoch 4, Loss: 0.500\n"
