"""The runs that make up a sweep, from the command line and from a file."""

import re

import pytest
from helpers.sweeps import run_command

from mnist_mlp.sweep.notebook_file import Parameter
from mnist_mlp.sweep.search_space import read_search_space

KNOWN = {
    "rate": Parameter("float", 0.1),
    "seed": Parameter("int", 0),
    "name": Parameter("str", "a"),
    "fast": Parameter("bool", True),
}


@pytest.mark.parametrize(
    "content, message",
    [
        ("grid: {x: [1, 2", r"cannot be read as one"),
        ("- 1", r"must hold the keys parameters, grid, random, trials, seed"),
        ("grids: {x: [1]}", r"has the unknown key 'grids'"),
        ("grid: {x: [1]}\ngrid: {y: [2]}", r"duplicate key 'grid'"),
        ("grid: {x: [1], x: [2]}", r"duplicate key 'x'"),
        ("grid: [x]", r"grid in .* must be a dict"),
        ("grid: {x: 5}", r"grid of x must be a list of values, got 5"),
        ("grid: {x: [1.5]}", r"parameter x must be of type int, got 1.5"),
        ("grid: {x: [[1]]}", r"parameter x must be of type int, got \[1\]"),
        ("grid: {x: [true]}", r"parameter x must be of type int, got True"),
        ("parameters: {name: c}", r"parameter name is given twice: on the command line and in"),
        ("{random: {y: 'uniform(0, 1)'}, trials: 0}", r"trials must be at least 1, got 0"),
    ],
)
def test_a_wrong_file_is_a_one_line_error(tmp_path, logged, content, message):
    (tmp_path / "sweep.yaml").write_text(content)
    run = run_command("sweep", logged, "--output", tmp_path / "out", "--from", tmp_path / "sweep.yaml", "-p", "name=b")
    assert run.exit_code == 2 and re.search(message, run.output), run.output
    assert not (tmp_path / "out").exists()


def test_a_grid_is_every_combination_with_the_last_name_fastest():
    space = read_search_space(KNOWN, grid=["rate=1,2", "fast=true,False"], parameters=["name=b=c"])
    assert space.count == 4
    assert list(space.overrides()) == [
        {"name": "b=c", "rate": rate, "fast": fast} for rate in (1.0, 2.0) for fast in (True, False)
    ]


def test_draws_are_repeatable_and_in_range_and_more_of_them_start_the_same():
    def draws(trials, seed=None):
        random = ["rate=loguniform(1e-4, 1e-1)", "seed=uniform(10, 20)"]
        return list(read_search_space(KNOWN, random=random, trials=trials, seed=seed).overrides())

    assert draws(5) == draws(40)[:5] == draws(5, seed=0) != draws(5, seed=1)
    many = draws(1000)
    rates = sorted(draw["rate"] for draw in many)
    assert 1e-4 <= rates[0] < 1.2e-4 and 0.09 < rates[-1] <= 0.1
    assert 2e-3 < rates[500] < 5e-3  # the middle of the range on a logarithmic scale is 0.0032
    assert {draw["seed"] for draw in many} == set(range(10, 21))


def test_every_draw_is_run_with_every_combination_of_the_grid():
    space = read_search_space(KNOWN, random=["rate=uniform(0, 1)"], trials=3, grid=["seed=1,2"])
    runs = list(space.overrides())
    assert space.count == len(runs) == 6 and [run["seed"] for run in runs] == [1, 2] * 3
    assert len({run["rate"] for run in runs}) == 3


def test_file_and_command_line_are_combined(tmp_path):
    (tmp_path / "sweep.yaml").write_text("{parameters: {name: c}, grid: {rate: [1, 1e-1]}, seed: 3}")
    space = read_search_space(KNOWN, file=tmp_path / "sweep.yaml", grid=["fast=true,false"], seed=4)
    assert space.count == 4 and space.seed == 4
    assert next(space.overrides()) == {"name": "c", "rate": 1.0, "fast": True}


def test_a_blank_after_a_comma_is_not_part_of_a_value():
    space = read_search_space(KNOWN, grid=["name=none, consistent ,a b"])
    assert space.grid == {"name": ["none", "consistent", "a b"]}
