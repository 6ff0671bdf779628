"""A file is written completely or not at all, and what was there before is never lost."""

import os

import pytest

from mnist_mlp.files import PARTS, open_whole


def write(path, content):
    with open_whole(path) as file:
        file.write(content)


def test_an_error_keeps_the_old_file_and_leaves_no_part(tmp_path):
    write(tmp_path / "mine", b"old")
    with pytest.raises(ZeroDivisionError), open_whole(tmp_path / "mine") as file:
        file.write(b"new")
        assert [part.name for part in tmp_path.glob(PARTS)] and (tmp_path / "mine").read_bytes() == b"old"
        raise ZeroDivisionError
    assert (tmp_path / "mine").read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1


def test_writers_at_once_do_not_mix(tmp_path):
    with open_whole(tmp_path / "mine") as file:
        file.write(b"first to open, last to end")
        write(tmp_path / "mine", b"other")
        assert (tmp_path / "mine").read_bytes() == b"other"
    assert (tmp_path / "mine").read_bytes() == b"first to open, last to end" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(os.name == "nt", reason="making links takes a privilege")
def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "link").symlink_to("target")
    for content in (b"one", b"two"):
        write(tmp_path / "link", content)
        assert (tmp_path / "link").is_symlink() and (tmp_path / "target").read_bytes() == content


@pytest.mark.skipif(os.name == "nt", reason="no such files")
def test_a_device_or_pipe_is_written_to_and_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write(tmp_path / "pipe", b"text")
    assert os.read(reader, 10) == b"text" and (tmp_path / "pipe").is_fifo()
    os.close(reader)


def test_a_folder_is_an_error_that_names_it(tmp_path):
    with pytest.raises(OSError, match="mine"):
        (tmp_path / "mine").mkdir()
        write(tmp_path / "mine", b"text")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
