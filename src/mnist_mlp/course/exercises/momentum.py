"""Notebook 7: Nesterov's update."""

import numpy as np

from mnist_mlp.course.exercises.feedback import Exercise

curvature = np.array([[0.5, 10.0], [2.0, 1.0]])
start = np.array([[2.0, -1.0], [0.5, 3.0]]), np.array([[1.0, 2.0], [-1.0, 0.25]])


def variant(
    ahead=lambda w, v, alpha, beta: w - alpha * beta * v,
    velocity=lambda v, g, beta: beta * v + (1 - beta) * g,
    step=lambda w, v, g, alpha: w - alpha * v,
):
    """Make an update of which one piece is another."""

    def wrong_update(w, v, gradient, learning_rate, beta):
        g = gradient(ahead(w, v, learning_rate, beta))
        new = velocity(v, g, beta)
        return step(w, new, g, learning_rate), new

    return wrong_update


def slope(w):
    """Return the gradient of a quadratic loss."""
    return curvature * w


def steps(f, n=10):
    """Return where several updates lead."""
    w, v = start
    for _ in range(n):
        w, v = f(w, v, slope, 0.05, 0.8)
    return w, v


def old_velocity(w, v, gradient, learning_rate, beta):
    """Step along the velocity from before the update."""
    return w - learning_rate * v, right(w, v, gradient, learning_rate, beta)[1]


def from_ahead(w, v, gradient, learning_rate, beta):
    """Step on from the lookahead."""
    _, new = right(w, v, gradient, learning_rate, beta)
    return w - learning_rate * beta * v - learning_rate * new, new


right = variant()

EXERCISES = {
    "update": Exercise(
        right=right,
        examples={
            "one weight": lambda f: f(np.array([2.0]), np.array([1.0]), lambda w: w, 0.1, 0.9),
            "four weights": lambda f: f(*start, slope, 0.05, 0.8),
            "a velocity of 0": lambda f: f(start[0], 0 * start[1], slope, 0.05, 0.8),
            "beta = 0": lambda f: f(*start, slope, 0.05, 0.0),
            "ten updates": steps,
        },
        mistakes={
            "The lookahead has the wrong sign: the step goes along -v, so look at w - learning_rate * beta * v.": variant(
                lambda w, v, alpha, beta: w + alpha * beta * v
            ),
            "You look ahead by beta * v, as the original does: too far. The step will be learning_rate times as long.": variant(
                lambda w, v, alpha, beta: w - beta * v
            ),
            "You look ahead by the whole v. The part of the step that is known is learning_rate * beta * v.": variant(
                lambda w, v, alpha, beta: w - v
            ),
            "You look ahead by learning_rate * v. Only the fraction beta of v is kept.": variant(
                lambda w, v, alpha, beta: w - alpha * v
            ),
            "beta comes twice in the lookahead. Take it with the old v, before you change v.": variant(
                lambda w, v, alpha, beta: w - alpha * beta * beta * v
            ),
            "This is momentum without a lookahead: take the gradient at w - learning_rate * beta * v.": variant(
                lambda w, v, alpha, beta: w
            ),
            "The factor 1 - beta is missing, so v is no average: beta * v + (1 - beta) * g.": variant(
                velocity=lambda v, g, beta: beta * v + g
            ),
            "beta and 1 - beta are swapped: beta is the fraction of the old velocity that is kept.": variant(
                velocity=lambda v, g, beta: (1 - beta) * v + beta * g
            ),
            "The velocity forgets the past: beta * v + (1 - beta) * g.": variant(velocity=lambda v, g, beta: (1 - beta) * g),
            "The velocity is an average of gradients: add (1 - beta) * g, do not subtract it.": variant(
                velocity=lambda v, g, beta: beta * v - (1 - beta) * g
            ),
            "You step uphill: w - learning_rate * v.": variant(step=lambda w, v, g, alpha: w + alpha * v),
            "You step along the gradient. Step along the new velocity.": variant(step=lambda w, v, g, alpha: w - alpha * g),
            "The step lacks the learning rate: w - learning_rate * v.": variant(step=lambda w, v, g, alpha: w - v),
            "You step along the old velocity. Compute the new one first.": old_velocity,
            "You step on from the lookahead. It is for the gradient only: the step starts at w.": from_ahead,
            "You return the old velocity. The next update needs the new one.": lambda w, v, *rest: (right(w, v, *rest)[0], v),
            "You return the old weights.": lambda w, *rest: (w, right(w, *rest)[1]),
            "Return the weights first, then the velocity.": lambda *arguments: right(*arguments)[::-1],
            "You return the weights alone. The next update needs the velocity, too.": lambda *arguments: right(*arguments)[0],
        },
    ),
}
