"""How wrong a prediction of recall was."""

from math import log

NEVER = 1e-6  # no prediction is nearer to 0 or 1: one miss must not outweigh all other answers


def log_loss(predicted: float, recalled: bool) -> float:
    """Log loss of one answer in nats: minus the logarithm of the probability it was given."""
    likely = min(max(predicted if recalled else 1 - predicted, NEVER), 1.0)
    return -log(likely)
