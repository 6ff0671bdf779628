"""The rules that tools check: for code as configured in pyproject.toml, for the GitHub workflows as in their schema."""

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "command",
    [
        "ruff check",
        "ruff format --check",
        "lint-imports --no-cache --no-logo",
        "check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/test.yml .github/workflows/site.yml",
    ],
)
def test_a_tool_finds_nothing(command):
    tool, *options = command.split()
    command = [Path(sysconfig.get_path("scripts"), tool), *options]
    utf8 = os.environ | {"PYTHONUTF8": "1"}
    run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", env=utf8)
    assert run.returncode == 0, run.stdout
