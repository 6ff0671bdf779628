"""Where runs are executed: in worker processes on this machine or on a Dask cluster."""

import contextlib
import logging
import pickle
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

from mnist_mlp.sweep.errors import SweepError
from mnist_mlp.sweep.record import make_record
from mnist_mlp.sweep.worker import WorkerProcess

CONNECT_TIMEOUT = 5  # seconds
SCHEDULER_GONE = "The Dask scheduler is gone"

_this_thread = threading.local()
_owners = {}  # of worker processes


def execute_in_worker(run, owner):
    """Execute a run in the worker process of the calling thread."""
    process = getattr(_this_thread, "process", None)
    if process not in _owners:
        process = _this_thread.process = WorkerProcess()
    _owners[process] = owner
    try:
        return process.execute(run)
    except (EOFError, OSError, ValueError, pickle.UnpicklingError):  # ValueError: its input is closed
        _owners.pop(process, None)
        process.stop()
        return make_record(run, failure=("WorkerDied", "the process that executed the run was killed")), None


def stop(owner):
    """End an owner's worker processes, and their kernels."""
    for process in [process for process, its_owner in list(_owners.items()) if its_owner == owner]:
        _owners.pop(process, None)
        process.stop()


@contextlib.contextmanager
def local_executor(jobs):
    """Execute runs on this machine."""
    owner = uuid.uuid4().hex
    threads = ThreadPoolExecutor(jobs)
    try:
        yield lambda run: threads.submit(execute_in_worker, run, owner), lambda: jobs
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        stop(owner)
        threads.shutdown()


@contextlib.contextmanager
def dask_executor(address):
    """Execute runs on a Dask cluster, one per worker thread; workers may come and go."""
    try:
        from distributed import Client
    except ImportError as error:
        raise SweepError("--scheduler needs the package distributed: pip install 'mnist-mlp[cluster]'") from error
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # reported below, once
    owner = uuid.uuid4().hex
    try:
        client = Client(address, timeout=CONNECT_TIMEOUT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SweepError(f"--scheduler: no Dask scheduler answers at {address} within {CONNECT_TIMEOUT} s") from error

    def slots():
        try:
            return max(1, sum(client.nthreads().values()))  # before the first worker joins, one run waits for it
        except (OSError, RuntimeError) as error:  # RuntimeError: asyncio's, when the connection breaks within its timeout
            raise ConnectionError(None, SCHEDULER_GONE) from error

    executor = client.get_executor(pure=False)
    try:
        yield lambda run: executor.submit(execute_in_worker, run, owner), slots
    finally:
        executor.shutdown(wait=False)
        for end in (lambda: client.run(stop, owner, on_error="ignore"), client.close):
            with contextlib.suppress(Exception):  # the scheduler may be gone
                end()
