"""Which runs a sweep consists of: a notebook's parameters, and the values that they are to take."""

import ast
import itertools
import json
import math
import re
from collections import Counter
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml

from mnist_mlp.cache import code_digest

TYPES = {"int": int, "float": float, "str": str, "bool": bool}
DISTRIBUTIONS = {
    "uniform": lambda rng, low, high: rng.uniform(low, high),
    "loguniform": lambda rng, low, high: math.exp(rng.uniform(math.log(low), math.log(high))),
}
FILE_KEYS = {"parameters": dict, "grid": dict, "random": dict, "trials": int, "seed": int}


class RunError(Exception):
    """A run or a sweep that cannot start or that failed, said in words for whoever asked for it."""


class Parameter(NamedTuple):
    """A parameter that a notebook has.

    Attributes
    ----------
    type : str
        Name of its annotated type, or of its default's type.
    default : object
        Value that it has when nobody changes it.
    """

    type: str
    default: object


def read_notebook(path):
    """Read a notebook to be run.

    Parameters
    ----------
    path : str or os.PathLike

    Returns
    -------
    dict
        Of format 4, as `nbformat.read` would give it.

    Raises
    ------
    RunError
        If there is no file, or it is no notebook.
    """
    if not Path(path).is_file():
        raise RunError(f"NOTEBOOK must be a notebook file, and there is none at {path}")
    try:
        # Not by nbformat, whose import takes a second: papermill uses it where the notebook is executed.
        notebook = json.loads(Path(path).read_text(encoding="utf-8"))
        if notebook["nbformat"] != 4:
            raise ValueError(f"format {notebook['nbformat']}")
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"NOTEBOOK must be a notebook of format 4, and {path} cannot be read as one: {error!r}") from error
    return notebook


