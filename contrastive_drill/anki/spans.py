"""Runs of text as HTML parts them, made into a line of a card."""

from collections.abc import Iterable

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
    return tuple(line)


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
