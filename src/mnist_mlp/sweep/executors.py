"""Where runs are executed: in warm processes of this machine, or in those of a Dask cluster."""

import contextlib
import logging
import os
import shutil
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

import psutil
from loky import ProcessPoolExecutor
from loky.process_executor import BrokenProcessPool

from mnist_mlp.sweep.record import make_record

_this_thread = threading.local()
_pools = set()
_scratch = []  # in a warm process: the folder of its run


def execute_apart(run):
    """Execute a run in a process that belongs to the calling thread, and that has papermill imported already.

    This is what executors call, in threads of this process or of a Dask worker.

    Parameters
    ----------
    run : mnist_mlp.sweep.run.Run

    Returns
    -------
    record, executed
        As `mnist_mlp.sweep.run.execute`. Should the process die, the run has failed and `executed` is None.
    """
    with tempfile.TemporaryDirectory(prefix="mnist-mlp-", ignore_cleanup_errors=True) as scratch:
        try:
            return _warm_pool().submit(_execute, run, scratch).result()
        except BrokenProcessPool:
            _pools.discard(_this_thread.__dict__.pop("pool"))
            return make_record(run, failure=("WorkerDied", "the process that executed the run was killed")), None


def _warm_pool():
    """Find this thread's pool of one process: in a pool of several, a process that dies takes the others along."""
    if not hasattr(_this_thread, "pool"):
        # loky's processes, unlike the standard library's, may be started by a Dask worker, itself a daemonic process.
        _this_thread.pool = ProcessPoolExecutor(1, initializer=_start_process)
        _pools.add(_this_thread.pool)
    return _this_thread.pool


def _start_process():
    logging.disable()  # nbclient logs what the run's record says
    # Of its own process group: Ctrl-C reaches the runner, which decides.
    if hasattr(os, "setpgrp"):
        os.setpgrp()
    threading.Thread(target=_end_with, args=(psutil.Process().parent(),), daemon=True).start()


def _end_with(parent):
    """End this process, its kernel and its files when its parent is gone, however that ended."""
    parent.wait()
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
    for folder in _scratch:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def _execute(run, scratch):
    # Imported here: papermill takes a second, and the runner does without it.
    from mnist_mlp.sweep.run import execute

    _scratch[:] = [scratch]
    return execute(run, scratch)


def stop_all():
    """End every warm process of this process, and the kernels in them."""
    while _pools:
        _pools.pop().shutdown(kill_workers=True)


@contextlib.contextmanager
def local_executor(jobs):
    """Executor that runs `execute_apart` on this machine.

    Parameters
    ----------
    jobs : int
        Runs at once.

    Yields
    ------
    concurrent.futures.Executor
    """
    threads = ThreadPoolExecutor(jobs)
    try:
        yield threads
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        stop_all()
        threads.shutdown()
