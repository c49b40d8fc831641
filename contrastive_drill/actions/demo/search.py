"""The search for pictures by words: once, for each line of input, or interactively."""

import sys
from collections.abc import Callable
from contextlib import suppress

from contrastive_drill.actions.demo.laboratory import Laboratory, PreparedRun
from contrastive_drill.actions.environment import at_terminal, open_console
from contrastive_drill.actions.output import print_json, print_rows
from contrastive_drill.demo.result import Strip
from contrastive_drill.errors import UsageProblem
from contrastive_drill.screen.demo.progress import live
from contrastive_drill.screen.plain import complain, say

Find = Callable[[str], Strip]
QUIT_WORDS = ("", "q")  # besides Ctrl-D, Ctrl-C and Esc


def search(laboratory: Laboratory, prepared: PreparedRun, words: list[str]) -> None:
    """Show the best pictures for the words; at a terminal, then ask for more.

    The word "-" alone stands for the lines of standard input, one query each.

    Raises:
        UsageProblem: when the demo cannot be searched.
    """
    find = _finder(laboratory, prepared)
    piped = words == ["-"]
    queries = filter(None, map(str.strip, sys.stdin or ())) if piped else [" ".join(words)]
    if laboratory.options.json:
        from contrastive_drill.screen.demo.gallery import found_record

        searches = [found_record(query, find(query)) for query in queries]
        found = {"name": prepared.experiment.name, "searches": searches}
        print_json("demo-search", found)
        return
    for query in queries:
        if piped:
            _try(find, query)
        else:
            _show(find(query))
    if not piped and at_terminal():
        _ask(find)


def search_after_run(laboratory: Laboratory, prepared: PreparedRun) -> None:
    """After a run, ask for words, if the demo can be searched and its weights were saved."""
    if prepared.experiment.searchable and laboratory.host(lambda *_: None).folder is not None:
        _ask(_finder(laboratory, prepared))


def _finder(laboratory: Laboratory, prepared: PreparedRun) -> Find:
    """A function that finds pictures by words; shows progress if it must train first."""
    with live(open_console(sys.stderr)) as view:
        return prepared.experiment.search(prepared.config, laboratory.host(view.progress))


def _show(strip: Strip) -> None:
    from contrastive_drill.screen.demo.gallery import found_rows

    print_rows(lambda sheet: found_rows(sheet, strip))


def _ask(find: Find) -> None:
    """Ask for words until the learner leaves."""
    from contrastive_drill.screen.menus import asker

    say("Search the pictures by words; an empty line ends it.")
    ask = asker("Search:")
    with suppress(KeyboardInterrupt):  # also while pictures are drawn
        while (query := ask()) is not None and query.strip() not in QUIT_WORDS:
            _try(find, query.strip())


def _try(find: Find, query: str) -> None:
    """Show the pictures; words that cannot be searched print a line, and do not end the search."""
    try:
        strip = find(query)
    except UsageProblem as error:
        complain(str(error))
    else:
        _show(strip)
