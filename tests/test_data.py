"""The three sources of images, and the damage that each of them must detect."""

import errno
import gzip
import hashlib
import json
import math
import os
import re
import shutil
import socket
import struct
import sys
import time
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_mlp import data, load_mnist, split_validation, train

MD5 = {
    "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
}
NAMES = tuple(MD5)


def assert_equal(found, expected):
    for name, a, b in zip(expected._fields, found, expected):
        assert a.dtype == np.uint8 and np.array_equal(a, b), name


# The bundled files


def test_bundled_files_hold_all_of_mnist(mnist):
    assert [(array.shape, array.dtype) for array in mnist] == [
        (shape, np.uint8) for shape in [(60_000, 784), (60_000,), (10_000, 784), (10_000,)]
    ]
    assert np.bincount(mnist.y_train).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(mnist.y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert mnist.y_train[:5].tolist() == [5, 0, 4, 1, 9]


@pytest.mark.parametrize("name", NAMES)
def test_bundled_files_have_the_published_md5(name):
    assert hashlib.md5((files("mnist_mlp") / "mnist" / name).read_bytes()).hexdigest() == MD5[name]


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the bundled files, used in their place."""
    shutil.copytree(files("mnist_mlp") / "mnist", tmp_path / "mnist")
    monkeypatch.setattr("mnist_mlp.data.files", lambda package: tmp_path)
    return tmp_path / "mnist"


@pytest.mark.parametrize("name", NAMES)
def test_any_flipped_bit_of_a_bundled_file_is_an_error(package, rng, name):
    whole = (package / name).read_bytes()
    gzip_header, gzip_trailer = range(10), range(len(whole) - 8, len(whole))
    for position in [*gzip_header, *rng.integers(10, len(whole), 10), *gzip_trailer]:
        damaged = bytearray(whole)
        damaged[position] ^= 1 << rng.integers(8)
        (package / name).write_bytes(damaged)
        with pytest.raises(
            ValueError, match=f"{name}.*found.*{hashlib.sha256(damaged).hexdigest()}, expected.*{data.SHA256[name]}"
        ):
            load_mnist()


@pytest.mark.parametrize("name", NAMES)
def test_a_bundled_file_that_is_cut_or_missing_is_an_error(package, name):
    (package / name).write_bytes((package / name).read_bytes()[:-1])
    with pytest.raises(ValueError, match=name):
        load_mnist()
    (package / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"{name} is missing; expected"):
        load_mnist()


# A folder of IDX files


def idx(array):
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def write(folder, contents, zipped):
    for name, content in zip(NAMES, contents):
        if zipped:
            (folder / name).write_bytes(gzip.compress(content, 1, mtime=0))
        else:
            (folder / name.removesuffix(".gz")).write_bytes(content)


def small_set():
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, shape, np.uint8) for shape in [(5, 4, 3), (5,), (2, 4, 3), (2,)]]


@pytest.mark.parametrize("zipped", [True, False])
def test_a_folder_gives_the_same_as_the_bundled_files(mnist, tmp_path, zipped):
    X_train, y_train, X_test, y_test = mnist
    arrays = [X_train.reshape(-1, 28, 28), y_train, X_test.reshape(-1, 28, 28), y_test]
    write(tmp_path, map(idx, arrays), zipped)
    assert_equal(load_mnist(tmp_path), mnist)


def test_a_folder_may_hold_fewer_images_of_another_shape(tmp_path):
    arrays = small_set()
    write(tmp_path, map(idx, arrays), zipped=False)
    found = load_mnist(str(tmp_path))
    assert found.X_train.tolist() == arrays[0].reshape(5, 12).tolist() and found.y_test.tolist() == arrays[3].tolist()


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_anywhere_is_an_error_that_names_it(tmp_path, zipped, name):
    write(tmp_path, map(idx, small_set()), zipped)
    file = tmp_path / (name if zipped else name.removesuffix(".gz"))
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=f"{file.name}.*expected.*found"):
            load_mnist(tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_a_flipped_bit_of_a_zipped_file_is_an_error_or_changes_nothing(tmp_path, name):
    """Time stamp, system and a flag of the gzip header and the padding do not affect the content; the rest is checked."""
    write(tmp_path, map(idx, small_set()), zipped=True)
    whole, expected = (tmp_path / name).read_bytes(), load_mnist(tmp_path)
    harmless = 0
    for bit in range(8 * len(whole)):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        (tmp_path / name).write_bytes(damaged)
        try:
            found = load_mnist(tmp_path)
        except ValueError as error:
            assert name in str(error) and "expected" in str(error)
        else:
            assert_equal(found, expected)
            harmless += 1
    assert harmless < 64


@pytest.mark.parametrize(
    "position, byte, message",
    [
        (2, 0x0D, "expected an IDX file of unsigned bytes.*found '00 00 0d 03'"),
        (0, 0x1F, "expected an IDX file of unsigned bytes.*found '1f 00 08 03'"),
        (3, 0, "expected an IDX file of unsigned bytes.*found '00 00 08 00'"),
        (3, 255, r"expected an IDX file of unsigned bytes, rank 3 \(00 00 08 03\), found '00 00 08 ff'"),
        (4, 255, r"expected 51338281020 values for shape \(4278190085, 4, 3\), found 60"),
        (7, 4, r"expected 48 values for shape \(4, 4, 3\), found 60"),
        (7, 6, r"expected 72 values for shape \(6, 4, 3\), found 60"),
        (11, 0, r"expected 0 values for shape \(5, 0, 3\), found 60"),
    ],
)
def test_a_wrong_header_is_an_error_that_names_the_file_and_the_value(tmp_path, position, byte, message):
    images, *others = map(idx, small_set())
    images = bytearray(images)
    images[position] = byte
    write(tmp_path, [images, *others], zipped=False)
    with pytest.raises(ValueError, match=f"train-images-idx3-ubyte: {message}"):
        load_mnist(tmp_path)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({1: np.zeros(4, np.uint8)}, "a label for each training image, found 5 images and 4 labels"),
        ({3: np.zeros(3, np.uint8)}, "a label for each test image, found 2 images and 3 labels"),
        ({2: np.zeros((2, 3, 4), np.uint8)}, r"images of one size, found \(4, 3\) and \(3, 4\)"),
    ],
)
def test_files_that_do_not_match_each_other_are_an_error(tmp_path, changes, message):
    arrays = dict(enumerate(small_set())) | changes
    write(tmp_path, map(idx, arrays.values()), zipped=False)
    with pytest.raises(ValueError, match=f"{tmp_path}: expected.*{message}"):
        load_mnist(tmp_path)


@pytest.mark.parametrize(
    "number, shape, message",
    [
        (0, (5, 12), r"rank 3 \(00 00 08 03\), found '00 00 08 02'"),
        (3, (2, 1), r"rank 1 \(00 00 08 01\), found '00 00 08 02'"),
        (2, (0, 4, 3), r"at least one value, found shape \(0, 4, 3\)"),
        (2, (2, 0, 3), r"at least one value, found shape \(2, 0, 3\)"),
        (1, (0,), r"at least one value, found shape \(0,\)"),
    ],
)
def test_an_array_of_another_rank_or_without_values_is_an_error(tmp_path, number, shape, message):
    arrays = small_set()
    arrays[number] = np.zeros(shape, np.uint8)
    write(tmp_path, map(idx, arrays), zipped=False)
    with pytest.raises(ValueError, match=f"{NAMES[number].removesuffix('.gz')}: expected .*{message}"):
        load_mnist(tmp_path)


def test_a_truncated_header_is_an_error_that_says_so(tmp_path):
    images, *others = map(idx, small_set())
    write(tmp_path, [images[:9], *others], zipped=False)
    with pytest.raises(ValueError, match="train-images-idx3-ubyte: expected a header of 16 bytes, found 9"):
        load_mnist(tmp_path)


def test_a_header_of_huge_sizes_and_no_values_is_an_error(tmp_path):
    """NumPy refuses such a shape with a message of its own."""
    write(tmp_path, map(idx, small_set()), zipped=False)
    header = struct.pack(">HBB3I", 0, 8, 3, 0, 2**32 - 1, 2**32 - 1)
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(header)
    with pytest.raises(ValueError, match=r"t10k-images-idx3-ubyte: expected .*found shape \(0, 4294967295, 4294967295\)"):
        load_mnist(tmp_path)


@pytest.mark.parametrize(
    "content, begins",
    [
        (b"", "b''"),
        (b"<!DOCTYPE html><title>404", "<!DOCTYPE html>"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "version https://"),
        (b"PK\x03\x04\x14\0\0\0 a zip archive", "PK"),
        (b"\x93NUMPY\x01\0 an array of NumPy's own format", "NUMPY"),
        (b"7,0,0,0,0,0,0,0,0,0,0,0,0 a table", "7,0,0"),
        (struct.pack("<I3I", 0x0803, 5, 4, 3) + bytes(60), "found '03 08 00 00'"),
        (struct.pack(">HBB3I", 0, 9, 3, 5, 4, 3) + bytes(60), "found '00 00 09 03'"),
        (struct.pack(">HBB3I", 0, 12, 3, 5, 4, 3) + bytes(240), "found '00 00 0c 03'"),
        (gzip.compress(gzip.compress(idx(np.ones((5, 4, 3), np.uint8))), mtime=0), "found '1f 8b 08 00'"),
        (idx(np.ones(5, np.uint8)), "found '00 00 08 01'"),
    ],
    ids="empty html lfs zip npy csv little-endian int8 int32 twice-compressed labels".split(),
)
def test_another_kind_of_content_is_an_error_that_shows_how_it_begins(tmp_path, content, begins):
    write(tmp_path, map(idx, small_set()), zipped=True)
    (tmp_path / NAMES[0]).write_bytes(content)
    with pytest.raises(ValueError, match=f"{NAMES[0]}: expected an IDX file of unsigned bytes, rank 3 .*, found .*") as caught:
        load_mnist(tmp_path)
    assert begins in str(caught.value)


# Which files are read

links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")


def plain(name):
    return name.removesuffix(".gz")


@pytest.mark.parametrize(
    "rename",
    [
        lambda name: plain(name).replace("-idx", ".idx"),
        lambda name: name.replace("-idx", ".idx"),
        lambda name: plain(name).replace("-", "."),
        lambda name: name.replace("t10k", "test"),
        lambda name: name.upper(),
        lambda name: "emnist-digits-" + name.replace("t10k", "test"),
        lambda name: "emnist-letters-" + plain(name).replace("t10k", "test"),
        lambda name: "a training, test or labels of mine_" + name,
        lambda name: f"MNIST/raw/{name}",
        lambda name: f"gzip/emnist-mnist-{name.replace('t10k', 'test')}",
    ],
)
@pytest.mark.parametrize("zipped", [True, False])
def test_common_names_are_recognized_and_content_decides_what_is_gzipped(tmp_path, rename, zipped):
    for name, array in zip(NAMES, small_set()):
        file = tmp_path / rename(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(idx(array)) if zipped else idx(array))
    X_train, y_train, X_test, y_test = small_set()
    assert_equal(load_mnist(tmp_path), data.Mnist(X_train.reshape(5, 12), y_train, X_test.reshape(2, 12), y_test))


@pytest.fixture
def good(tmp_path):
    """A folder with a small data set, compressed, and its content."""
    folder = tmp_path / "good"
    folder.mkdir()
    write(folder, map(idx, small_set()), zipped=True)
    return folder, load_mnist(folder)


def test_files_that_only_resemble_those_of_the_set_are_ignored(good):
    folder, expected = good
    (folder / "train-images-idx3-ubyte").mkdir()
    (folder / "train-labels.idx1-ubyte").mkdir()
    (folder / "train-labels.idx1-ubyte" / "train-labels.idx1-ubyte").write_bytes(b"not looked at")
    (folder / "__MACOSX").mkdir()
    for name in ["._train-images-idx3-ubyte.gz", "train-images-idx3-ubyte.gz.part", "train-images.png", "__MACOSX/" + NAMES[0]]:
        (folder / name).write_bytes(b"another content")
    assert_equal(load_mnist(folder), expected)


def test_identical_copies_are_accepted_and_different_ones_are_an_error_that_names_both(good):
    """Some libraries leave the compressed file next to the decompressed one."""
    folder, expected = good
    copy = folder / "train-images-idx3-ubyte"
    content = gzip.decompress((folder / NAMES[0]).read_bytes())
    copy.write_bytes(content)
    assert_equal(load_mnist(folder), expected)
    copy.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ValueError, match=re.escape(f"two that differ: {copy} and {folder / NAMES[0]}")):
        load_mnist(folder)
    copy.write_bytes(content[:-1])
    with pytest.raises(ValueError, match=re.escape(f"{copy}: expected 60 values")):
        load_mnist(folder)


@pytest.mark.parametrize(
    "beginnings", [("emnist-digits-", "emnist-letters-"), ("MNIST/raw/", "KMNIST/raw/"), ("a/", "b/mine-")]
)
@pytest.mark.parametrize("split", [True, False])
def test_files_of_two_sets_are_never_mixed(tmp_path, beginnings, split):
    for beginning in beginnings:
        for name, array in zip(NAMES, small_set()):
            if not split or name.startswith("train") == (beginning == beginnings[0]):
                file = tmp_path / (beginning + name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(idx(array))
    with pytest.raises(ValueError, match="expected one set of files, found") as caught:
        load_mnist(tmp_path)
    assert all(f"{tmp_path / beginning}" in str(caught.value) for beginning in beginnings)


def test_a_folder_that_has_files_itself_is_preferred_to_its_subfolders(good):
    folder, expected = good
    (folder / "other").mkdir()
    write(folder / "other", [idx(array + 1) for array in small_set()], zipped=False)
    assert_equal(load_mnist(folder), expected)
    (folder / NAMES[3]).unlink()
    with pytest.raises(FileNotFoundError, match=f"{NAMES[3]} is missing"):
        load_mnist(folder)


def test_a_folder_may_be_relative_or_below_home(good, tmp_path, monkeypatch):
    folder, expected = good
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert_equal(load_mnist("~/good"), expected)
    assert_equal(load_mnist(Path("~/good")), expected)
    monkeypatch.chdir(folder)
    assert_equal(load_mnist("."), expected)


@links
def test_folder_and_files_may_be_links(good, tmp_path):
    folder, expected = good
    (tmp_path / "link").symlink_to(folder)
    (tmp_path / "links").mkdir()
    for name in NAMES:
        (tmp_path / "links" / name).symlink_to(folder / name)
    assert_equal(load_mnist(tmp_path / "link"), expected)
    assert_equal(load_mnist(tmp_path / "links"), expected)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_an_error_that_names_it_and_lists_what_is_there(good, name, monkeypatch):
    folder, _ = good
    (folder / name).rename(folder / "archive.zip")
    with pytest.raises(FileNotFoundError, match=f"{name} is missing; expected the four files.*found .*archive.zip") as caught:
        load_mnist(folder)
    assert str(folder / name) in str(caught.value)
    monkeypatch.chdir(folder)
    with pytest.raises(FileNotFoundError, match=f"^{name} is missing; expected the four files.*found .*archive.zip"):
        load_mnist(".")


def test_a_missing_file_of_a_set_with_a_prefix_is_named_in_full(tmp_path):
    (tmp_path / "emnist-digits-train-images-idx3-ubyte").write_bytes(idx(small_set()[0]))
    with pytest.raises(FileNotFoundError, match=r"emnist-digits-train-labels-idx1-ubyte\.gz is missing"):
        load_mnist(tmp_path)


@pytest.mark.parametrize("source", ["nowhere", "~nobody-of-this-name/mnist", "OpenML", "", "a\0b", "x" * 300])
def test_a_missing_folder_is_an_error_that_names_it(tmp_path, monkeypatch, source):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, map(idx, small_set()), zipped=True)
    with pytest.raises(FileNotFoundError, match="'bundled', 'openml' or a folder, and there is no folder") as caught:
        load_mnist(source)
    assert str(caught.value).endswith(repr(source))


def test_a_file_is_not_a_folder(good):
    file = good[0] / NAMES[0]
    with pytest.raises(FileNotFoundError, match=f"there is no folder '.*{file.name}', which is a file"):
        load_mnist(file)


@links
def test_a_broken_link_is_an_error_that_names_it(good):
    folder, _ = good
    link = folder / NAMES[1]
    link.unlink()
    link.symlink_to(folder / "gone")
    with pytest.raises(FileNotFoundError, match=f"No such file or directory: '{link}'"):
        load_mnist(folder)
    link.unlink()
    link.symlink_to(link)
    with pytest.raises(OSError, match=f"'{link}'"):
        load_mnist(folder)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE])
def test_a_file_that_cannot_be_read_is_an_error_that_names_it(good, monkeypatch, number):
    """As from a failing disk or network, whose errors do not name the file."""

    def fail(self):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(OSError, match=f"{os.strerror(number)}: '.*{NAMES[0]}'") as caught:
        load_mnist(good[0])
    assert caught.value.errno == number


def test_letters_keep_their_labels_and_train_says_how_many_outputs_they_need(tmp_path):
    images, labels = np.full((26, 2, 2), 100, np.uint8), np.arange(1, 27, dtype=np.uint8)
    write(tmp_path, map(idx, [images, labels, images, labels]), zipped=True)
    letters = load_mnist(tmp_path)
    assert letters.y_train.tolist() == letters.y_test.tolist() == list(range(1, 27))
    train(letters.X_train, letters.y_train, layer_sizes=(4, 3, 27), epochs=1)
    with pytest.raises(ValueError, match=r"y must hold labels in 0\.\.9, got 10"):
        train(letters.X_train, letters.y_train, layer_sizes=(4, 3, 10), epochs=1)
    parts = split_validation(letters.X_train, letters.y_train, 6)
    assert sorted([*parts[1], *parts[3]]) == list(range(1, 27))


# Malformed files at random


def malformed(rng, array):
    """An IDX file with one to three kinds of damage, compressed or not."""

    def flip(content):
        damaged = bytearray(content)
        for position in rng.integers(len(damaged), size=rng.integers(1, 4)) if damaged else []:
            damaged[position] ^= 1 << rng.integers(8)
        return bytes(damaged)

    def header(content):
        sizes = rng.choice([0, 1, 1, 2, 5, 2**16, 2**31 - 1, 2**32 - 1], size=rng.choice([0, 1, 2, 3, 3, 4, 65, 255])).tolist()
        n_values = min(math.prod(sizes), 1000)
        return struct.pack(f">HBB{len(sizes)}I", 0, 8, len(sizes), *sizes) + bytes(n_values)

    damages = [
        flip,
        header,
        lambda content: content[: rng.integers(len(content) + 1)],
        lambda content: content + rng.bytes(rng.integers(1, 20)),
        lambda content: bytes([0, 0, *rng.integers(0, 16, 2)]) + content[4:],
        lambda content: rng.bytes(rng.integers(0, 40)) + content[rng.integers(0, 40) :],
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: gzip.compress(content, 1, mtime=0),
    ]
    content = idx(array)
    for damage in rng.choice(len(damages), size=rng.integers(1, 4)):
        content = damages[damage](content)
    return content


def read_malformed(folder, seeds):
    """Count the malformed files, one per seed, that are refused; any other failure or a wrong result is raised."""
    arrays, refused = small_set(), 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        number = rng.integers(4)
        file = folder / NAMES[number]
        file.write_bytes(malformed(rng, arrays[number]))
        try:
            found = load_mnist(folder)
        except (ValueError, OSError) as error:
            # Intact files that do not match the others: the folder is named.
            assert file.name in str(error) or f"{folder}: expected" in str(error), seed
            assert "expected" in str(error) and "found" in str(error), seed
            refused += 1
        else:
            assert [array.dtype for array in found] == [np.uint8] * 4, seed
            assert [array.shape for array in found] == [(5, 12), (5,), (2, 12), (2,)], seed
        file.write_bytes(gzip.compress(idx(arrays[number])))
    return refused


def test_malformed_files_are_errors_that_name_them(tmp_path):
    write(tmp_path, map(idx, small_set()), zipped=True)
    assert read_malformed(tmp_path, range(1500)) > 1000


@pytest.mark.parametrize("source", [None, 3, b"bundled", ["bundled"]])
def test_a_source_of_another_type_is_an_error(source):
    with pytest.raises(TypeError, match="source must be 'bundled', 'openml' or a folder, got") as caught:
        load_mnist(source)
    assert repr(source) in str(caught.value)


# OpenML, through scikit-learn's own code and cache

ARFF = "data/v1/download/52667/mnist_784.arff"


def write_arff(path, X, y):
    """Write a gzipped ARFF file as OpenML does; returns the MD5 of its content."""
    columns = [*(f"@ATTRIBUTE pixel{i} REAL" for i in range(1, 785)), "@ATTRIBUTE class {0,1,2,3,4,5,6,7,8,9}"]
    cells = np.array([f"{value}," for value in range(256)], "S4").view(np.uint8).reshape(256, 4)
    md5 = hashlib.md5()
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wb", compresslevel=1) as file:

        def put(text):
            md5.update(text)
            file.write(text)

        put("\n".join(["@RELATION mnist_784", *columns, "@DATA\n"]).encode())
        for start in range(0, len(X), 5000):
            pixels = cells[X[start : start + 5000]].reshape(-1, 4 * 784)
            labels = y[start : start + 5000, None] + np.uint8(ord("0"))
            text = np.hstack([pixels, labels, np.full_like(labels, ord("\n"))])
            put(text[text != 0].tobytes())
    return md5.hexdigest()


def seed_cache(home, X, y):
    """Fill scikit-learn's cache with what it would have downloaded."""
    folder = home / "openml" / "openml.org"
    plain = {"is_target": "false", "is_ignore": "false", "is_row_identifier": "false", "number_of_missing_values": "0"}
    features = [plain | {"index": str(i), "name": f"pixel{i + 1}", "data_type": "numeric"} for i in range(784)]
    features.append(plain | {"index": "784", "name": "class", "data_type": "nominal", "is_target": "true"})
    description = {"name": "mnist_784", "version": "1", "format": "ARFF", "status": "active"}
    description["url"] = f"https://api.openml.org/{ARFF}"
    description["md5_checksum"] = write_arff(folder / f"{ARFF}.gz", X, y)
    answers = {
        "list/data_name/mnist_784/limit/2/data_version/1": {"data": {"dataset": [{"did": 554, "version": 1}]}},
        "554": {"data_set_description": description},
        "features/554": {"data_features": {"feature": features}},
        "qualities/554": {"data_qualities": {"quality": [{"name": "NumberOfInstances", "value": "70000.0"}]}},
    }
    for path, answer in answers.items():
        file = folder / "api/v1/json/data" / f"{path}.gz"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(json.dumps(answer).encode()))


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty scikit-learn cache, and no network."""

    def no_name_server(*args, **kwargs):
        raise socket.gaierror("no network in this test")

    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(socket, "getaddrinfo", no_name_server)
    return tmp_path


@pytest.fixture
def all_images(mnist):
    return np.concatenate([mnist.X_train, mnist.X_test]), np.concatenate([mnist.y_train, mnist.y_test])


def test_openml_gives_the_same_as_the_bundled_files(mnist, home, all_images):
    seed_cache(home, *all_images)
    assert_equal(load_mnist("openml"), mnist)


def test_a_pixel_that_openml_changes_is_an_error(home, all_images):
    X, y = all_images
    X[69_999, 400] ^= 1
    seed_cache(home, X, y)
    with pytest.raises(
        ValueError, match=r"openml: expected the pixels of the bundled files.*found others, shape \(70000, 784\)"
    ):
        load_mnist("openml")


@pytest.mark.parametrize("change", ["a wrong label", "a missing row"])
def test_labels_or_rows_that_openml_changes_are_an_error(home, all_images, monkeypatch, change):
    """The comparison alone: scikit-learn's part takes seconds."""
    X, y = all_images
    if change == "a wrong label":
        y[0] = 6
    else:
        X, y = X[:-1], y[:-1]
    monkeypatch.setattr("sklearn.datasets.fetch_openml", lambda *args, **kwargs: (X, y))
    with pytest.raises(ValueError, match=f"openml: expected the {'labels' if change == 'a wrong label' else 'pixels'}"):
        load_mnist("openml")


