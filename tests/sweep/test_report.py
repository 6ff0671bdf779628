"""The report of a sweep."""

import json
import os
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner
from helpers.sweeps import SCRIPTS, assert_nothing_is_left_of, record, sweep
from helpers.sweeps import write_notebook as write

from mnist_mlp.cli import main
from mnist_mlp.sweep import report


@pytest.fixture
def noisy(tmp_path):
    parameters = 'rate: float = 0.1  # step\nmode: str = "a"  # text\nseed: int = 0  # luck'
    checked = "assert mode != 'broken', 'cannot be broken'"
    values = "validation_accuracy=0.9 + rate / 100 + seed / 1000, test_accuracy=0.5, history=[{'epoch': 0, 'loss': 2.3}]"
    return write(tmp_path / "noisy.ipynb", parameters, checked, record(values))


@pytest.fixture
def swept(tmp_path, noisy):
    """A directory with four finished runs and four failed ones."""
    arguments = ["--grid", "rate=1,2", "--grid", "mode=a,broken", "--grid", "seed=0,1", "--output", tmp_path / "out"]
    assert sweep(tmp_path, noisy, *arguments)[0] == 1 and not (tmp_path / "out/report.html").exists()
    return tmp_path / "out"


class Page(HTMLParser):
    """Titles, texts, links and images of a page."""

    def __init__(self, text):
        super().__init__()
        self.addresses, self.images, self.headings, self.text, self._tag = [], [], [], "", None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self._tag = tag
        self.addresses += [attributes[name] for name in ("href", "src") if name in attributes]
        if tag == "img":
            self.images.append(attributes["alt"])

    def handle_data(self, data):
        self.text += data
        if self._tag in ("h1", "h2") and data.strip():
            self.headings.append(data)


def page_of(directory):
    return Page(report.write_report(directory).read_text(encoding="utf-8"))


def test_a_sweep_ends_with_a_report(swept, tmp_path):
    call = CliRunner(env={"SWEEP_TEST": str(tmp_path)}).invoke(main, ["results", str(swept)])
    assert call.exit_code == 0 and call.output.endswith(f"Report: {swept / 'report.html'}\n"), call.output
    page = Page((swept / "report.html").read_text(encoding="utf-8"))
    text = " ".join(page.text.split())
    assert "8 runs of noisy.ipynb, 4 done, 4 failed" in text and "4 with AssertionError" in text
    assert "Chosen: rate=2, mode=a" in text and "median validation accuracy: 92.05 %" in text
    assert page.headings == [
        "Sweep out", "Each parameter, the others at their best", "rate and mode at once", "Loss of the best and of the worst",
        "The best", "All runs", "How it was made",
    ]  # fmt: skip
    assert len(page.images) == 3 and all(len(alt) > 20 for alt in page.images)
    # Only the chosen configuration's test accuracy is shown, and no folder of this machine.
    assert text.count("test accuracy") == 1 and str(tmp_path) not in page.text
    assert_nothing_is_left_of(tmp_path)


def test_a_report_says_how_it_was_made_and_links_to_every_run(swept):
    page = page_of(swept)
    (request,) = json.loads((swept / "sweep.json").read_text())["sweeps"]
    command = "mnist-mlp sweep noisy.ipynb --output out --grid rate=1.0,2.0 --grid mode=a,broken --grid seed=0,1"
    versions = [f"{name} {version}" for name, version in request["versions"].items()]
    for said in (command, request["start"], request["end"], request["git_commit"] or "", request["cpu"], *versions):
        assert said in page.text
    assert re.search(r"report of \d{4}-\d\d-\d\dT", page.text)
    links = [address for address in page.addresses if not address.startswith("data:image/png;base64,")]
    assert len(links) == 8 and all((swept / link).is_file() for link in links)


def test_a_report_contacts_no_other_host_and_contains_no_script(swept):
    text = report.write_report(swept).read_text(encoding="utf-8")
    assert not re.search(r"https?:|<script|<link|@import|url\(", text)


def test_what_a_notebook_records_is_text_and_not_markup(tmp_path):
    notebook = write(
        tmp_path / "n.ipynb", "mode: str = 'a'", "assert mode == 'a', '<img src=x>'", record("validation_accuracy=0.5")
    )
    assert sweep(tmp_path, notebook, "--grid", "mode=a,<b>&", "--output", tmp_path / "<out>")[0] == 1
    page = page_of(tmp_path / "<out>")
    assert "<b>&" in page.text and "<img src=x>" in page.text and "Sweep <out>" in page.headings


def test_a_report_has_no_empty_section(tmp_path):
    notebook = write(tmp_path / "n.ipynb", "x: int = 1", record("seen='text'"))
    assert sweep(tmp_path, notebook, "--grid", "x=1", "--output", tmp_path / "out")[0] == 0
    page = page_of(tmp_path / "out")
    assert page.headings == ["Sweep out", "All runs", "How it was made"] and not page.images


def test_a_directory_with_nothing_but_the_table_has_a_report_without_links(request, tmp_path):
    for name in ("sweep.json", "results.csv"):
        shutil.copy(request.config.rootpath / "notebooks/sweeps/momentum" / name, tmp_path)
    page = page_of(tmp_path)
    assert page.headings[1:3] == ["Each parameter, the others at their best", "learning_rate and beta at once"]
    assert all(address.startswith("data:") for address in page.addresses)


@pytest.mark.parametrize("backend", ["TkAgg", "no such backend"])
def test_the_caller_s_backend_does_not_matter(swept, backend):
    process = subprocess.run(
        [SCRIPTS / "mnist-mlp", "results", swept],
        env=os.environ | {"MPLBACKEND": backend}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert process.stdout.endswith(f"Report: {swept / 'report.html'}\n")


@pytest.mark.parametrize(
    "break_it, message",
    [
        (lambda patch, out: (out / "report.html").mkdir(), "Is a directory"),
        (lambda patch, out: patch.setattr(report, "TEMPLATE", out / "none"), "No such file"),
    ],
)
def test_a_failed_report_is_mentioned_and_does_not_fail_the_sweep(tmp_path, noisy, monkeypatch, break_it, message):
    (tmp_path / "out").mkdir()
    break_it(monkeypatch, tmp_path / "out")
    arguments = ["sweep", str(noisy), "--grid", "rate=1,2", "--output", str(tmp_path / "out"), "--jobs", "2"]
    call = CliRunner().invoke(main, arguments)
    assert call.exit_code == 0 and "2 of 2 runs are done" in call.output, call.output
    last = call.output.splitlines()[-1]
    assert last.startswith("No report: ") and message in last
    assert not [*(tmp_path / "out").glob("*.part"), *(tmp_path / "out").glob(".*.part")]
