"""The runs that make up a sweep: the values of the notebook's parameters."""

import itertools
import math
import re
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml

from mnist_mlp.sweep.errors import SweepError, one_line
from mnist_mlp.sweep.notebook_file import find_parameter, parse_parameter

DISTRIBUTIONS = {
    "uniform": lambda rng, low, high: rng.uniform(low, high),
    "loguniform": lambda rng, low, high: math.exp(rng.uniform(math.log(low), math.log(high))),
}
FILE_KEYS = {"parameters": dict, "grid": dict, "random": dict, "trials": int, "seed": int}


class Distribution(NamedTuple):
    """Distribution from which a random search draws a parameter."""

    name: str
    low: float
    high: float
    integer: bool

    def draw(self, rng):
        """One value, to six digits: enough for a hyperparameter, and short enough to retype."""
        value = DISTRIBUTIONS[self.name](rng, self.low, self.high)
        return round(value) if self.integer else float(f"{value:.6g}")

    def __str__(self):
        """As written on the command line."""
        return f"{self.name}({self.low:g}, {self.high:g})"


@dataclass(frozen=True)
class SearchSpace:
    """The requested runs of a sweep, validated."""

    parameters: dict  # values that all runs share
    grid: dict  # lists of values; every combination is run
    random: dict  # distributions; each draw is run with every combination of the grid
    trials: int  # number of draws; a larger number starts with the same ones
    seed: int  # of the draws

    @property
    def count(self):
        """Number of runs, before equal draws are merged."""
        return math.prod(len(values) for values in self.grid.values()) * self.trials

    def overrides(self):
        """Yield the parameters to change, a dict for each run."""
        rng = np.random.default_rng(self.seed)
        for _ in range(self.trials):
            draw = {name: distribution.draw(rng) for name, distribution in self.random.items()}
            for values in itertools.product(*self.grid.values()):
                yield self.parameters | draw | dict(zip(self.grid, values))

    @property
    def names(self):
        """Names of the given parameters, those that vary last."""
        return [*self.parameters, *self.random, *self.grid]

    def describe(self):
        """As a JSON-serializable dict."""
        return asdict(self) | {"random": {name: str(distribution) for name, distribution in self.random.items()}}


def read_search_space(notebook_parameters, *, file=None, parameters=(), grid=(), random=(), trials=None, seed=None):
    """Make a search space from the command line and a file."""
    content = _read_file(file) if file else {}
    given = {
        "parameters": _split("-p", parameters),
        "grid": {name: re.split(r"\s*,\s*", text.strip()) if text else [] for name, text in _split("--grid", grid).items()},
        "random": _split("--random", random),
    }
    for section, values in given.items():
        if twice := [name for name in values if name in content.get(section, {})]:
            raise SweepError(f"parameter {twice[0]} is given twice: on the command line and in {file}")
        given[section] = content.get(section, {}) | values
    trials = content.get("trials") if trials is None else trials
    seed = content.get("seed", 0) if seed is None else seed
    return _make_search_space(notebook_parameters, **given, trials=trials, seed=seed)


def _make_search_space(notebook_parameters, parameters, grid, random, trials, seed):
    counts = Counter([*parameters, *grid, *random])
    if twice := [name for name, count in counts.items() if count > 1]:
        raise SweepError(f"parameter {twice[0]} is given twice: a parameter is fixed, in the grid, or random")
    if bool(random) != (trials is not None):
        raise SweepError("random and trials go together: what to draw, and how often")
    if trials is not None and trials < 1:
        raise SweepError(f"trials must be at least 1, got {trials}")
    if seed < 0:
        raise SweepError(f"seed must be at least 0, got {seed}")
    return SearchSpace(
        {name: parse_parameter(name, value, notebook_parameters) for name, value in parameters.items()},
        {name: _parse_values(name, values, notebook_parameters) for name, values in grid.items()},
        {name: _parse_distribution(name, text, notebook_parameters) for name, text in random.items()},
        trials or 1,
        seed,
    )


def _split(option, texts):
    """Names and values from an option's ``name=value`` texts."""
    assignments = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise SweepError(f"{option} must be name=value, got {text!r}")
        if name in assignments:
            raise SweepError(f"parameter {name} is given twice with {option}")
        assignments[name] = value
    return assignments


def _parse_values(name, values, notebook_parameters):
    if not isinstance(values, list) or not values:
        raise SweepError(f"grid of {name} must be a list of values, got {values!r}")
    parsed = [parse_parameter(name, value, notebook_parameters) for value in values]
    if twice := [value for value, count in Counter(parsed).items() if count > 1]:
        raise SweepError(f"grid of {name} must not repeat a value, got {twice[0]!r} twice")
    return parsed


def _parse_distribution(name, text, notebook_parameters):
    wanted = find_parameter(name, notebook_parameters).type
    if wanted not in ("int", "float"):
        raise SweepError(f"parameter {name} must be an int or a float to be drawn at random, got type {wanted}")
    found = re.fullmatch(r"\s*(\w+)\s*\(([^,()]+),([^,()]+)\)\s*", str(text))
    expected = f"random of {name} must be uniform(low, high) or loguniform(low, high) with finite low < high, got {text!r}"
    if not found or found[1] not in DISTRIBUTIONS:
        raise SweepError(expected)
    try:
        low, high = float(found[2]), float(found[3])
    except ValueError:
        raise SweepError(expected) from None
    if not (low < high and math.isfinite(high - low)):  # a range wider than the largest float cannot be drawn from
        raise SweepError(expected)
    if found[1] == "loguniform" and low <= 0:
        raise SweepError(f"random of {name} must have low above 0 for loguniform, got {text!r}")
    return Distribution(found[1], low, high, wanted == "int")


class _Loader(yaml.SafeLoader):
    """YAML loader that rejects duplicate keys, of which YAML itself keeps only the last."""

    def construct_mapping(self, node, deep=False):
        """Make a dict of a mapping."""
        keys = Counter(self.construct_object(key, deep=True) for key, _ in node.value)
        if twice := [key for key, count in keys.items() if count > 1]:
            raise yaml.constructor.ConstructorError(problem=f"duplicate key {twice[0]!r}", problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)


def _read_file(path):
    """Content of a YAML file, after checking its keys and their types."""
    try:
        content = yaml.load(Path(path).read_text(encoding="utf-8"), _Loader) or {}
    except (OSError, ValueError, TypeError, RecursionError, yaml.YAMLError) as error:
        raise SweepError(f"--from must be a YAML file; {path} cannot be read as one: {one_line(error)}") from error
    if not isinstance(content, dict):
        raise SweepError(f"--from: {path} must hold the keys {', '.join(FILE_KEYS)}, got {content!r}")
    for key, value in content.items():
        if key not in FILE_KEYS:
            raise SweepError(f"--from: {path} has the unknown key {key!r}; known keys: {', '.join(FILE_KEYS)}")
        if not isinstance(value, FILE_KEYS[key]) or isinstance(value, bool):
            raise SweepError(f"--from: {key} in {path} must be a {FILE_KEYS[key].__name__}, got {value!r}")
    return content
