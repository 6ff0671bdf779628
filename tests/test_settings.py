"""What users have set for matplotlib, IPython, Jupyter or Python changes no output of a notebook."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from unittest import mock

import nbformat
import pytest
from helpers.settings import leave_out_settings
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).parent.parent
CODE = (
    'import sys, matplotlib.pyplot as plt\n_ = plt.plot([1, 2])\nprint("printed", plt.rcParams["lines.linewidth"], sys.prefix)'
)
STARTUP = 'print("from a start-up file")\nimport matplotlib\nmatplotlib.rcParams["lines.linewidth"] = 9'


@pytest.fixture(params=["settings", "no home"])
def hostile(request, tmp_path, monkeypatch):
    """An environment in which something else is set wherever a user can set something, or nothing can be written."""
    home = tmp_path / "home"
    if request.param == "no home":
        home.write_text("no folder")
    else:
        spec = {"argv": ["false"], "display_name": "Another Python", "language": "python"}
        for name, text in {
            ".ipython/profile_default/startup/00.py": STARTUP,
            ".ipython/profile_default/ipython_config.py": 'get_config().InlineBackend.figure_formats = ["svg"]',
            ".config/matplotlib/matplotlibrc": "lines.linewidth: 7\n",
            ".jupyter/jupyter_nbconvert_config.py": 'get_config().ExecutePreprocessor.kernel_name = "other"',
            "startup.py": STARTUP,
            "kernels/python3/kernel.json": json.dumps(spec),
            ".local/share/jupyter/kernels/python3/kernel.json": json.dumps(spec),
        }.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(text)
        monkeypatch.setenv("MPLBACKEND", "Agg")
        monkeypatch.setenv("MATPLOTLIBRC", str(home / ".config/matplotlib/matplotlibrc"))
        monkeypatch.setenv("PYTHONSTARTUP", str(home / "startup.py"))
        monkeypatch.setenv("JUPYTER_PATH", str(home))
        monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    for name in ("IPYTHONDIR", "MPLCONFIGDIR", "JUPYTER_NO_CONFIG", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))


def check(outputs):
    assert [output.output_type for output in outputs] == ["stream", "display_data"], outputs
    assert outputs[0].text == f"printed 1.5 {sys.prefix}\n" and "image/png" in outputs[1].data


@pytest.mark.skipif(sys.platform == "win32", reason="make is no part of Windows")
def test_make_notebooks_leaves_them_out(hostile, tmp_path):
    path = tmp_path / "notebook.ipynb"
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=[new_code_cell(CODE)], metadata=metadata), path)
    command = ["make", "-s", "-C", ROOT, "notebooks", f"NOTEBOOKS={path}", f"BIN={Path(sys.executable).parent}"]
    subprocess.run([*command, f"VENV={tmp_path}", f"READY={path}"], check=True, capture_output=True, text=True)
    check(nbformat.read(path, as_version=4).cells[0].outputs)


def test_kernels_that_the_tests_start_leave_them_out(hostile, tmp_path):
    notebook = new_notebook(cells=[new_code_cell(CODE)])
    with mock.patch.dict(os.environ):
        leave_out_settings(tmp_path)
        NotebookClient(notebook, kernel_name="python3").execute()
    check(nbformat.reads(nbformat.writes(notebook), as_version=4).cells[0].outputs)


@pytest.mark.skipif(sys.platform == "win32", reason="make is no part of Windows")
def test_make_lab_opens_a_copy_that_git_does_not_see_with_the_commands_on_the_path(hostile, tmp_path):
    folder = tmp_path / "repository"
    (folder / "notebooks").mkdir(parents=True)
    names = ("Makefile", ".gitignore", "pyproject.toml", "requirements.lock")
    for name in names:
        shutil.copy(ROOT / name, folder)
    (folder / "notebooks/00_start_here.ipynb").write_text("{}")
    bin = folder / ".venv/bin"
    bin.mkdir(parents=True)
    for name, script in {
        "python": f'exec {sys.executable} "$@"',
        "mnist-mlp": "",
        "jupyter": "env; which mnist-mlp; ls $2",
    }.items():
        (bin / name).write_text(f"#!/bin/sh\n{script}\n")
        (bin / name).chmod(0o755)
    (folder / ".venv/.ready").touch()
    run = subprocess.run(["make", "-s", "-C", folder, "lab"], check=True, capture_output=True, text=True)
    lines = run.stdout.splitlines()
    assert str(bin / "mnist-mlp") in lines and lines[-1] == "my-course/00_start_here.ipynb"
    settings = dict(line.split("=", 1) for line in lines if "=" in line)
    assert not {"MPLBACKEND", "MATPLOTLIBRC", "PYTHONSTARTUP", "JUPYTER_PATH", "JUPYTER_PREFER_ENV_PATH"} & set(settings)
    for name in ("IPYTHONDIR", "MPLCONFIGDIR", "JUPYTER_DATA_DIR", "JUPYTERLAB_WORKSPACES_DIR"):
        assert settings[name].startswith(str(folder / ".venv")), name
    for command in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)
    tracked = subprocess.run(["git", "ls-files"], cwd=folder, check=True, capture_output=True, text=True).stdout
    assert set(tracked.split()) == {*names, "notebooks/00_start_here.ipynb"}
