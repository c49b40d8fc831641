"""A review as one page that works offline: cards, and a script that asks them."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence, Set
from datetime import date
from hashlib import sha256
from importlib.resources import files
from typing import Any, NamedTuple

from contrastive_drill import __version__
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.grade import FAST, check
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.cards.kinds.numeric import NumberKind
from contrastive_drill.cards.quantity import measure
from contrastive_drill.cards.variant import variant
from contrastive_drill.review.session import RETRY_AFTER
from contrastive_drill.screen.pages.templates import drawn, templates

# A strict policy allows no style in an element; cells of formulas have the only ones.
STYLED = re.compile(r'<mtd style="([^"]*)"')


class PageCard(NamedTuple):
    """A card of a page, and the study day on which it is asked."""

    card: Card
    section: str  # its title
    day: int
    siblings: Set[str] = frozenset()  # cards that are not asked next to it


def page(
    page_id: str, cards: Sequence[PageCard], day: int, rollover_hour: int, *, repeats: bool = True
) -> str:
    """The whole page for study days from `day` on, which also draws numbers and shuffles choices.

    Unless it `repeats`, a failed card is not asked again.
    """
    from jinja2.utils import htmlsafe_json_dumps
    from markupsafe import Markup

    seed = date.fromordinal(day).isoformat()
    put = [each._replace(card=variant(each.card, f"{seed}:{each.card.id}")) for each in cards]
    asked = {each.card.id for each in put}
    rules: dict[str, str] = {}  # the class of each style of a cell

    def named(style: re.Match[str]) -> str:
        return f'<mtd class="{rules.setdefault(style[1], f"cell-{len(rules)}")}"'

    articles = templates().get_template("drill-cards.html.jinja")
    body = STYLED.sub(named, articles.render(cards=put, card_kind=card_kind))
    cells = "".join(f".{name} {{ {style} }}\n" for style, name in rules.items())
    style, script = _read("page.css") + _read("drill.css") + cells, _read("drill.js")
    data = {
        "page": page_id,
        "day": seed,
        "rollover": rollover_hour,
        "repeats": repeats,
        "retryAfter": RETRY_AFTER,
        "cards": [_record(each, asked) for each in put],
    }
    return drawn(
        "drill.html.jinja",
        cards=Markup(body),  # escaped where it is drawn
        data=htmlsafe_json_dumps(data, separators=(",", ":")),
        day=seed,
        policy=policy(style, script),
        style=Markup(style),
        script=Markup(script),
        version=__version__,
    )


def policy(style: str, script: str) -> str:
    """What a browser may do with the page: this style, this script, and nothing from elsewhere."""
    hashes = (b64encode(sha256(each.encode()).digest()).decode() for each in (style, script))
    style_src, script_src = (f"'sha256-{each}'" for each in hashes)
    return (
        f"default-src 'none'; style-src {style_src}; script-src {script_src}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _read(name: str) -> str:
    return (files("contrastive_drill.screen.pages") / name).read_text("utf-8")


def _record(asked: PageCard, present: Set[str]) -> dict[str, Any]:
    """What the script knows of a card: how it is judged and when it is asked; nothing empty."""
    card, kind = asked.card, card_kind(asked.card.kind)
    answers = list(kind.answers_by_digit(card))
    right = (each for each in answers if (found := check(card, each)) and found.right)
    known = {
        "id": card.id,
        "day": date.fromordinal(asked.day).isoformat(),
        "siblings": sorted(asked.siblings & present),
        "points": [(each.key, each.required) for each in card.points],
        "answers": answers,
        "right": next(right, None),
        "listed": any(kind.shown_options(card)),  # with why each answer is right or wrong
        "number": _number(card),
        "fast": FAST * kind.seconds,
        "longest": kind.longest,
    }
    return {name: value for name, value in known.items() if value}


def _number(card: Card) -> Mapping[str, Any] | None:
    """What decides the plain spellings of a number; the learner compares all others."""
    kind = card_kind(card.kind)
    number = kind.number(card) if isinstance(kind, NumberKind) else None
    if number is None:
        return None
    value, unit = number.wanted
    return {"value": value, "unit": unit, "scale": measure(unit)[1], "slack": number.slack}
