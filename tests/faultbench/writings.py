"""What an author, a program or an enemy may write into the files of the program."""

import json
import random
import zlib
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
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
CACHES: list[bytes] = []  # the bank as it is parsed
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


def head(chance: Source) -> str:
    """What stands before the cards."""
    macros = "".join(
        f"  '\\{name}': {chance.choice(MACROS)}\n" for name in chance.sample("abRx", 3)
    )
    rung = f"  - level: mid\n    card: own-one\n    line: {scalar(chance, 8)}\n"
    parts = ("title: Mine\n", f"macros:\n{macros}", f"ladder:\n{rung * chance.choice((1, 3))}")
    wanted = [part for part in parts if chance.random() < 0.3]
    return "".join(["section: mine\n", *wanted, "cards:\n"])


def bank_text(chance: Source) -> str:
    """The text of a bank file."""
    count = chance.choice((1, 1, 2, 5, 30))
    written = head(chance) + "\n".join(card(chance, number) for number in range(count))
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
    if name == "cache/bank.cache" and chance.random() < 0.8:
        return forged(chance)
    if name in ("cache/bank.cache", "drill.sqlite"):
        return chance.randbytes(chance.randrange(3000))
    if name in JSON_PLACES:
        return json_text(chance, JSON_PLACES[name]).encode("utf-8", "replace")
    made = text(chance) if name.startswith("drafts") else bank_text(chance)
    return made.encode("utf-8", "replace")


def forged(chance: Source) -> bytes:
    """A parsed bank of another content than it had, with a checksum that holds."""
    whole = CACHES[0]
    stamp, length, _ = whole.partition(b"\n")[0].split()
    start = whole.index(b"\n") + 1
    index = json.loads(whole[start : start + int(length)])
    for _ in range(chance.choice((0, 1, 1, 3))):
        place = index
        while isinstance(place, list | dict) and place:
            key = chance.choice([*place] if isinstance(place, dict) else range(len(place)))
            if not isinstance(place[key], list | dict) or chance.random() < 0.2:
                place[key] = json.loads(chance.choice(JSON_VALUES))
                break
            place = place[key]
    known = json.dumps(index).encode()
    lines = whole[start + int(length) :]
    return b"%s %d %d\n%s%s" % (stamp, len(known), zlib.crc32(known), known, lines)


PLAIN = (
    "One.", "It is so, *and* **so** `it` goes.", "- one\n- two\n  - three\n", "1. a\n2. b",
    "| a | b |\n|---|---|\n| 1 | $x$ |\n| c |", "```python\nx = 1\n```", "What of [[a]] here?",
    "[a link](http://x.y)", "![p](q)", "<b>bold</b>", "# head", "> said", "---", "a\\\nb",
    "    code", "\ttab", "\u202eright", "\x1b[31mred", "\u0000", "\ufeff", "\ud800",
    "漢字 é e\u0301",
)  # fmt: skip
UNITS = (
    r"$\a$ ", r"$\b{x}$ ", r"$\R$ ", *PLAIN, "*a **b ", "c** d*", "*", "_", "`", "[", "![", "]",
    "(", ")", "<", "<!--", "<?", "&", "&#", "\\", "$", "$$", "$a$ ", "> ", "- ", "  - ", "1. ",
    "|", "|a", "|-", "\n", "\n\n", "a\n", " ", "\t", "#", "```\n", "~~~", "***\n", "=\n", "a",
    "word ", "é", ":", "''", '"', "%", "@", "{", "}", "[[", "]]", "[[a]]", "[[result]]", "10**",
    "9**9", "comb(9,", "1+", "-", "\r",
)  # fmt: skip
FORMULA_UNITS = (
    r"\a", r"\b{x}", r"\R ", "x+", "-", "(", ")", "|", "{", "}", "x^{", "_", "^", "'", "&", r"\\",
    r"\frac{a}{b}", r"\frac{", r"\sqrt{", r"\left(", r"\right)", r"\begin{matrix}",
    r"\end{matrix}", "a&", r"\text{a}", r"\hat{", r"\sum_i ", r"\overline{", r"\underbrace{x}_{y}",
    "é", "漢", " ", r"\ ", ",", "=", "12", r"\operatorname{a}", r"\binom a", r"\not=", r"\quad",
    "$", "%", r"\x", "|x|", r"\middle|", "[", "]", r"\substack{a\\b}", "a&a&a&a&a&a&a&a&", r"a\\",
)  # fmt: skip
MACROS = (
    "'x'", "'x+x'", '"x"', "'" + "x+" * 900 + "'", "'#1#1#1'", "'" + "#1" * 900 + "'", r"'\a\a'",
    r"'\b'", r"'\frac{#1}{#2}'", "'#10'", r"'\mathbb{R}'", "'{'", "''", "[a]", r"'\x{#1}{#1}'",
    "5",
)  # fmt: skip
VALUES = (
    "", "~", "yes", "1", "-1", "1e9", "0x10", "2026-01-01", "[]", "{}", "[a, b]", "{a: b}",
    "[[[[a]]]]", "*a", "&a x", "&a [*a]", "!!python/object:os.system x", "!!binary aGk=", "'x'",
    '"\\x00"', "|", ">", "- a", "deep-one", "own-one", "[own-one]", "[gone]", "[own-1, own-2]",
    "mid", "recall", "numeric", "shipped", "collapse", "'1 %'", "infonce-at-chance", "? a",
    "<<: x", "{id: x}", "'" + "9" * 400 + "'", "[" * 30, "- " * 30, "{a: " * 30, "x" * 6000,
    "'9**9**9'",
)  # fmt: skip
FIELDS = (
    "id", "level", "kind", "prompt", "points", "sources", "needs", "follow_ups", "tags", "place",
    "demo", "bait", "erratum", "slips", "replaces", "overrides", "ruling", "choices", "number",
    "worked", "tolerance", "calculation", "colour", "section", "1", "''", "~", "[a]", "? b",
)  # fmt: skip
YAML_UNITS = (
    "[", "]", "{a: ", "- ", "- a\n", "? ", "a: ", "a: b\n", "&a x\n", "*a", "!t ", "|\n", "---\n",
    "...\n", "%TAG ! x\n", "#\n", "'", '"', " ", "\n", "\t", ",", "x", "é", "\x85", "- - ",
    "  - id: a\n", "  - {id: a}\n", "  - [a, b]\n", "  - &a {id: *a}\n", "\x07",
    "- {a: b, a: c}\n",
)  # fmt: skip
JSON_VALUES = (
    "null", "true", "0", "-1", "1e999", "NaN", "1" * 400, '""', '"x"', "[]", "{}", "[[]]",
    '[{"a": []}]', '{"a": 1}', '"9999-12-31"', '"0001-01-01"', '"2026-11-22"', '["2026-13-01"]',
    '["\\ud800"]', '"\\u001b[31m"', "3.5", "1e308", '["gone", 1, null, []]', '{"toy": 1e308}',
    '{"toy": 0}', '"sat,sun,mon,tue,wed,thu"', "[" * 900 + "]" * 900, '"' + "x" * 9000 + '"',
)  # fmt: skip
FORMULAS = [
    line for line in (TESTS / "formula" / "formulas.txt").read_text("utf-8").splitlines() if line
]
SHIPPED = [
    path.read_text("utf-8")[:40_000]
    for path in sorted((ROOT / "question_bank").glob("*.yaml"))[:12]
]
