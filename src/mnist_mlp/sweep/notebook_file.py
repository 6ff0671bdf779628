"""A notebook to run: its parameters and code."""

import ast
import contextlib
import json
import math
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from mnist_mlp.sweep.errors import SweepError

# Python's bool("False") is True; booleans are written as in YAML.
TYPES = {"int": int, "float": float, "str": str, "bool": lambda text: {"true": True, "false": False}[text.lower()]}
NO_LITERAL = "expression"


class Parameter(NamedTuple):
    """A parameter of a notebook: the name of its type (annotated, or that of the default) and its default."""

    type: str
    default: object


def read_notebook(path):
    """Read a notebook, without the cells that an earlier run injected."""
    if not Path(path).is_file():
        raise SweepError(f"NOTEBOOK must be a notebook file, and {path} is not a file")
    try:
        # Not with nbformat, whose import takes a second: papermill uses it when the notebook is executed.
        notebook = json.loads(Path(path).read_text(encoding="utf-8"))
        if notebook["nbformat"] != 4:
            raise ValueError(f"format {notebook['nbformat']}")
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
            cell.setdefault("metadata", {})
            if cell["cell_type"] not in ("code", "markdown", "raw"):
                raise ValueError(f"a cell of type {cell['cell_type']!r}")
        notebook["cells"] = [cell for cell in notebook["cells"] if "injected-parameters" not in _tags(cell)]
        metadata = notebook["metadata"]
        language = metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get("name", "python")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SweepError(f"NOTEBOOK must be a notebook of format 4, and {path} cannot be read as one: {error!r}") from error
    if str(language).lower() not in ("python", "ipython", "python3"):
        raise SweepError(f"NOTEBOOK must be in Python, and {path} is in {language}")
    return notebook


def _tags(cell):
    return cell["metadata"].get("tags", [])


def read_parameters(notebook):
    """Find the parameters of a notebook: the assignments in its first cell tagged ``parameters``."""
    # Papermill's own inspection reads line by line and cuts strings at the first "#".
    cells = [cell for cell in notebook["cells"] if "parameters" in _tags(cell)]
    parameters = {}
    for node in _statements(cells[0]["source"]) if cells else []:
        if isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            parameters[node.target.id] = Parameter(ast.unparse(node.annotation), _default(node.value)[1])
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            parameters[node.targets[0].id] = Parameter(*_default(node.value))
    for cell in notebook["cells"][notebook["cells"].index(cells[0]) + 1 :] if cells else []:
        if again := _literals_set(cell) & parameters.keys():
            raise SweepError(f"parameter {min(again)} must not be set again in a later cell of NOTEBOOK: {cell['source']!r}")
    return parameters


def _literals_set(cell):
    """Names to which a cell assigns a literal: what they were before is lost."""
    with contextlib.suppress(SweepError):
        statements = _statements(cell["source"]) if cell["cell_type"] == "code" else []
        assigned = [node for node in statements if isinstance(node, ast.Assign | ast.AnnAssign) and node.value]
        names = [name for node in assigned if _default(node.value)[0] != NO_LITERAL for name in ast.walk(node)]
        return {name.id for name in names if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
    return set()


def _statements(source):
    """Syntax trees of a cell's statements, with magics as calls."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return ast.parse(TransformerManager().transform_cell(source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise SweepError(f"the cell of NOTEBOOK tagged parameters must be Python: {error}") from error


def _default(node):
    """Type and value of a default; its source if the value would not survive JSON."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return NO_LITERAL, ast.unparse(node)
    try:
        kept = json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        kept = None
    same = kept == value and type(kept) is type(value)
    return type(value).__name__, value if same else ast.unparse(node)


def parse_parameter(name, value, parameters):
    """Convert a value to the parameter's type."""
    wanted = find_parameter(name, parameters).type
    if wanted == NO_LITERAL:
        raise SweepError(
            f"parameter {name} must be annotated to be changed, such as {name}: int = {parameters[name].default}: "
            "its default does not determine its type"
        )
    if wanted not in TYPES:
        raise SweepError(f"parameter {name} is of type {wanted}; only {', '.join(TYPES)} can be changed, got {value!r}")
    try:
        if not isinstance(value, (str, int, float, bool)):
            raise ValueError(value)
        # Via str: int() would truncate 5.5 from a file to 5. A terminal with another encoding passes bytes as surrogates.
        parsed = TYPES[wanted](str(value).encode("utf-8", "surrogateescape").decode())
    except (ValueError, KeyError):
        raise SweepError(f"parameter {name} must be of type {wanted}, got {value!r}") from None
    if isinstance(parsed, float) and not math.isfinite(parsed):
        raise SweepError(f"parameter {name} must be finite, got {value!r}")
    return parsed


def find_parameter(name, parameters):
    """Parameter of this name, or an error that lists the known names."""
    if name not in parameters:
        raise SweepError(f"parameter {name!r} is unknown; the notebook has {', '.join(parameters) or 'none'}")
    return parameters[name]


def notebook_digest(notebook):
    """SHA-256 of a notebook's code, without its text and outputs."""
    sources = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return sha256(json.dumps(sources).encode()).hexdigest()


def run_id(digest, parameters):
    """Id of a run: "r" and twelve hex digits of a digest of the notebook's digest and all parameters."""
    return "r" + sha256(json.dumps([digest, parameters], sort_keys=True).encode()).hexdigest()[:12]
