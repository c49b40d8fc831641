"""Files of any content in every place of the program's, under every command.

`python files.py SEED FIRST LAST` makes some of the trials in its own process and prints what fails.
"""

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
PROGRAM = str(Path(sys.executable).parent / "contrastive-drill")
SECONDS, MEGABYTES, HANGS = 5, 300, 120  # of the processor; of memory; on the wall
BATCH = 250  # trials of one process
REAL = 50  # one trial in so many is a program of its own, with the shipped bank
COMMANDS: tuple[tuple[str, ...], ...] = (
    (), ("status",), ("doctor",), ("bank", "check"), ("bank", "list"), ("bank", "list", "--json"),
    ("bank", "stats"), ("browse",), ("search", "one", "a"), ("show", "deep-one"), ("report",),
    ("review",), ("review", "--kind", "numeric"), ("review", "--section", "mine"), ("exam",),
    ("interview",), ("plan",), ("plan", "--on", "+9d", "--minutes", "9"), ("config",),
    ("config", "new_per_day", "4"), ("config", "keys", "anki"), ("edit", "deep-one"),
    ("edit", "own-one"), ("flag", "deep-one"), ("undo",), ("bank", "new", "a-card"),
    ("bank", "add", "Why?", "--say", "So.", "--point", "so"), ("bank", "check", "HOME/bank"),
)  # fmt: skip
TYPED = "an answer\n1 2\n3\n\n42\nall good\nwrong\n2\n:skip\n:quit\n"
JSON_PLACES: dict[str, dict[str, object]] = {
    "settings.json": {"desired_retention": 0.9, "new_per_day": 5, "rollover_hour": 4,
                      "interview_on": "2026-12-05", "minutes_per_day": 20.0, "days_off": "sat",
                      "grader": None},
    "keys.json": {"keys": "anki", "key.undo": "u"},
    "plan.json": {"minutes": 20.0, "weekend": None, "off": ["2026-11-28"], "since": "2026-11-20",
                  "weights": {"numbered": 2.0, "toy": 1.0}, "only": []},
    "cache/plan-of-the-day.json": {"day": 739941, "cards": 9, "order": ["deep-one", "gone"]},
    "cache/clinics-of-the-day.json": {"day": 739941, "cards": ["deep-one"]},
}  # fmt: skip
# How often each is tried; in "bank", a file of any name.
PLACES = {
    "bank/mine.yaml": 12, "bank": 4, "drafts/deep-one.txt": 1, "cache/bank.cache": 1,
    "drill.sqlite": 1, **dict.fromkeys(JSON_PLACES, 1),
}  # fmt: skip
CARD = """\
  - id: own-{number}
    level: mid
    kind: {kind}
    prompt: {prompt}
    say: {say}
    answer: {answer}
    points:
      - must: {point}
      - bonus: The second of {number}.
    sources:
      - text: {source}
        where: {where}
{more}"""
MORE = {
    "recall": "",
    "scenario": "    bait:\n      answer: {a}\n      fails: {b}\n",
    "verdict": "    ruling: wrong\n    erratum:\n      sheet: {a}\n      correct: {b}\n",
    "choice": "    choices:\n      - right: {a}\n      - wrong: {b}\n        why: {a}\n"
    "      - wrong: no\n        why: {b}\n",
    "numeric": "    number: '{n} nats'\n    worked: '{n}'\n    tolerance: '1 %'\n"
    "    slips:\n      - gives: {a}\n        why: {b}\n",
    "calculation": "    calculation: cosine-of-two\n    tolerance: '1 %'\n",
}


class Source(random.Random):
    """Where what is tried comes from; a seed gives the same again."""

    def some(self, *makers: Callable[[], str]) -> str:
        """What one of these makes."""
        return self.choice(makers)()


