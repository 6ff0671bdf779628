"""A student's code runs for a limited time and prints a limited amount."""

import ctypes
import io
import threading
import warnings
from contextlib import redirect_stderr, redirect_stdout


class TimeUp(BaseException):
    """Raised inside code that takes too long; no Exception, so that `except Exception` does not catch it."""


class Printed(io.TextIOBase):
    """What was printed, up to some characters: the rest is only counted."""

    def __init__(self, limit):
        self.kept, self.left_out, self.limit = "", 0, limit

    def write(self, text):
        """Keep what still fits."""
        kept = text[: self.limit - len(self.kept)]
        self.kept += kept
        self.left_out += len(text) - len(kept)
        return len(text)


def run_limited(work, seconds, printed):
    """Return what `work()` returns, or raise what it raises; stop it after so many seconds.

    It runs in a thread of its own: that returns in time whatever the code does, on any system. An exception raised in the
    thread ends it at its next line; code that is not in Python, such as a long sleep, ends later.
    """
    outcome, done = {}, threading.Event()

    def target():
        try:
            outcome["result"] = work()
        except BaseException as error:  # whatever happens is for the caller
            outcome["error"] = error
        finally:
            done.set()

    thread = threading.Thread(target=target, daemon=True)
    with redirect_stdout(printed), redirect_stderr(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they warn of shows in the result
        try:
            thread.start()
            done.wait(seconds)  # an interrupted Thread.join takes the thread for ended, up to Python 3.12
        finally:
            _stop(thread, done)
    if "result" in outcome:
        return outcome["result"]
    raise outcome.get("error", TimeUp())


def _stop(thread, done):
    for _ in range(10):  # code that catches everything may catch the first ones
        if done.is_set():
            return
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(TimeUp))
        done.wait(0.1)
