"""A cache of trainings done before."""

import os
import tempfile
from hashlib import sha256
from importlib.metadata import version
from inspect import signature
from pathlib import Path

import joblib
from filelock import FileLock
from platformdirs import user_cache_dir

from mnist_mlp.training import train


def train_cached(X, y, **settings):
    """Train, or return what the same training gave before on this machine.

    The result is kept in the folder that the environment variable ``MNIST_MLP_CACHE`` names, by default the user's cache
    folder. Its key is a digest of images, labels, settings, NumPy's version and this package's code: change any of them and
    the training is done anew. Where two processes ask for the same training, one does it and the other waits.

    Parameters
    ----------
    X, y
        As for `train`.
    **settings
        As for `train`, but no `metrics`. A remembered history is passed to `progress` row by row as well.

    Returns
    -------
    TrainingResult

    Raises
    ------
    TypeError, ValueError, FloatingPointError
        As `train`.
    """
    if settings.get("metrics"):
        raise TypeError("metrics must not be passed to train_cached: a function has no digest; use train")
    file = _cache_folder() / f"{_training_digest(X, y, settings)}.joblib"
    with FileLock(f"{file}.lock"):
        if not file.exists():
            result = train(X, y, **settings)
            _save(result, file)
            return result
    result = joblib.load(file)
    if settings.get("progress"):
        for row in result.history:
            settings["progress"](row)
    return result


def _cache_folder():
    folder = Path(os.environ.get("MNIST_MLP_CACHE") or user_cache_dir("mnist-mlp"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _training_digest(X, y, settings):
    """Digest of all that decides the result: progress and the number of threads do not."""
    arguments = signature(train).bind(X, y, **settings)
    arguments.apply_defaults()
    deciding = {name: value for name, value in arguments.arguments.items() if name not in ("progress", "threads")}
    return joblib.hash((deciding, version("numpy"), code_digest()))


def code_digest():
    """SHA-256, as hexadecimal digits, of the source of every module that can change a result."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    deciding = [source for source in sources if source.name not in ("cli.py",)]
    return sha256(b"".join(source.read_bytes() for source in deciding)).hexdigest()


def _save(result, file):
    """Write a file that is either whole or not there."""
    with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
        joblib.dump(result, part)
    os.replace(part.name, file)
