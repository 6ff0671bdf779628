"""Threads for blocks of images, each doing its own matrix products."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

IGNORED = {"over": "ignore", "invalid": "ignore"}


@contextmanager
def thread_pool(threads=None):
    """Yield a pool of threads, by default one per core, with BLAS limited to one thread and overflow warnings off.

    BLAS threads would compete for the same cores. The training loop detects overflow itself.
    """
    # NumPy's error handling is set thread by thread.
    pool = ThreadPoolExecutor(threads or joblib.cpu_count(), "mnist-mlp", initializer=partial(np.seterr, **IGNORED))
    with threadpool_limits(limits=1, user_api="blas"), np.errstate(**IGNORED):
        try:
            yield pool
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
