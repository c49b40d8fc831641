"""What one says of a card in twenty seconds, as a file holds it: short enough to be said."""

from typing import Any

from contrastive_drill.cards import form, prose

WORDS, ROWS = 45, 4  # at most


def words_in(text: prose.Prose) -> int:
    """Words of its sentences, which stand between whitespace; an inline formula is one letter."""
    blocks = prose.blocks_of(text)
    lines = [block.line for block in blocks if isinstance(block, prose.Paragraph)]
    signs = (("x" if style is prose.Style.FORMULA else text for text, style in it) for it in lines)
    return sum(len("".join(each).split()) for each in signs)


def _read(file: Any, node: Any) -> Any:
    """The blocks of the text; more words or more on display than fit the time are noted."""
    blocks = list(prose.blocks_of(say := file.prose(node)))
    words = words_in(say)
    kinds = [type(block) for block in blocks]
    shown = kinds.count(prose.Formula) + kinds.count(prose.TableBlock)
    rows = max((len(b.rows) for b in blocks if isinstance(b, prose.TableBlock)), default=0)
    faults = (
        words > WORDS and f"has {words} words: at most {WORDS}; move the rest to answer",
        shown > 1 and f"displays {shown} formulas or tables: at most one; move the rest to answer",
        rows > ROWS and f"has a table of {rows} rows: at most {ROWS}; move it to answer",
        prose.Code in kinds and "has a block of code, which nobody says aloud: move it to answer",
    )
    for fault in filter(None, faults):
        file.problem(node, f"say {fault}")
    return say


SAY = form.Form(form.TEXT, _read).about(
    f"Said in twenty seconds: up to {WORDS} words, and a formula or a table of up to {ROWS} rows."
)
