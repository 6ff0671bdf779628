"""A recorded result comes back as it was recorded, its curve thinned."""

import nbformat
import numpy as np
import pytest

from mnist_mlp.course import find_result, read_result, record_result, results
from mnist_mlp.course.results import RESULT_TYPE


@pytest.fixture
def notebook_with(monkeypatch):
    """A function that makes a notebook whose only cell made these calls of `record_result`."""

    def make(*calls):
        outputs = []
        monkeypatch.setattr(
            results,
            "display",
            lambda data, metadata, raw: outputs.append(nbformat.v4.new_output("display_data", data, metadata=metadata)),
        )
        for call in calls:
            call()
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=outputs)])

    return make


def test_the_last_result_is_read_from_a_file_with_python_s_own_types(tmp_path, notebook_with):
    recorded = {"a": np.float32(0.5), "n": np.int64(3), "ok": np.bool_(True), "sizes": [784, 10], "name": "ä"}
    nbformat.write(notebook_with(lambda: record_result(a=1), lambda: record_result(**recorded)), tmp_path / "x.ipynb")
    assert read_result(tmp_path / "x.ipynb") == {"a": 0.5, "n": 3, "ok": True, "sizes": [784, 10], "name": "ä"}


@pytest.mark.parametrize("n_rows", [1, 2, 99, 100, 101, 1001])
def test_a_history_keeps_its_first_and_last_row_and_about_a_hundred(n_rows, notebook_with):
    history = [{"epoch": i, "loss": 1 / (3 + i)} for i in range(n_rows)]
    notebook = notebook_with(lambda: record_result(history, a=1))
    kept = find_result(notebook)["history"]
    assert kept[0]["epoch"] == 0 and kept[-1]["epoch"] == n_rows - 1
    assert min(n_rows, 51) <= len(kept) <= 101
    assert all(row["loss"] == float(f"{1 / (3 + row['epoch']):.5g}") for row in kept)
    (output,) = notebook.cells[0].outputs
    assert "history" not in output.data[RESULT_TYPE], "the curve would be compared digit by digit"


def test_a_notebook_without_a_result_says_so(tmp_path, notebook_with):
    nbformat.write(notebook_with(), tmp_path / "x.ipynb")
    with pytest.raises(ValueError, match=r"x\.ipynb holds no result"):
        read_result(tmp_path / "x.ipynb")


def test_what_json_cannot_hold_is_an_error():
    with pytest.raises((TypeError, AttributeError, ValueError)):
        record_result(a=object())
