"""Each training is done once, and nothing that happens to the cache stops it."""

import shutil
from functools import partial, wraps
from pathlib import Path

import numpy as np
import pytest
from helpers import flat

import mnist_mlp
from mnist_mlp import cache as cache_module
from mnist_mlp import train, train_cached

SIZES = (4, 3, 2)
X = np.random.default_rng(0).random((50, 4))
Y = np.arange(50) % 2
SETTINGS = dict(layer_sizes=SIZES, epochs=3, record_every=2, learning_rate=0.1)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MNIST_MLP_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def trainings(monkeypatch):
    """A list with an entry for each training that is actually done."""
    done = []

    @wraps(train)
    def counted(*args, **settings):
        done.append(settings)
        return train(*args, **settings)

    monkeypatch.setattr(cache_module, "train", counted)
    return done


def expect_the_training(result):
    expected = train(X, Y, **SETTINGS)
    assert np.array_equal(flat(result.layers), flat(expected.layers)) and result.history == expected.history


def test_the_same_training_runs_once_and_is_reported_twice(folder, trainings):
    reported = []
    first = train_cached(X, Y, **SETTINGS, progress=reported.append)
    again = train_cached(X, Y, **SETTINGS, seed=0, threads=1, progress=reported.append)
    assert len(trainings) == len(list(folder.glob("*.npz"))) == 1
    expect_the_training(first)
    expect_the_training(again)
    assert reported == first.history + again.history


def test_other_data_settings_or_code_train_again(folder, trainings, monkeypatch):
    train_cached(X, Y, **SETTINGS)
    train_cached(X[::-1], Y, **SETTINGS)
    train_cached(X, 1 - Y, **SETTINGS)
    train_cached(X, Y, **SETTINGS, seed=1)
    monkeypatch.setattr(cache_module, "code_digest", lambda: "other code")
    train_cached(X, Y, **SETTINGS)
    assert len(trainings) == len(list(folder.glob("*.npz"))) == 5


def without_any_array(file):
    np.savez(file, something=np.arange(3))


def pickled(file):
    np.savez(file, W1=np.array([{}], dtype=object), allow_pickle=True)