def test_a_damaged_download_is_never_used(home):
    """scikit-learn deletes it and tries to download it again, but there is no network here."""
    seed_cache(home, np.zeros((10, 784), np.uint8), np.zeros(10, np.uint8))
    file = home / "openml" / "openml.org" / f"{ARFF}.gz"
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes()).replace(b"0,0", b"0,1")))
    with pytest.raises(ConnectionError, match="OpenML cannot be reached"):
        load_mnist("openml")
    assert not file.exists()


def assert_offline_error():
    before = socket.getdefaulttimeout()
    with pytest.raises(ConnectionError, match=r"OpenML cannot be reached.*load_mnist\(\) gives the same images"):
        load_mnist("openml")
    assert socket.getdefaulttimeout() == before


def test_no_name_server_is_an_error_at_once(home, monkeypatch):
    waits = []
    monkeypatch.setattr(time, "sleep", waits.append)
    assert_offline_error()
    assert sum(waits) < 3


def test_a_network_that_drops_everything_is_an_error_in_half_a_minute(home, monkeypatch):
    """The server has two addresses, each of which is tried until the socket's timeout."""
    waits = []

    def drop(self, address):
        waits.append(self.gettimeout())
        raise TimeoutError("timed out")

    addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"192.0.2.{i}", 443)) for i in (1, 2)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: addresses)
    monkeypatch.setattr(socket.socket, "connect", drop)
    monkeypatch.setattr(time, "sleep", waits.append)
    assert_offline_error()
    assert None not in waits and 0 < sum(waits) < 30


