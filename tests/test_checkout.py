"""A checkout has the same bytes everywhere, whatever git's settings are."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = [
    "src",
    "tests",
    "binder",
    ".ci",
    "notebooks/exercises",
    "notebooks/images",
    "notebooks/solutions",
    "notebooks/sweeps",
]
MADE = re.compile(r"__pycache__|\.ipynb_checkpoints|\.egg-info")
RULES = dict(line.split(maxsplit=1) for line in (ROOT / ".gitattributes").read_text().splitlines() if not line.startswith("#"))


def test_text_has_lf_and_every_other_file_is_declared_binary():
    files = {file for folder in FOLDERS for file in (ROOT / folder).rglob("*") if not MADE.search(str(file)) and file.is_file()}
    files |= set((ROOT / "notebooks").glob("*.ipynb"))
    binary = {file for file in files if b"\0" in file.read_bytes()}
    assert len(binary) > 30 and len(files - binary) > 100
    assert RULES["*"] == "text=auto eol=lf"
    assert [file for file in binary if RULES.get(f"*{file.suffix}") != "binary"] == []
    assert [file for file in files - binary if b"\r\n" in file.read_bytes()] == []


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize("setting", ["true", "input", "false"])
def test_a_clone_with_any_setting_of_line_ends_has_the_same_bytes(tmp_path, setting):
    # Independent of the user's settings and repository.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*arguments):
        identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True, cwd=tmp_path, env=environment)

    names = [
        ".gitattributes",
        "Makefile",
        "binder/postBuild",
        "notebooks/00_start_here.ipynb",
        "notebooks/images/predictions.png",
        "notebooks/sweeps/momentum/results.csv",
        "src/mnist_mlp/data.py",
        "src/mnist_mlp/mnist/t10k-labels-idx1-ubyte.gz",
    ]
    git("init", "--quiet", "here")
    for name in names:
        (tmp_path / "here" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "here" / name)
    git("-C", "here", "add", "--all")
    git("-C", "here", "commit", "--quiet", "--message", "all")
    git("clone", "--quiet", "--config", f"core.autocrlf={setting}", "here", "there")
    for name in names:
        assert (tmp_path / "there" / name).read_bytes() == (ROOT / name).read_bytes(), name
