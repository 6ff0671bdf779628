"""What `pip install` puts on a machine is whole without the repository."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BUILD = "from setuptools import build_meta; build_meta.build_wheel('.')"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The unpacked wheel, built of a copy because building leaves files behind."""
    copy, site = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("site")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    subprocess.run([sys.executable, "-c", BUILD], cwd=copy, check=True, capture_output=True)
    (wheel,) = copy.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(site)
    return site


def files(folder):
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc"}


def test_the_wheel_has_every_file_of_the_package(installed):
    assert files(installed / "mnist_mlp") == files(ROOT / "src/mnist_mlp")


@pytest.mark.parametrize(
    "code, printed",
    [
        ("import mnist_mlp; print(mnist_mlp.load_mnist().X_test.shape)", "(10000, 784)"),
        ("from mnist_mlp.cli import main; main(['--help'])", "Usage:"),
        ("from importlib.metadata import entry_points as e; print(e(group='console_scripts')['mnist-mlp'].load())", "main"),
    ],
)
def test_it_works_in_any_folder(installed, tmp_path, code, printed):
    code += f"\nimport mnist_mlp; assert mnist_mlp.__file__.startswith({str(installed)!r}), mnist_mlp.__file__"
    environment = os.environ | {"PYTHONPATH": str(installed)}
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert printed in run.stdout, run.stderr
