"""The layers of the package, as pyproject.toml lists them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_modules_import_only_what_their_layer_may():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert run.returncode == 0, run.stdout
