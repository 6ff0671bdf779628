"""Notebook 10: a network that may abstain."""

import numpy as np

from mnist_mlp.course.exercises.feedback import Exercise

probabilities = np.array([[0.7, 0.2, 0.1], [0.35, 0.25, 0.4], [0.05, 0.05, 0.9], [0.25, 0.5, 0.25], [0.1, 0.6, 0.3]])
answers = np.array([0, -1, 2, 1, -1, 1, 0])
labels = np.array([0, 1, 2, 2, 1, 0, 0])


def abstain(p, threshold):
    """Answer where the confidence is at least the threshold, else -1."""
    return np.where(p.max(axis=1) >= threshold, p.argmax(axis=1), -1)


def variant(keep=lambda p, threshold: p.max(axis=1) >= threshold, answer=lambda p: p.argmax(axis=1), otherwise=-1):
    """Make an `abstain` of which one piece is another."""
    return lambda p, threshold: np.where(keep(p, threshold), answer(p), otherwise)


def score(answers, labels):
    """Return the coverage, and the accuracy among the answers."""
    answered = answers != -1
    return float(answered.mean()), float((answers == labels)[answered].mean())


EXERCISES = {
    "abstain": Exercise(
        right=abstain,
        examples={
            "five images, threshold 0.5": lambda f: f(probabilities, 0.5),
            "threshold 0.65": lambda f: f(probabilities, 0.65),
            "threshold 0.35": lambda f: f(probabilities, 0.35),
            "threshold 1": lambda f: f(probabilities, 1.0),
            "as many images as classes": lambda f: f(probabilities[:3], 0.5),
        },
        mistakes={
            "It is the wrong way round: you answer where the network is unsure.": variant(
                lambda p, threshold: p.max(axis=1) < threshold
            ),
            "An image whose confidence equals the threshold shall be answered: use >=.": variant(
                lambda p, threshold: p.max(axis=1) > threshold
            ),
            "You mark abstaining with 0, but 0 is a class. Use -1.": variant(otherwise=0),
            "You return the confidence. Return the class.": variant(answer=lambda p: p.max(axis=1)),
            "You look for the largest probability of each class. Take that of each image: `axis=1`.": variant(
                lambda p, threshold: p.max(axis=0) >= threshold, lambda p: p.argmax(axis=0)
            ),
            "You compare the mean of each row, which is always 1 / classes. The confidence is its largest entry.": variant(
                lambda p, threshold: p.mean(axis=1) >= threshold
            ),
            "One unsure image silences all. Decide image by image.": variant(
                lambda p, threshold: np.full(len(p), p.max(axis=1).min() >= threshold)
            ),
            "Unsure images are left out. Keep a place for each image, with -1.": lambda p, threshold: p.argmax(axis=1)[
                p.max(axis=1) >= threshold
            ],
            "You compare the largest entry of all images. Each has a confidence of its own: `p.max(axis=1)`.": variant(
                lambda p, threshold: np.full(len(p), p.max() >= threshold)
            ),
            "You never abstain.": lambda p, threshold: p.argmax(axis=1),
        },
    ),
    "score": Exercise(
        right=score,
        examples={
            "seven images": lambda f: f(answers, labels),
            "all answered": lambda f: f(labels, labels),
            "one answered": lambda f: f(np.array([-1, -1, 2, -1]), np.array([1, 0, 2, 2])),
        },
        mistakes={
            "The accuracy counts abstaining as a mistake. Divide by the number of answers, not of images.": lambda a, y: (
                np.mean(a != -1),
                np.mean(a == y),
            ),
            "The coverage is the fraction that is answered, not the fraction left out.": lambda a, y: (
                1 - score(a, y)[0],
                score(a, y)[1],
            ),
            "The order is coverage, then accuracy.": lambda a, y: score(a, y)[::-1],
            "Return fractions, not percentages.": lambda a, y: tuple(100 * value for value in score(a, y)),
            "The coverage is a fraction of all images: divide by their number.": lambda a, y: (
                float(np.sum(a != -1)),
                score(a, y)[1],
            ),
            "These are numbers of images. Return fractions.": lambda a, y: (np.sum(a != -1), np.sum((a == y)[a != -1])),
            "This is the error rate. Return the fraction of answers that are correct.": lambda a, y: (
                score(a, y)[0],
                1 - score(a, y)[1],
            ),
        },
    ),
}
