"""`search`: the cards that contain some words."""

import sys
from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import Json, NoPager, named, verbs
from contrastive_drill.errors import UsageProblem
from contrastive_drill.screen.plain import say

app = verbs()


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="Words, or beginnings of words.")],
    limit: Annotated[int, typer.Option(min=1, help="How many cards at most.")] = 10,
    section: Annotated[str | None, named("Only this section.", "section")] = None,
    json: Json = False,
    no_pager: NoPager = False,
) -> None:
    """Find cards by words in their text, tags and sources, best first.

    \b
    Examples:
      contrastive-drill search hard negatives
      contrastive-drill search 2303.15343 --limit 3
    """
    from contrastive_drill.actions.output import print_json, print_rows
    from contrastive_drill.cards.search import SearchIndex
    from contrastive_drill.cards.variant import example
    from contrastive_drill.screen.card.listing import hit_rows

    bank = Environment().bank
    bank.require_sections(() if section is None else (section,))
    query = " ".join(words)
    index = SearchIndex(example(card) for card in bank.cards() if section in (None, card.section))
    hits = index.find(query)
    if json:
        from contrastive_drill.cards.markdown import markdown_line

        cards = [
            {
                "id": hit.card.id,
                "score": round(hit.score, 3),
                "section": hit.card.section,
                "level": hit.card.level.value,
                "field": hit.field,
                "passage": markdown_line(hit.passage),
            }
            for hit in hits[:limit]
        ]
        print_json("search", {"query": query, "found": len(hits), "cards": cards})
        return
    near = index.near(query)
    meant = f"did you mean: {near}?" if near else ""
    if not hits:
        hint = meant or "try fewer or shorter words"
        raise UsageProblem(f"no card contains '{query}': {hint}")
    if missing := index.unknown(query):
        say(f"No card contains {', '.join(missing)}{meant and f'; {meant}'}", sys.stderr)
    print_rows(lambda sheet: hit_rows(sheet, hits[:limit], query, bank.titles))
    if len(hits) > limit:
        say(f"{len(hits) - limit} more: --limit {len(hits)} shows them", sys.stderr)
