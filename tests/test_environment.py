"""One set of versions, however it is installed; and Binder builds from it."""

import ast
import platform
import re
import subprocess
import sys
import sysconfig
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent


def locked(name, python):
    """Versions in a lock file that `python` installs."""
    lines = re.findall(r"^[a-z0-9-]+.*?(?= \\$)", (ROOT / f"{name}.lock").read_text(), re.MULTILINE)
    requirements = [Requirement(line) for line in lines]
    return {
        requirement.name: str(requirement.specifier).removeprefix("==")
        for requirement in requirements
        if not requirement.marker or requirement.marker.evaluate({"python_full_version": python})
    }


HERE = platform.python_version()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def declared(group=None):
    """Names of the packages that students need, or those of an extra or a group."""
    project = PROJECT["project"]
    groups = {None: project["dependencies"], **project["optional-dependencies"], **PROJECT["dependency-groups"]}
    return {Requirement(dependency).name for dependency in groups[group]}


def conda_pins(file):
    dependencies = yaml.safe_load((ROOT / file).read_text())["dependencies"]
    return dict(dependency.split("=") for dependency in dependencies if dependency != "pip")


def test_conda_names_every_dependency_at_the_locked_version():
    pins = conda_pins("environment.yml")
    assert pins.pop("python") == "3.11"
    lock = locked("requirements", "3.11.0")
    assert pins == {name: lock[name] for name in declared()}


def test_binder_has_an_exact_copy():
    assert (ROOT / "binder/environment.yml").read_bytes() == (ROOT / "environment.yml").read_bytes()
    assert not (ROOT / "binder/environment.yml").is_symlink()


@pytest.mark.parametrize("group", [None, "test", "teach", "site", "browser"])
def test_a_lock_has_all_packages_with_hashes_and_no_address(group):
    name = f"requirements-{group}" if group else "requirements"
    text = (ROOT / f"{name}.lock").read_text()
    assert declared(group) <= set(locked(name, HERE))
    assert [line for line in re.split(r"\n(?=[a-z])", text.strip()) if "--hash=sha256:" not in line] == []
    assert not re.search(r"https?://|index-url|file:", text)


@pytest.mark.parametrize("group", ["test", "teach", "site", "browser"])
def test_the_locks_agree(group):
    course, added = locked("requirements", HERE), locked(f"requirements-{group}", HERE)
    common = course.keys() & added.keys()
    assert {name: added[name] for name in common} == {name: course[name] for name in common}


def test_the_installed_versions_are_the_locked_ones():
    lock = locked("requirements-test", HERE)
    assert {name: version(name) for name in declared() | declared("test")} == {
        name: lock[name] for name in declared() | declared("test")
    }


def imported(source):
    """Top-level packages that Python code imports where it is not inside a function."""
    tree = ast.parse(source)
    inside = {node for function in ast.walk(tree) if isinstance(function, ast.FunctionDef) for node in ast.walk(function)}
    for node in ast.walk(tree):
        if node in inside:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


def test_students_have_all_that_the_course_imports():
    notebooks = [nbformat.read(path, 4) for path in (ROOT / "notebooks").rglob("*.ipynb")]
    sources = ["".join(cell.source) for notebook in notebooks for cell in notebook.cells if cell.cell_type == "code"]
    sources += [path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py")]
    names = {name for source in sources for name in imported(source)} - set(sys.stdlib_module_names) - {"mnist_mlp"}
    distributions = packages_distributions()
    packages = {canonicalize_name(distributions[name][0]) for name in names}
    assert packages <= set(locked("requirements", HERE))


@pytest.fixture(scope="module")
def dockerfile():
    """What repo2docker would build, without Docker."""
    command = [Path(sysconfig.get_path("scripts"), "jupyter-repo2docker"), "--no-build", "--debug", "."]
    run = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return run.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="repo2docker asks for the user's id, which Windows has not")
def test_binder_uses_this_python_environment_and_post_build_step(dockerfile):
    assert "Building conda environment for python=3.11" in dockerfile
    assert re.search(r'env update .*--file "binder/environment.yml"', dockerfile)
    assert "RUN ./binder/postBuild" in dockerfile


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission to execute a file")
def test_binder_s_post_build_step_can_be_executed():
    step = ROOT / "binder/postBuild"
    assert step.stat().st_mode & 0o111 and step.read_text().startswith("#!")
    assert "pip install --no-deps -e ." in step.read_text()
