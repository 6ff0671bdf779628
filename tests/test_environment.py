"""One set of versions, however it is installed; and Binder builds from it."""

import re
import subprocess
import sys
import sysconfig
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent


def locked(file):
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==([^\s;]+)", (ROOT / file).read_text(), re.MULTILINE))


LOCK = locked("requirements.lock")


def declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    dependencies = project["dependencies"] + project["optional-dependencies"]["test"]
    return {re.match(r"[a-z0-9-]+", dependency)[0] for dependency in dependencies}


def conda_pins(file):
    dependencies = yaml.safe_load((ROOT / file).read_text())["dependencies"]
    return dict(dependency.split("=") for dependency in dependencies if dependency != "pip")


def test_conda_names_every_dependency_at_the_locked_version():
    pins = conda_pins("environment.yml")
    assert pins.pop("python") == "3.11"
    assert pins == {name: LOCK[name] for name in declared()}


def test_binder_has_an_exact_copy():
    assert (ROOT / "binder/environment.yml").read_bytes() == (ROOT / "environment.yml").read_bytes()
    assert not (ROOT / "binder/environment.yml").is_symlink()


@pytest.mark.parametrize(("name", "least"), [("requirements", 50), ("requirements-site", 20), ("requirements-browser", 1)])
def test_a_lock_is_hashed_and_names_no_address(name, least):
    text = (ROOT / f"{name}.lock").read_text()
    requirements = re.split(r"\n(?=[a-z])", text.strip())
    assert len(requirements) > least
    assert [line for line in requirements if "--hash=sha256:" not in line] == []
    assert not re.search(r"https?://|index-url|file:", text)


@pytest.mark.parametrize("group", ["site", "browser"])
def test_the_lock_of_a_group_has_all_its_packages_and_agrees_with_the_course(group):
    versions = locked(f"requirements-{group}.lock")
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"][group]
    assert {re.match(r"[a-z0-9-]+", dependency)[0] for dependency in dependencies} <= set(versions)
    assert {name: LOCK[name] for name in versions if name in LOCK} == {
        name: versions[name] for name in versions if name in LOCK
    }


def test_the_installed_versions_are_the_locked_ones():
    assert {name: version(name) for name in declared()} == {name: LOCK[name] for name in declared()}


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
