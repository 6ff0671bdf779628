"""A recorded result is read back as recorded, its curve thinned."""

from datetime import date, datetime
from pathlib import PurePath

import nbformat
import numpy as np
import pytest

from mnist_mlp.course import find_result, read_result, record_result, results
from mnist_mlp.course.results import RESULT_TYPE, SCRAP_TYPE


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


@pytest.mark.parametrize("n_rows, n_kept", [(1, 1), (2, 2), (100, 100), (101, 101), (102, 52), (1001, 101)])
def test_a_history_keeps_its_first_and_last_row_and_about_a_hundred(n_rows, n_kept, notebook_with):
    history = [{"epoch": i, "loss": 1 / (3 + i)} for i in range(n_rows)]
    notebook = notebook_with(lambda: record_result(history, a=1))
    kept = find_result(notebook)["history"]
    assert kept[0]["epoch"] == 0 and kept[-1]["epoch"] == n_rows - 1
    assert len(kept) == n_kept
    assert all(row["loss"] == float(f"{1 / (3 + row['epoch']):.5g}") for row in kept)
    (output,) = notebook.cells[0].outputs
    assert "history" not in output.data[RESULT_TYPE], "the curve would be compared digit by digit"


def test_a_notebook_without_a_result_says_so(tmp_path, notebook_with):
    nbformat.write(notebook_with(), tmp_path / "x.ipynb")
    with pytest.raises(ValueError, match=r"x\.ipynb holds no result"):
        read_result(tmp_path / "x.ipynb")


def test_what_is_kept_is_exact_and_what_is_compared_is_rounded(notebook_with):
    notebook = notebook_with(lambda: record_result(accuracy=0.90151, losses=[0.123456], best={"rate": 1e-5}))
    assert find_result(notebook) == {"accuracy": 0.90151, "losses": [0.123456], "best": {"rate": 1e-5}}
    (output,) = notebook.cells[0].outputs
    assert output.data["text/plain"] == "accuracy: 0.902\nlosses: [0.123]\nbest: {'rate': 1e-05}"
    assert output.data[RESULT_TYPE] == {"accuracy": 0.902, "losses": [0.123], "best": {"rate": 1e-05}}


def test_a_long_list_is_kept_and_neither_shown_nor_compared(notebook_with):
    notebook = notebook_with(lambda: record_result(wrong=np.arange(1000), few=[1, 2]))
    assert find_result(notebook) == {"wrong": list(range(1000)), "few": [1, 2]}
    (output,) = notebook.cells[0].outputs
    assert output.data[RESULT_TYPE] == {"wrong": "(list)", "few": [1, 2]}


def test_arrays_paths_and_dates_are_written_as_lists_and_texts(notebook_with):
    values = {"array": np.arange(3), "path": PurePath("a"), "day": date(2020, 1, 2), "moment": datetime(2020, 1, 2, 3)}
    expected = {"array": [0, 1, 2], "path": "a", "day": "2020-01-02", "moment": "2020-01-02 03:00:00"}
    assert find_result(notebook_with(lambda: record_result(**values))) == expected


@pytest.mark.parametrize("value", [{1, 2}, object(), b"bytes", 1j])
def test_a_value_that_json_does_not_support_is_an_error_that_shows_it(value):
    with pytest.raises(TypeError, match=r"record_result takes numbers, strings.*, got ") as caught:
        record_result(a=value)
    assert repr(value) in str(caught.value)


def test_values_glued_by_scrapbook_are_included_and_ours_take_precedence(notebook_with):
    notebook = notebook_with(lambda: record_result(a=1, b=2))
    for name, data in {"b": 7, "c": "text", "d": [1]}.items():
        scrap = {"name": name, "data": data, "encoder": "json", "version": 1}
        notebook.cells.append(nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("display_data", {SCRAP_TYPE: scrap})]))
    assert find_result(notebook) == {"a": 1, "b": 2, "c": "text", "d": [1]}