DAMAGE = {
    "empty": lambda file: file.write_bytes(b""),
    "cut short": lambda file: file.write_bytes(file.read_bytes()[:-100]),
    "changed": lambda file: file.write_bytes(file.read_bytes()[:200] + b"damage" + file.read_bytes()[206:]),
    "something else": lambda file: file.write_text("something else"),
    "without layers": without_any_array,
    "with pickled objects": pickled,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_replaced(damage, folder, trainings):
    train_cached(X, Y, **SETTINGS)
    (file,) = folder.glob("*.npz")
    DAMAGE[damage](file)
    expect_the_training(train_cached(X, Y, **SETTINGS))
    expect_the_training(train_cached(X, Y, **SETTINGS))
    assert len(trainings) == 2


def test_a_folder_where_the_file_should_be_does_not_stop_training(folder):
    train_cached(X, Y, **SETTINGS)
    (file,) = folder.glob("*.npz")
    file.unlink()
    (file / "inside").mkdir(parents=True)
    expect_the_training(train_cached(X, Y, **SETTINGS))


@pytest.mark.parametrize("place", ["a file", "below a file", "a name too long", "a full disk"])
def test_a_folder_that_cannot_be_written_does_not_stop_training(place, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    paths = {
        "a file": tmp_path / "file",
        "below a file": tmp_path / "file" / "cache",
        "a name too long": tmp_path / ("x" * 300),
        "a full disk": Path("/dev/full/cache"),
    }
    monkeypatch.setenv("MNIST_MLP_CACHE", str(paths[place]))
    expect_the_training(train_cached(X, Y, **SETTINGS))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_tilde_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    monkeypatch.setenv("MNIST_MLP_CACHE", "~/cache")
    train_cached(X, Y, **SETTINGS)
    assert [path.name for path in tmp_path.iterdir()] == ["home"] and list((tmp_path / "home/cache").glob("*.npz"))


def test_a_failed_write_keeps_the_result_and_leaves_no_partial_file(folder, monkeypatch):
    def full(file, **arrays):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    expect_the_training(train_cached(X, Y, **SETTINGS))
    assert not [path for path in folder.iterdir() if path.suffix != ".lock"]


def test_a_lock_that_is_never_released_does_not_stop_training(folder, monkeypatch):
    train_cached(X, Y, **SETTINGS)
    (file,) = folder.glob("*.npz")
    monkeypatch.setattr(cache_module, "LOCK_TIMEOUT", 0)
    with cache_module.FileLock(f"{file}.lock"):
        expect_the_training(train_cached(X, Y, **SETTINGS))


def test_images_that_are_not_an_array_are_trained_on_without_caching(tmp_path, folder, trainings):
    class Rows:
        dtype, shape, ndim = X.dtype, X.shape, X.ndim

        def __len__(self):
            return len(X)

        def __getitem__(self, rows):
            return X[rows]

    expect_the_training(train_cached(Rows(), Y, **SETTINGS))
    assert len(trainings) == 1 and not folder.exists()


@pytest.mark.parametrize("settings", [{"epochs": -1}, {"beta": 1}, {"layers": []}, {"dtype": "float16"}])
def test_arguments_that_train_refuses_are_refused_and_nothing_is_cached(settings, folder):
    (name,) = settings
    with pytest.raises((TypeError, ValueError), match=f"{name} must be"):
        train_cached(X, Y, **{**SETTINGS, **settings})
    assert not folder.exists()


def test_metrics_and_unknown_arguments_are_refused(folder):
    with pytest.raises(TypeError, match="metrics must not be passed: its results would not be cached; use train"):
        train_cached(X, Y, **SETTINGS, metrics=lambda layers: {})
    with pytest.raises(TypeError, match=r"train_cached\(\): got an unexpected keyword argument 'epoch'"):
        train_cached(X, Y, **SETTINGS, epoch=3)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the package, whose digest is computed."""
    copy = shutil.copytree(
        Path(mnist_mlp.__file__).parent, tmp_path / "mnist_mlp", ignore=shutil.ignore_patterns("__pycache__")
    )
    monkeypatch.setattr(cache_module, "__file__", str(copy / "cache.py"))
    return copy


def rewrite(file, old, new):
    text = file.read_bytes().decode()
    assert old in text
    file.write_bytes(text.replace(old, new).encode())


MEANINGLESS = {
    "line ends": ("network.py", "\n", "\r\n"),
    "a docstring": ("network.py", '"""Forward pass: the activations', '"""The activations'),
    "a comment": ("network.py", "    activations = [X]", "    # Why.\n    activations = [X]"),
    "layout": ("network.py", "np.maximum(z, 0)", "np.maximum(\n        z,\n        0,\n    )"),
    "an uninvolved module": ("cli.py", "def main", "x = 3\n\n\ndef main"),
    "the checks": ("validation.py", "def validated", "x = 3\n\n\ndef validated"),
}
MEANINGFUL = {
    "a formula": ("network.py", "np.maximum(z, 0)", "np.maximum(z, 1)"),
    "the original's look-ahead": ("optimizers.py", "beta", "beta_"),
    "the engine": ("engine/blocks.py", "N_PARTIALS = 16", "N_PARTIALS = 8"),
    "the loop": ("training.py", "range(epochs)", "range(epochs + 1)"),
}


def digest():
    cache_module.code_digest.cache_clear()
    return cache_module.code_digest()


@pytest.mark.parametrize("edit", MEANINGLESS)
def test_an_edit_that_changes_no_result_keeps_the_digest(edit, package):
    before = digest()
    file, old, new = MEANINGLESS[edit]
    rewrite(package / file, old, new)
    assert digest() == before


@pytest.mark.parametrize("edit", MEANINGFUL)
def test_an_edit_that_can_change_a_result_changes_the_digest(edit, package):
    before = digest()
    file, old, new = MEANINGFUL[edit]
    rewrite(package / file, old, new)
    assert digest() != before


@pytest.fixture(autouse=True)
def reset_digest():
    yield
    cache_module.code_digest.cache_clear()


def test_the_callers_own_augmentation_is_never_taken_from_the_cache(folder, trainings):
    settings = SETTINGS | dict(batch_size=10)
    train_cached(X, Y, **settings, augment=partial(lambda pixels, rng: pixels))
    other = train_cached(X, Y, **settings, augment=partial(lambda pixels, rng: 1 - pixels))
    assert len(trainings) == 2 and not folder.exists()
    assert np.array_equal(flat(other.layers), flat(train(1 - X, Y, **settings).layers))


def test_augmentations_of_the_package_are_told_apart(folder, trainings):
    settings = SETTINGS | dict(batch_size=10)
    for change in (None, mnist_mlp.random_shift, mnist_mlp.random_affine, partial(mnist_mlp.random_shift, reach=2)):
        for _ in range(2):
            train_cached(X, Y, **settings, augment=change)
    assert len(trainings) == len(list(folder.glob("*.npz"))) == 4
