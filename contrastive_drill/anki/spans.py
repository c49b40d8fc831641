"""Runs of text as HTML parts them, made into a line of a card."""

from collections.abc import Iterable
from unicodedata import category

from contrastive_drill.cards.prose import Line, Span, Style

VERBATIM = (Style.CODE, Style.FORMULA)
LOWERED = str.maketrans("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
RAISED = str.maketrans(
    "0123456789+-=()abcdefghijklmnoprstuvwxyzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ"
)


def line_of(spans: Iterable[Span]) -> Line:
    """A line without blanks at its ends or two in a row; neighbours of one style are one span."""
    line: list[Span] = []
    for text, style in spans:
        before = line[-1] if line else Span("\n")
        open_ended = before.style not in VERBATIM
        if style not in VERBATIM:
            if open_ended and before.text[-1] in " \n":
                text = text.lstrip(" ") if line else text.lstrip(" \n")
            if text.startswith("\n") and open_ended and line:
                line[-1] = before._replace(text=before.text.rstrip(" "))
        for part, part_style in _apart(text, style):
            if line and line[-1].style is part_style is not Style.FORMULA:
                line[-1] = line[-1]._replace(text=line[-1].text + part)
            else:
                line.append(Span(part, part_style))
    while line and line[-1].style not in VERBATIM:
        if text := line[-1].text.rstrip():
            line[-1] = line[-1]._replace(text=text)
            break
        line.pop()
    return _settable(tuple(line))


def on_one_line(line: Line) -> Line:
    """A line without its breaks, as a cell of a table or a key point has it."""
    return tuple(span._replace(text=span.text.replace("\n", " ")) for span in line)


def _settable(line: Line) -> Line:
    """The line, with plain words where Markdown would take the stars of a style for stars."""
    spans, done = [Span(""), *line, Span("")], list[Span]()
    for before, (text, style), after in zip(spans, spans[1:], spans[2:], strict=False):
        first, last = before.text[-1:], after.text[:1]
        is_apart = _parts(before, first, "([") or _parts(after, last, ")]")  # else: 2*3*4
        stands = _stands(before, first, text[:1]) and _stands(after, last, text[-1:])
        if style not in VERBATIM and not (is_apart and stands):
            style = Style.PLAIN
        if done and done[-1].style is style is Style.PLAIN:
            text = done.pop().text + text
        done.append(Span(text, style))
    return tuple(done)


def _parts(beside: Span, sign: str, brackets: str) -> bool:
    """Whether a sign of the span beside it parts a style from the words there."""
    return not sign or (
        beside.style not in VERBATIM and (sign.isspace() or sign in f"{brackets}.,;:!?\"'")
    )


def _stands(beside: Span, sign: str, end: str) -> bool:
    """Whether a star counts that parts a sign of the span beside it from an end of styled words."""
    if beside.style in VERBATIM or not sign:
        return True
    is_apart = sign.isspace() or category(sign)[0] in "PS"
    return beside.style is Style.PLAIN and (end.isalnum() or is_apart)


def _apart(text: str, style: Style) -> Iterable[Span]:
    """Words in a style, and as plain text the blanks beside them, where Markdown wants none."""
    inner = text if style in VERBATIM else text.strip()
    before, after = text.split(inner, 1) if inner else (text, "")
    parts = (before, Style.PLAIN), (inner, style), (after, Style.PLAIN)
    return [Span(*part) for part in parts if part[0]]


def scripted(spans: list[Span], below: bool) -> list[Span]:
    """Words below or above the line, as far as there are letters for that."""
    words = " ".join("".join(span.text for span in spans).split())
    letters = LOWERED if below else RAISED
    if not words or any(span.style is Style.FORMULA for span in spans):
        return spans
    if all(ord(each) in letters for each in words):
        return [Span(words.translate(letters))]
    return [Span(f"{'_' if below else '^'}({words})")]