def text(chance: Source) -> str:
    """A text as an author, a program or an enemy may write it."""
    unit = chance.choice(UNITS)
    times = int(10 ** chance.uniform(0, chance.choice((1, 1, 2, 4))))
    return chance.some(
        lambda: chance.choice(PLAIN),
        lambda: chance.choice(FORMULAS),
        lambda: f"${chance.choice(FORMULAS)}$",
        lambda: f"$$\n{chance.choice(FORMULAS)}\n$$",
        lambda: f"$$\n{mutated(chance, chance.choice(FORMULAS))}\n$$",
        lambda: f"so ${mutated(chance, chance.choice(FORMULAS))}$ it is",
        lambda: (unit * times)[:40_000],
        lambda: f"$${chance.choice(FORMULA_UNITS) * times}$$"[:40_000],
        lambda: unit * times + chance.choice(UNITS) * times,
        lambda: "".join(chance.choice(UNITS) for _ in range(times % 400)),
        lambda: " ".join(text(chance) for _ in range(chance.randrange(3))),
        lambda: mutated(chance, chance.choice(PLAIN) * 3),
    )


def mutated(chance: Source, whole: str, most: int = 6) -> str:
    """A text with pieces lost, doubled, moved, or put in from elsewhere."""
    for _ in range(chance.randrange(1, most)):
        start = chance.randrange(len(whole) + 1)
        end = min(len(whole), start + int(10 ** chance.uniform(0, 3)))
        piece = whole[start:end]
        new = chance.choice(
            (
                "",
                piece[::-1],
                piece * chance.choice((2, 50)),
                chance.choice(UNITS) * int(10 ** chance.uniform(0, 3)),
                chr(chance.randrange(0x110000)),
                text(chance) if chance.random() < 0.03 else "\n",
            )
        )
        whole = (whole[:start] + new + whole[end:])[:2_000_000]
    return whole


def scalar(chance: Source, column: int) -> str:
    """A text in YAML: bare, quoted, or as a block."""
    words = text(chance)
    block = "|\n" + "\n".join(" " * column + line for line in words.split("\n"))
    return chance.some(
        lambda: words, lambda: block, lambda: block, lambda: "'" + words.replace("'", "''") + "'",
        lambda: json.dumps(words), lambda: chance.choice(VALUES),
    )  # fmt: skip


def card(chance: Source, number: int) -> str:
    """A card of any kind, most of it sound."""

    def maybe(sound: str, column: int) -> str:
        return scalar(chance, column) if chance.random() < 0.25 else sound

    kind = chance.choice(list(MORE))
    more = MORE[kind].format(
        a=maybe("One.", 8), b=maybe("Two.", 8), n=chance.choice(["9.40", "1e999", "0", "1/3"])
    )
    more += "".join(
        f"    {field}: {chance.choice(VALUES)}\n"
        for field in chance.sample(FIELDS, chance.choice((0, 0, 0, 1, 3)))
    )
    return CARD.format(
        number="one" if number == 0 else number,
        kind=kind,
        prompt=maybe("What is [[a]]?" if kind == "calculation" else f"What is {number}?", 6),
        say=maybe("A thing.", 6),
        answer=maybe("It is so.", 6),
        point=maybe(f"It is {number}.", 10),
        source=maybe("A book", 10),
        where=maybe("Page 1", 10),
        more=more,
    )


def bank_text(chance: Source) -> str:
    """The text of a bank file."""
    count = chance.choice((1, 1, 2, 5, 30))
    written = "section: mine\ntitle: Mine\ncards:\n" + "\n".join(
        card(chance, number) for number in range(count)
    )
    return chance.some(
        lambda: written,
        lambda: written,
        lambda: mutated(chance, written),
        lambda: mutated(chance, chance.choice(SHIPPED)),
        lambda: mutated(chance, chance.choice(SHIPPED), 60),
        lambda: chance.choice(YAML_UNITS) * int(10 ** chance.uniform(0, 5)),
        lambda: (
            "section: mine\ncards:\n" + chance.choice(YAML_UNITS) * int(10 ** chance.uniform(0, 4))
        ),
        lambda: text(chance),
        lambda: "section: mine\ncards:\n" + card(chance, 0) * int(10 ** chance.uniform(0, 3)),
    )


