"""A cache of trainings: each is done only once on a machine. Whatever happens to the cache's files, training continues."""

import ast
import os
from functools import cache, partial
from hashlib import sha256
from inspect import signature
from pathlib import Path

import joblib
import numpy as np
from filelock import FileLock, Timeout
from platformdirs import user_cache_dir

from mnist_mlp.diagnosis import warn_of_failure
from mnist_mlp.files import open_whole
from mnist_mlp.network import layers_from_arrays, layers_to_arrays
from mnist_mlp.training import TrainingResult, train

LOCK_TIMEOUT = 1800  # seconds; a process that holds the lock for longer has hung
# Modules that cannot change the result of a training.
UNINVOLVED = {"__init__.py", "files.py", "validation.py", "cache.py", "cli.py", "handwriting.py"}


def train_cached(X, y, **settings):
    """Train, or return the cached result of an identical training on this machine.

    Results are NumPy files in the folder named by the environment variable ``MNIST_MLP_CACHE``, by default the user's cache
    folder. Their names are digests of images, labels, settings, NumPy's version and this package's code (without comments and
    docstrings): change any of these and the training is done again. If two processes request the same training, one does it and
    the other waits. If the folder is not writable, a file is damaged, `X` or `y` is not an ndarray, or `augment` is the
    caller's own function, whose code cannot be compared, this is just `train`.

    Parameters
    ----------
    X, y
        As for `train`.
    **settings
        As for `train`, but no `metrics`. A cached history is passed to `progress` row by row as well.

    Returns
    -------
    TrainingResult

    Raises
    ------
    FloatingPointError
        As `train`.

    Warns
    -----
    TrainingWarning
        As `train`, for a cached training as well.
    """
    if not (isinstance(X, np.ndarray) and isinstance(y, np.ndarray) and _is_known(settings.get("augment"))):
        return train(X, y, **settings)
    folder = Path(os.path.expanduser(os.environ.get("MNIST_MLP_CACHE") or user_cache_dir("mnist-mlp")))
    arguments = signature(train).bind(X, y, **settings)
    arguments.apply_defaults()
    file = folder / f"{_training_digest(arguments.arguments)}.npz"
    lock = FileLock(f"{file}.lock", timeout=LOCK_TIMEOUT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except (OSError, NotImplementedError, Timeout):
        return train(X, y, **settings)
    try:
        result = _load(file)
        if result is None:
            result = train(X, y, **settings)
            _save(file, result)
            return result
    finally:
        lock.release()
    for row in result.history if settings.get("progress") else ():
        settings["progress"](row)
    warn_of_failure(result, X, y, *(arguments.arguments[name] for name in ("learning_rate", "lambda_reg", "batch_size")))
    return result


# For `help` and the argument checks.
train_cached.__signature__ = signature(train)


def _is_known(augment):
    """Whether the code digest covers a function: None or one of this package, some of its arguments perhaps given."""
    while isinstance(augment, partial):
        augment = augment.func
    return augment is None or str(getattr(augment, "__module__", None)).partition(".")[0] == "mnist_mlp"


def _training_digest(arguments):
    """Digest of everything that affects the result: progress and the number of threads do not."""
    deciding = {name: value for name, value in arguments.items() if name not in ("progress", "threads")}
    return joblib.hash((deciding, np.__version__, code_digest()))


@cache
def code_digest():
    """SHA-256 of the code that can change a result: its syntax trees, without docstrings and comments."""
    modules = sorted(path for path in Path(__file__).parent.glob("*.py") if path.name not in UNINVOLVED)
    engine = sorted(Path(__file__).with_name("engine").glob("*.py"))
    return sha256("\n".join(_meaning(path.read_text(encoding="utf-8")) for path in [*modules, *engine]).encode()).hexdigest()


def _meaning(source):
    """Source without comments, docstrings and layout."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, clean=False) is not None:
            node.body[0] = ast.Pass()
    return ast.unparse(tree)


def _save(file, result):
    """Store a result if possible; a full disk must not lose it."""
    history = {name: np.array([row[name] for row in result.history]) for name in ("epoch", "loss")}
    try:
        with open_whole(file) as whole:
            np.savez(whole, **layers_to_arrays(result.layers), **history)
    except OSError:
        pass


def _load(file):
    """Read a result; None if there is none or it is damaged."""
    try:
        with open(file, "rb") as opened, np.load(opened, allow_pickle=False) as stored:
            rows = zip(stored["epoch"].tolist(), stored["loss"].tolist(), strict=True)
            return TrainingResult(layers_from_arrays(stored), [{"epoch": epoch, "loss": loss} for epoch, loss in rows])
    except Exception:  # a damaged file can fail in any way; it is replaced after training
        return None