@pytest.mark.timeout(60)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_server_that_never_answers_is_an_error_in_half_a_minute(home, monkeypatch, scheme):
    """The server counts the attempts, each as long as the timeout, which is shortened here; over http they get furthest."""
    attempts, waits = 0, []
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = (socket.AF_INET, socket.SOCK_STREAM, 6, "", server.getsockname())
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [address])
        monkeypatch.setattr(time, "sleep", waits.append)
        monkeypatch.setattr("sklearn.datasets._openml._SEARCH_NAME", f"{scheme}://www.openml.org/{{}}/limit/2")
        timeout = data.OPENML_TIMEOUT
        monkeypatch.setattr(data, "OPENML_TIMEOUT", 0.2)
        assert_offline_error()
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            while True:
                server.accept()[0].close()
                attempts += 1
    assert 0 < attempts * timeout + sum(waits) < 30


# A validation set


@given(st.integers(1, 40).flatmap(lambda m: st.tuples(st.just(m), st.integers(0, m - 1))), st.integers(0, 2**32))
def test_every_image_is_in_exactly_one_set_with_its_label_in_the_original_order(sizes, seed):
    m, n_validation = sizes
    X, y = np.arange(2 * m).reshape(m, 2), np.arange(m)
    X_train, y_train, X_validation, y_validation = split_validation(X, y, n_validation, seed)
    assert len(y_validation) == n_validation
    assert sorted([*y_train, *y_validation]) == list(range(m))
    for images, labels in [(X_train, y_train), (X_validation, y_validation)]:
        assert images[:, 0].tolist() == (2 * labels).tolist() and np.all(np.diff(labels) > 0)


def test_the_seed_decides_which_images_are_set_aside():
    X, y = np.zeros((1000, 2)), np.arange(1000)
    one, same, other, default = (split_validation(X, y, 100, **s)[3] for s in [{"seed": 1}, {"seed": 1}, {"seed": 2}, {}])
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    assert np.array_equal(default, split_validation(X, y, 100, seed=0)[3])
    assert one.min() < 100 and one.max() > 900


def test_zero_validation_images_leave_the_training_set_whole():
    X, y = np.arange(6).reshape(3, 2), np.arange(3)
    X_train, y_train, X_validation, y_validation = split_validation(X, y, 0)
    assert np.array_equal(X_train, X) and np.array_equal(y_train, y)
    assert X_validation.shape == (0, 2) and y_validation.shape == (0,)