def json_text(chance: Source, sound: dict[str, object]) -> str:
    """The text of a JSON file."""
    changed = {**sound, chance.choice(list(sound)): json.loads(chance.choice(JSON_VALUES))}
    return chance.some(
        lambda: json.dumps(changed),
        lambda: json.dumps(changed),
        lambda: mutated(chance, json.dumps(sound, indent=2)),
        lambda: chance.choice(JSON_VALUES),
        lambda: (
            chance.choice(("[", '{"a":', "[[", "-", "1", '"')) * int(10 ** chance.uniform(0, 6))
        ),
    )


def content(chance: Source, name: str) -> bytes:
    """What may be found in one of the places."""
    if name in ("cache/bank.cache", "drill.sqlite"):
        return chance.randbytes(chance.randrange(3000))
    if name in JSON_PLACES:
        return json_text(chance, JSON_PLACES[name]).encode("utf-8", "replace")
    made = text(chance) if name.startswith("drafts") else bank_text(chance)
    return made.encode("utf-8", "replace")


def put(chance: Source, home: Path) -> None:
    """Something in one of the places of the program's files."""
    name = chance.choices([*PLACES], [*PLACES.values()])[0]
    place = home / (f"bank/{chance.choice(NAMES)}" if name == "bank" else name)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        if chance.random() < 0.9:
            data = content(chance, name)
            if chance.random() < 0.05:
                data = bytes(
                    each ^ (chance.random() < 0.01) * chance.randrange(256) for each in data
                )
            place.write_bytes(data)
        else:
            chance.choice(KINDS)(place)
    except (OSError, ValueError):
        pass  # a name that no file can have


def _huge(place: Path) -> None:
    with place.open("wb") as file:
        file.truncate(5 << 30)


