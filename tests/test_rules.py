"""The rules for code that tools check, as configured in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "lint-imports --no-cache --no-logo"])
def test_a_tool_finds_nothing(command):
    tool, *options = command.split()
    command = [Path(sys.executable).with_name(tool), *options]
    run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert run.returncode == 0, run.stdout