def read_parameters(notebook):
    """Find the parameters of a notebook: the assignments in its first cell tagged ``parameters``.

    Parameters
    ----------
    notebook : dict
        From `read_notebook`.

    Returns
    -------
    dict of str to Parameter

    Raises
    ------
    RunError
        If the cell is no Python.
    """
    # Papermill's own inspection reads line by line and cuts a text at its first "#".
    cells = [cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", [])]
    try:
        statements = ast.parse(cells[0]["source"]).body if cells else []
    except SyntaxError as error:
        raise RunError(f"the cell of NOTEBOOK that is tagged parameters must be Python: {error}") from error
    parameters = {}
    for node in statements:
        if isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            parameters[node.target.id] = Parameter(ast.unparse(node.annotation), _literal(node.value))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            default = _literal(node.value)
            parameters[node.targets[0].id] = Parameter(type(default).__name__, default)
    return parameters


def _literal(node):
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ast.unparse(node)


def parse_parameter(name, value, known):
    """Value of the annotated type, or an error that says what would be right.

    Parameters
    ----------
    name : str
    value : str, int, float or bool
    known : dict of str to Parameter
        The notebook's parameters.

    Returns
    -------
    str, int, float or bool

    Raises
    ------
    RunError
        If the notebook has no such parameter, or the value is not of its type or not finite.
    """
    wanted = _known(name, known).type
    if wanted not in TYPES:
        raise RunError(f"parameter {name} is of type {wanted}; only {', '.join(TYPES)} can be changed")
    try:
        if not isinstance(value, (str, int, float, bool)):
            raise ValueError(value)
        # By way of text: int() would cut 5.5 from a file to 5.
        parsed = _strict_bool(value) if wanted == "bool" else TYPES[wanted](str(value))
        str(parsed).encode()  # half a surrogate pair, of which no file can be written, is a ValueError too
    except ValueError:
        raise RunError(f"parameter {name} must be of type {wanted}, got {value!r}") from None
    if isinstance(parsed, float) and not math.isfinite(parsed):
        raise RunError(f"parameter {name} must be finite, got {value!r}")
    return parsed


def _known(name, known):
    if name not in known:
        raise RunError(f"parameter {name!r} is unknown; the notebook has {', '.join(known) or 'none'}")
    return known[name]


def _strict_bool(value):
    """Make a bool of the words that YAML has for it: Python's bool() is true for the word "False"."""
    words = {"true": True, "false": False}
    if str(value).lower() not in words:
        raise ValueError(value)
    return words[str(value).lower()]


def notebook_digest(notebook):
    """SHA-256, as hexadecimal digits, of what a notebook computes: its code, not its texts and outputs.

    Parameters
    ----------
    notebook : dict
        From `read_notebook`.

    Returns
    -------
    str
    """
    sources = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return sha256(json.dumps(sources).encode()).hexdigest()


def run_id(digest, parameters):
    """Name a run by all that decides its result.

    Parameters
    ----------
    digest : str
        From `notebook_digest`.
    parameters : dict
        All parameters of the notebook and their values.

    Returns
    -------
    str
        Twelve hexadecimal digits: the digest of notebook, parameters, and this package's version and code.
    """
    deciding = [digest, parameters, *_package()]
    return sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()[:12]


class Distribution(NamedTuple):
    """What a random search draws a parameter from."""

    name: str
    low: float
    high: float
    integer: bool

    def draw(self, rng):
        """One value, with six digits: enough for a hyperparameter, and short enough to be typed again."""
        value = DISTRIBUTIONS[self.name](rng, self.low, self.high)
        return round(value) if self.integer else float(f"{value:.6g}")

    def describe(self):
        """As it is written on the command line."""
        return f"{self.name}({self.low:g}, {self.high:g})"


@cache
def _package():
    return version("mnist-mlp"), code_digest()


@dataclass(frozen=True)
class Request:
    """What a sweep is asked to do, checked.

    Attributes
    ----------
    parameters : dict
        Values that all runs share.
    grid : dict of str to list
        Values of which every combination is run.
    random : dict of str to Distribution
        What is drawn. Each draw is run with every combination of the grid.
    trials : int
        Number of draws; a larger number begins with the same ones.
    seed : int
        Of the draws.
    """

    parameters: dict
    grid: dict
    random: dict
    trials: int
    seed: int

    @property
    def count(self):
        """Number of runs, before equal draws become one."""
        return math.prod(len(values) for values in self.grid.values()) * self.trials

    def runs(self):
        """Yield the parameters to change, a dict for each run."""
        rng = np.random.default_rng(self.seed)
        for _ in range(self.trials):
            draw = {name: distribution.draw(rng) for name, distribution in self.random.items()}
            for values in itertools.product(*self.grid.values()):
                yield self.parameters | draw | dict(zip(self.grid, values))

    @property
    def varying(self):
        """Names of the parameters that differ between runs."""
        return [*self.random, *self.grid]

    def describe(self):
        """As a dict that JSON can hold."""
        return asdict(self) | {"random": {name: distribution.describe() for name, distribution in self.random.items()}}


def make_request(known, parameters, grid, random, trials, seed):
    """Check what a sweep is asked to do against a notebook.

    Parameters
    ----------
    known : dict of str to Parameter
        The notebook's parameters.
    parameters : dict
        Values that all runs share.
    grid : dict of str to list
        Values to combine.
    random : dict of str to str
        Distributions: ``uniform(low, high)`` or ``loguniform(low, high)``.
    trials : int or None
        Number of draws; needed if and only if something is random.
    seed : int
        Of the draws.

    Returns
    -------
    Request

    Raises
    ------
    RunError
        If a parameter is unknown, is given twice or gets a value that is not of its type; if a grid is empty or repeats a
        value; if a distribution is none.
    """
    counts = Counter([*parameters, *grid, *random])
    if twice := [name for name, count in counts.items() if count > 1]:
        raise RunError(f"parameter {twice[0]} is given twice: a parameter is fixed, in the grid, or random")
    if bool(random) != (trials is not None):
        raise RunError("random and trials go together: what to draw, and how often")
    if trials is not None and trials < 1:
        raise RunError(f"trials must be at least 1, got {trials}")
    if seed < 0:
        raise RunError(f"seed must be at least 0, got {seed}")
    return Request(
        {name: parse_parameter(name, value, known) for name, value in parameters.items()},
        {name: _parse_values(name, values, known) for name, values in grid.items()},
        {name: _parse_distribution(name, text, known) for name, text in random.items()},
        trials or 1,
        seed,
    )


def _parse_values(name, values, known):
    if not isinstance(values, list) or not values:
        raise RunError(f"grid of {name} must be a list of values, got {values!r}")
    parsed = [parse_parameter(name, value, known) for value in values]
    if twice := [value for value, count in Counter(parsed).items() if count > 1]:
        raise RunError(f"grid of {name} must not repeat a value, got {twice[0]!r} twice")
    return parsed


def _parse_distribution(name, text, known):
    wanted = _known(name, known).type
    if wanted not in ("int", "float"):
        raise RunError(f"parameter {name} must be an int or a float to be drawn at random, and is of type {wanted}")
    found = re.fullmatch(r"\s*(\w+)\s*\(([^,()]+),([^,()]+)\)\s*", str(text))
    expected = f"random of {name} must be uniform(low, high) or loguniform(low, high) with finite low < high, got {text!r}"
    if not found or found[1] not in DISTRIBUTIONS:
        raise RunError(expected)
    try:
        low, high = float(found[2]), float(found[3])
    except ValueError:
        raise RunError(expected) from None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise RunError(expected)
    if found[1] == "loguniform" and low <= 0:
        raise RunError(f"random of {name} must have low above 0 for loguniform, got {text!r}")
    return Distribution(found[1], low, high, wanted == "int")


def read_assignments(option, texts):
    """Split the texts ``name=value`` that an option was given.

    Parameters
    ----------
    option : str
        As the user wrote it.
    texts : iterable of str

    Returns
    -------
    dict of str to str

    Raises
    ------
    RunError
        If a text has no ``=``, or a name comes twice.
    """
    assignments = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise RunError(f"{option} must be name=value, got {text!r}")
        if name in assignments:
            raise RunError(f"parameter {name} is given twice with {option}")
        assignments[name] = value
    return assignments


def read_request(known, *, file=None, parameters=(), grid=(), random=(), trials=None, seed=None):
    """Make a request of what the command line says and what a file says.

    Parameters
    ----------
    known : dict of str to Parameter
        The notebook's parameters.
    file : str or os.PathLike, optional
        YAML file with any of the keys ``parameters``, ``grid``, ``random``, ``trials`` and ``seed``.
    parameters, grid, random : iterable of str
        Texts ``name=value``, ``name=value,value`` and ``name=distribution(low,high)``.
    trials, seed : int, optional
        Instead of the file's.

    Returns
    -------
    Request

    Raises
    ------
    RunError
        As `make_request`; and if a text or the file cannot be understood, or both name the same parameter.
    """
    content = _read_file(file) if file else {}
    asked = {
        "parameters": read_assignments("-p", parameters),
        "grid": {name: text.split(",") if text else [] for name, text in read_assignments("--grid", grid).items()},
        "random": read_assignments("--random", random),
    }
    for section, values in asked.items():
        if twice := [name for name in values if name in content.get(section, {})]:
            raise RunError(f"parameter {twice[0]} is given twice: on the command line and in {file}")
        asked[section] = content.get(section, {}) | values
    trials = content.get("trials") if trials is None else trials
    seed = content.get("seed", 0) if seed is None else seed
    return make_request(known, **asked, trials=trials, seed=seed)


def _read_file(path):
    """Content of a YAML file whose keys and their types are right."""
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RunError(f"--from must be a YAML file; {path} cannot be read as one: {one_line(error)}") from error
    if not isinstance(content, dict):
        raise RunError(f"--from: {path} must hold the keys {', '.join(FILE_KEYS)}, got {content!r}")
    for key, value in content.items():
        if key not in FILE_KEYS:
            raise RunError(f"--from: {path} has the unknown key {key!r}; known are {', '.join(FILE_KEYS)}")
        if not isinstance(value, FILE_KEYS[key]) or isinstance(value, bool):
            raise RunError(f"--from: {key} in {path} must be a {FILE_KEYS[key].__name__}, got {value!r}")
    return content


def one_line(error):
    """Message of an error, fit for a cell of a table."""
    return re.sub(r"\s+", " ", str(error)).strip()