KINDS: tuple[Callable[[Path], object], ...] = (
    os.mkfifo,
    lambda place: place.mkdir(),
    lambda place: place.symlink_to(place.name),
    lambda place: place.symlink_to("/dev/zero"),
    lambda place: place.symlink_to("gone"),
    lambda place: place.symlink_to(".."),
    lambda place: place.symlink_to("/proc/self/mem"),
    _huge,
)
NAMES = (
    "mine (conflicted copy).yaml", "mine.sync-conflict-20260801-1200-ABC.yaml", ".mine.yaml",
    "other.yml", "Other.YAML", "a/b/c.yaml", ".stversions/mine.yaml", "mine (1).yaml", "é\n.yaml",
    "x" * 250 + ".yaml", "sub.yaml/x.yaml", "overrides/deep-one.yaml", "overrides/own-one.yaml",
    os.fsdecode(b"\xff\x1b[31m.yaml"),
)  # fmt: skip
PLAIN = (
    "One.",
    "It is so, *and* **so** `it` goes.",
    "- one\n- two\n  - three\n",
    "1. a\n2. b",
    "| a | b |\n|---|---|\n| 1 | $x$ |\n| c |",
    "```python\nx = 1\n```",
    "What of [[a]] here?",
    "[a link](http://x.y)",
    "![p](q)",
    "<b>bold</b>",
    "# head",
    "> said",
    "---",
    "a\\\nb",
    "    code",
    "\ttab",
    "\u202eright",
    "\x1b[31mred",
    "\u0000",
    "\ufeff",
    "\ud800",
    "漢字 é e\u0301",
)
UNITS = (
    *PLAIN,
    "*a **b ",
    "c** d*",
    "*",
    "_",
    "`",
    "[",
    "![",
    "]",
    "(",
    ")",
    "<",
    "<!--",
    "<?",
    "&",
    "&#",
    "\\",
    "$",
    "$$",
    "$a$ ",
    "> ",
    "- ",
    "  - ",
    "1. ",
    "|",
    "|a",
    "|-",
    "\n",
    "\n\n",
    "a\n",
    " ",
    "\t",
    "#",
    "```\n",
    "~~~",
    "***\n",
    "=\n",
    "a",
    "word ",
    "é",
    ":",
    "''",
    '"',
    "%",
    "@",
    "{",
    "}",
    "[[",
    "]]",
    "[[a]]",
    "[[result]]",
    "10**",
    "9**9",
    "comb(9,",
    "1+",
    "-",
    "\r",
)
FORMULA_UNITS = (
    "x+",
    "-",
    "(",
    ")",
    "|",
    "{",
    "}",
    "x^{",
    "_",
    "^",
    "'",
    "&",
    r"\\",
    r"\frac{a}{b}",
    r"\frac{",
    r"\sqrt{",
    r"\left(",
    r"\right)",
    r"\begin{matrix}",
    r"\end{matrix}",
    "a&",
    r"\text{a}",
    r"\hat{",
    r"\sum_i ",
    r"\overline{",
    r"\underbrace{x}_{y}",
    "é",
    "漢",
    " ",
    r"\ ",
    ",",
    "=",
    "12",
    r"\operatorname{a}",
    r"\binom a",
    r"\not=",
    r"\quad",
    "$",
    "%",
    r"\x",
    "|x|",
    r"\middle|",
    "[",
    "]",
    r"\substack{a\\b}",
    "a&a&a&a&a&a&a&a&",
    r"a\\",
)
VALUES = (
    "",
    "~",
    "yes",
    "1",
    "-1",
    "1e9",
    "0x10",
    "2026-01-01",
    "[]",
    "{}",
    "[a, b]",
    "{a: b}",
    "[[[[a]]]]",
    "*a",
    "&a x",
    "&a [*a]",
    "!!python/object:os.system x",
    "!!binary aGk=",
    "'x'",
    '"\\x00"',
    "|",
    ">",
    "- a",
    "deep-one",
    "own-one",
    "[own-one]",
    "[gone]",
    "[own-1, own-2]",
    "mid",
    "recall",
    "numeric",
    "shipped",
    "collapse",
    "'1 %'",
    "infonce-at-chance",
    "? a",
    "<<: x",
    "{id: x}",
    "'" + "9" * 400 + "'",
    "[" * 30,
    "- " * 30,
    "{a: " * 30,
    "x" * 6000,
    "'9**9**9'",
)
FIELDS = (
    "id",
    "level",
    "kind",
    "prompt",
    "points",
    "sources",
    "needs",
    "follow_ups",
    "tags",
    "place",
    "demo",
    "bait",
    "erratum",
    "slips",
    "replaces",
    "overrides",
    "ruling",
    "choices",
    "number",
    "worked",
    "tolerance",
    "calculation",
    "colour",
    "section",
    "1",
    "''",
    "~",
    "[a]",
    "? b",
)
YAML_UNITS = (
    "[",
    "]",
    "{a: ",
    "- ",
    "- a\n",
    "? ",
    "a: ",
    "a: b\n",
    "&a x\n",
    "*a",
    "!t ",
    "|\n",
    "---\n",
    "...\n",
    "%TAG ! x\n",
    "#\n",
    "'",
    '"',
    " ",
    "\n",
    "\t",
    ",",
    "x",
    "é",
    "\x85",
    "- - ",
    "  - id: a\n",
    "  - {id: a}\n",
    "  - [a, b]\n",
    "  - &a {id: *a}\n",
    "\x07",
    "- {a: b, a: c}\n",
)
JSON_VALUES = (
    "null",
    "true",
    "0",
    "-1",
    "1e999",
    "NaN",
    "1" * 400,
    '""',
    '"x"',
    "[]",
    "{}",
    "[[]]",
    '[{"a": []}]',
    '{"a": 1}',
    '"9999-12-31"',
    '"0001-01-01"',
    '"2026-11-22"',
    '["2026-13-01"]',
    '["\\ud800"]',
    '"\\u001b[31m"',
    "3.5",
    "1e308",
    '["gone", 1, null, []]',
    '{"toy": 1e308}',
    '{"toy": 0}',
    '"sat,sun,mon,tue,wed,thu"',
    "[" * 900 + "]" * 900,
    '"' + "x" * 9000 + '"',
)
FORMULAS = [
    line for line in (TESTS / "formula" / "formulas.txt").read_text("utf-8").splitlines() if line
]
SHIPPED = [
    path.read_text("utf-8")[:40_000]
    for path in sorted((ROOT / "question_bank").glob("*.yaml"))[:12]
]


