"""A worker process: it has imported papermill, and executes one run after another.

Runs arrive on its standard input. When that closes, because the process is stopped or its parent was killed, it ends at
once, with its kernel and files. (The pools of the standard library and of loky cannot be used here: a Dask worker is itself
a daemonic process and may not start their processes.)
"""

import contextlib
import logging
import os
import pickle
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import psutil

END_TIMEOUT = 10  # seconds
END_PAUSE = 0.05


class WorkerProcess:
    """The process, as seen by its parent."""

    def __init__(self):
        command = [sys.executable, "-m", "mnist_mlp.sweep.worker"]
        # In its own session: Ctrl-C reaches only the runner, which decides what to end.
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)

    def execute(self, run):
        """Execute a run and wait for it."""
        with tempfile.TemporaryDirectory(prefix="mnist-mlp-", ignore_cleanup_errors=True) as scratch:
            pickle.dump((run, scratch), self._process.stdin)
            self._process.stdin.flush()
            return pickle.load(self._process.stdout)

    def stop(self):
        """End the process and the kernel in it."""
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(END_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


def main():
    """Execute runs until standard input closes."""
    from mnist_mlp.sweep.run import execute

    logging.disable()  # what nbclient logs is in the run's record
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # printed text must not mix with the answers
    runs = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(runs,), daemon=True).start()
    while True:
        pickle.dump(execute(*runs.get()), answers)
        answers.flush()


def _receive(runs):
    scratch = None
    try:
        while True:
            run, scratch = pickle.load(sys.stdin.buffer)
            runs.put((run, scratch))
    finally:
        _end(scratch)


def _end(scratch):
    """End this process, its kernel and its files."""
    clean = False
    while not clean:  # the main thread may be about to start a kernel
        children = psutil.Process().children(recursive=True)
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        clean = not children and not (scratch and os.path.exists(scratch))
        if scratch:
            shutil.rmtree(scratch, ignore_errors=True)
        time.sleep(END_PAUSE)
    os._exit(0)


if __name__ == "__main__":
    main()
