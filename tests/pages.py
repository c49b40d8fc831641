"""A result of a demo with every part there is, and the outline of a page."""

import re
from html.parser import HTMLParser

from contrastive_drill.demo.result import (
    Chart,
    Claim,
    DemoResult,
    LabelledFormula,
    Note,
    Picture,
    Pixels,
    Series,
    Strip,
    Table,
)

HOSTILE = '</script><b onload="x">\'&amp;\x1b[31m\x00'
PIXELS: Pixels = (((255, 0, 0), (0, 255, 0)), ((0, 0, 255), (9, 9, 9)))


def result(word: str = "word") -> DemoResult:
    """A result whose every text is that word."""
    sweep = (0.01, 0.1, 1.0)
    return DemoResult(
        name="example",
        claim=word,
        seed=7,
        device=word,
        seconds=1.25,
        claims=(
            Claim(word, 0.0831, "< 0.1", True, unit=word),
            Claim(word, float("nan"), word, False),
        ),
        tables=(Table(word, (word, "R@1"), ((word, "0.044"), (word, word)), (word,)),),
        charts=(
            Chart(word, word, word, (Series(word, sweep, sweep),), ((word, 0.5),), "log", "log"),
            Chart(word, word, word, (Series(word, sweep, sweep, points=True),)),
        ),
        strips=(Strip(word, (Picture(word, PIXELS),)),),
        formulas=(LabelledFormula(word, r"\frac{1}{N}"), LabelledFormula(word, r"\unknown <x>")),
        notes=(Note(word),),
        settings={"seed": 7, "taus": sweep, "learned": True, "word": word},
    )


VOID = {"meta", "img", "br", "hr", "link", "input"}


class Outline(HTMLParser):
    """The elements of a page, each closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]