def furnish(home: Path) -> None:
    """A home as it is after some use: files in every place, nothing wrong with one."""
    shutil.rmtree(home, ignore_errors=True)
    for name, value in JSON_PLACES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(json.dumps(value))


def tried(number: int, seed: int, home: Path) -> Iterator[str]:
    """One trial: what is wrong about it."""
    chance = Source(f"{seed}-{number}")
    furnish(home)
    put(chance, home)
    if chance.random() < 0.2:
        put(chance, home)
    command = [word.replace("HOME", str(home)) for word in chance.choice(COMMANDS)]
    before = time.process_time()
    if number % REAL:
        problem = in_process(command)
        seconds = time.process_time() - before
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    else:
        problem, seconds, megabytes = as_program(command)
    if seconds > SECONDS:
        problem = f"{seconds:.1f} s"
    if megabytes > MEGABYTES:
        problem = f"{megabytes:.0f} MB"
    if problem:
        yield f"trial {number} of seed {seed}, {' '.join(command)}: {problem}"
    if megabytes > MEGABYTES:
        raise SystemExit(0)  # what follows would be blamed for it


def in_process(command: list[str]) -> str:
    """A command in this process: how it went wrong, if it did."""
    from typer.testing import CliRunner

    from contrastive_drill.cli import app

    result = CliRunner().invoke(app, command, input=TYPED)
    if result.exit_code not in (0, 1, 2, 3) or not isinstance(result.exception, SystemExit | None):
        return f"status {result.exit_code}, {result.exception!r}"[:300]
    return ""


def as_program(command: list[str]) -> tuple[str, float, float]:
    """A command as a program of its own: how it went wrong, its seconds, its megabytes."""
    with subprocess.Popen(
        [PROGRAM, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        _, said = child.communicate(TYPED.encode(), timeout=HANGS)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = usage.ru_utime + usage.ru_stime - before.ru_utime - before.ru_stime
    problem = f"status {child.returncode}" if child.returncode not in (0, 1, 2, 3) else ""
    if b"Traceback" in said:
        problem = said.decode(errors="replace").strip().splitlines()[-1][:300]
    return problem, seconds, usage.ru_maxrss / 1024


def batch(seed: int, first: int, last: int) -> None:
    """Some trials here; what fails is printed, and the number of each before it is made."""
    sys.path.insert(0, str(TESTS))
    from interviews import BANK

    with TemporaryDirectory() as folder:
        home, shipped = Path(folder) / "home", Path(folder) / "shipped"
        shipped.mkdir()
        (shipped / "toy.yaml").write_text(BANK)
        # The bank of a few cards stands in for the shipped one; programs of their own have that.
        module = types.SimpleNamespace(__path__=[str(shipped)])
        sys.modules["contrastive_drill.question_bank"] = module  # type: ignore[assignment]
        os.environ |= {
            "CONTRASTIVE_DRILL_HOME": str(home),
            "CONTRASTIVE_DRILL_NOW": "2026-11-21T18:30:00+01:00",
            "EDITOR": "true",
            "VISUAL": "",
        }
        import signal

        for number in range(first, last):
            print(number, flush=True)
            signal.alarm(HANGS)
            for failure in tried(number, seed, home):
                print(f"! {failure}", flush=True)


def trials(count: int, seed: int) -> tuple[int, list[str]]:
    """So many trials of a seed: how many were made, and what failed."""
    failures: list[str] = []
    start = 0
    while start < count:
        last = min(start + BATCH, count)
        command = [sys.executable, __file__, str(seed), str(start), str(last)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        lines = done.stdout.splitlines()
        failures += [line[2:] for line in lines if line.startswith("!")]
        reached = max((int(line) for line in lines if line.isdigit()), default=start)
        if done.returncode:
            failures.append(
                f"trial {reached} of seed {seed}: ended by {done.returncode} {done.stderr[-300:]}"
            )
        start = reached + 1
    return count, failures


if __name__ == "__main__":
    batch(*map(int, sys.argv[1:4]))
