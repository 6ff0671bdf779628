"""Instant feedback on an exercise: that it is right, or in a sentence what is wrong."""

import copy
import inspect
import linecache
import textwrap
import traceback
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from mnist_mlp.course.exercises.compare import difference
from mnist_mlp.course.exercises.limits import Printed, TimeUp, run_limited

SECONDS = 5  # for a student's function in all examples
WIDTH = 80  # of a line of feedback
CHARACTERS = 500  # of what it prints


class Exercise(NamedTuple):
    """A function for students to write.

    Attributes
    ----------
    right : callable
        A right answer.
    examples : dict of str to callable
        What is tried: for each name a function of the student's function. It returns what is compared with the right answer.
    mistakes : dict of str to callable
        Known wrong answers, each under the sentence that a student reads whose function gives the same results.
    """

    right: Callable
    examples: dict[str, Callable]
    mistakes: dict[str, Callable]


class Verdict(NamedTuple):
    """Whether a function is right, and a sentence for the student."""

    is_right: bool
    sentence: str


class _Found(Exception):
    """What is wrong, found while the student's function runs."""


def assess(function, exercise, name, seconds=SECONDS):
    """Judge a student's function.

    Parameters
    ----------
    function : callable
    exercise : Exercise
    name : str
        What the exercise calls the function.
    seconds : float
        Time limit for all examples together.

    Returns
    -------
    Verdict
    """
    printed, found, changed, last = Printed(CHARACTERS), [], set(), []
    guarded = _guard(function, changed, last)

    def try_examples():
        for example in exercise.examples.values():
            found.append(example(guarded))

    try:
        run_limited(try_examples, seconds, printed)
        problem = _mutation(changed, function, name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a student's code can raise anything
        problem = _unusable(last, exercise, len(found), name) or _explain(error, function, name, seconds)
    problem = _compare(found, exercise, name) or problem
    sentence = f"✗ {problem}" if problem else f"✓ {name} is right in the examples tried here: {', '.join(exercise.examples)}."
    wrapped = textwrap.fill(sentence, WIDTH, break_long_words=False, break_on_hyphens=False)
    return Verdict(not problem, _quote(printed) + wrapped)


def _guard(function, changed, last):
    """Call the student's function with copies, and note which arguments it changes, and the last call that has ended."""

    def guarded(*arguments):
        last.clear()
        given = copy.deepcopy(arguments)
        result = function(*given)
        if result is None:
            raise _Found("returned None: does it end with a `return`?")
        if isinstance(result, Iterator):
            raise _Found(f"returned a {type(result).__name__}. Make a list of it: `list(...)`.")
        last[:] = arguments, result
        changed.update(i for i, (before, after) in enumerate(zip(arguments, given)) if _differs(before, after))
        return result

    return guarded


def _differs(before, after):
    """Whether arrays, here or in lists, are no longer what they were; generators and functions may change."""
    if isinstance(before, np.ndarray):
        return not np.array_equal(before, after)
    return isinstance(before, list | tuple) and (len(before) != len(after) or any(map(_differs, before, after)))


def _mutation(changed, function, name):
    if not changed:
        return None
    names = list(inspect.signature(function).parameters)
    argument = names[min(*changed, len(names) - 1)]
    return (
        f"{name} returns what it should, but changes its argument {argument}, which belongs to the caller. "
        f"Compute a new array: `a = a - b` makes one, `a -= b` does not."
    )


def _unusable(last, exercise, tried, name):
    """Say what is wrong with a result that the example itself cannot use, such as an array where pairs are unpacked."""
    if not last:
        return None
    arguments, result = last
    problem = difference(exercise.right(*arguments), result)
    return problem and f"{name} is not right yet. For {list(exercise.examples)[tried]}, {problem}."


def _compare(found, exercise, name):
    """Say what is wrong with the results: a known mistake, or how the first wrong one differs."""
    examples = list(exercise.examples.items())[: len(found)]
    problems = [difference(example(exercise.right), result) for (_, example), result in zip(examples, found)]
    if not any(problems):
        return None
    first = next(i for i, problem in enumerate(problems) if problem)
    # A known mistake explains all results, or at least the first wrong one: another mistake may hide behind it.
    for tried in (len(found), first + 1):
        for sentence, mistake in exercise.mistakes.items():
            if all(_gives(mistake, example, result) for (_, example), result in zip(examples[:tried], found)):
                return f"{name} is not right yet. {sentence}"
    return f"{name} is not right yet. For {examples[first][0]}, {problems[first]}."


def _gives(mistake, example, result):
    """Whether a wrong answer gives this result."""
    with np.errstate(all="ignore"):
        return difference(example(mistake), result) is None


def _explain(error, function, name, seconds):
    """Say what the student's code raised, and in which line."""
    if isinstance(error, _Found):
        return f"{name} {error}"
    if isinstance(error, NotImplementedError):
        return f"{name} is not written yet. Put your code in place of the line `raise NotImplementedError`."
    line = _line(error, function)
    if isinstance(error, TimeUp):
        return f"{name} was stopped after {seconds:g} seconds{line}. Does a loop never end?"
    return f"{name} stopped with {type(error).__name__}: {error!s:.200}".rstrip(": ") + f"{line}."


def _line(error, function):
    """Where the student's own code was when it raised the error."""
    own = getattr(inspect.unwrap(function), "__globals__", None)
    frames = [(frame, number) for frame, number in traceback.walk_tb(error.__traceback__) if frame.f_globals is own]
    if not frames:
        return ""
    frame, number = frames[-1]
    source = linecache.getline(frame.f_code.co_filename, number).strip()
    return f", in the line `{source}`" if source else f", in line {number}"


def _quote(printed):
    if not printed.kept:
        return ""
    more = f"\n… and {printed.left_out:,} characters more" if printed.left_out else ""
    return f"Your function printed:\n{printed.kept.rstrip()}{more}\n\n"
