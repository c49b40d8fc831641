"""Key points that a command of the learner's finds in a typed answer; it decides nothing."""

import json
import os
import shlex
import subprocess
from collections.abc import Callable
from contextlib import suppress

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.markdown import markdown, markdown_line
from contrastive_drill.errors import DataProblem
from contrastive_drill.screen.plain import say

LIMIT = 20.0  # seconds for an answer


def propose(
    command: str, card: Card, typed: str, tell: Callable[[str], None], limit: float = LIMIT
) -> set[str]:
    """The keys of the points that a command finds said; where it fails none, and a message."""
    words = [os.path.expanduser(word) for word in shlex.split(command)]
    name = os.path.basename(words[0])
    points = [{"number": n, "text": markdown_line(p.line)} for n, p in enumerate(card.points, 1)]
    record = {"prompt": markdown(card.prompt), "points": points, "answer": typed}
    try:
        say(f"Asking {name}… Ctrl-C goes on without it.")
        numbers = _numbers(_answer(words, json.dumps(record).encode(), limit), len(points))
    except (DataProblem, KeyboardInterrupt) as error:
        tell(f"{name} {str(error) or 'was interrupted'}: nothing is proposed.")
        return set()
    return {card.points[number - 1].key for number in numbers}


def _answer(words: list[str], given: bytes, limit: float) -> bytes:
    """What a command prints."""
    try:
        done = subprocess.run(words, input=given, capture_output=True, timeout=limit, check=False)
    except OSError as error:
        raise DataProblem(f"cannot be started ({error.strerror})") from None
    except subprocess.TimeoutExpired:
        raise DataProblem("has not answered") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:200]
        raise DataProblem(f"ended with status {done.returncode} ({said or 'no message'})")
    return done.stdout


def _numbers(answer: bytes, count: int) -> list[int]:
    """The numbers in `{"covered": [1, 3]}` or `[1, 3]`; one that is no point's spoils them all."""
    with suppress(ValueError, RecursionError):
        value = json.loads(answer)
        numbers = value.get("covered") if isinstance(value, dict) else value
        if numbers == []:
            raise DataProblem("finds no point said")
        if isinstance(numbers, list) and all(
            type(number) is int and 1 <= number <= count for number in numbers
        ):
            return numbers
    raise DataProblem(f"did not answer with a JSON list of numbers from 1 to {count}")
