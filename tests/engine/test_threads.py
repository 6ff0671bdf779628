"""Threads for blocks: one per core, none left behind."""

import os
import signal
import sys
import threading

import pytest
from threadpoolctl import threadpool_info

from mnist_mlp import train


def state():
    """The numbers of threads of BLAS libraries, and that of Python."""
    blas = [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]
    return blas, threading.active_count()


def test_matrix_products_have_one_thread_each_while_blocks_run(mnist):
    before, during = state(), []
    train(mnist.X_train[:10], mnist.y_train[:10], epochs=1, metrics=lambda layers: during.append(state()[0]) or {})
    assert during == [[1] * len(before[0])] * 2
    assert state() == before


def test_divergence_is_an_error_that_names_the_epoch_and_leaves_nothing_running(mnist):
    before = state()
    with pytest.raises(FloatingPointError, match=r"epoch \d+.*learning_rate well below 1e\+200"):
        train(mnist.X_train[:600], mnist.y_train[:600], epochs=20, learning_rate=1e200)
    assert state() == before


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows os.kill ends the process instead of interrupting it")
def test_ctrl_c_in_the_middle_of_an_update_leaves_nothing_running(mnist):
    before = state()
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        train(mnist.X_train, mnist.y_train, epochs=1000, dtype="float32")
    timer.join()
    assert state() == before
