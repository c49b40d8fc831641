"""The characters of a formula's symbols: fonts, scripts, ASCII spellings, and widths."""

import unicodedata
from functools import lru_cache

from contrastive_drill.formula.tex.nodes import Atom, AtomKind
from contrastive_drill.formula.tex.symbols import ASCII

_SUPERSCRIPTS = str.maketrans(
    "0123456789+−-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδθ⊤†‡∗*∘",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᶿᵀ†‡**°",
)
_SUBSCRIPTS = str.maketrans(
    "0123456789+−-=()aehijklmnoprstuvxβγρϕφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵩᵪ"
)
SCRIPT_LETTERS = "".join(
    chr(code) for code in (*_SUPERSCRIPTS.values(), *_SUBSCRIPTS.values()) if chr(code).isalnum()
)
# Where Unicode keeps the letters of a font: capitals, small letters, digits, and the exceptions
# that were encoded before the others. Greek has bold only.
_FONTS = {
    "bf": (0x1D400, 0x1D41A, 0x1D7CE, ""),
    "cal": (0x1D49C, None, None, "BℬEℰFℱHℋIℐLℒMℳRℛ"),
    "frak": (0x1D504, 0x1D51E, None, "CℭHℌIℑRℜZℨ"),
    "bb": (0x1D538, 0x1D552, 0x1D7D8, "CℂHℍNℕPℙQℚRℝZℤ"),
}
_BOLD_GREEK = {chr(0x391 + i): chr(0x1D6A8 + i) for i in range(25) if i != 17} | {
    chr(0x3B1 + i): chr(0x1D6C2 + i) for i in range(25)
}
_MARKS = {"<super>": "^", "<sub>": "_"}
COMBINING = {
    "hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "breve": "\u0306", "dot": "\u0307",
    "ddot": "\u0308", "ring": "\u030a", "check": "\u030c", "vec": "\u20d7", "grave": "\u0300",
    "acute": "\u0301", "dddot": "\u20db", "leftarrow": "\u20d6",
}  # fmt: skip


@lru_cache(4096)
def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def width_of(text: str) -> int:
    """The columns of a text on a terminal."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(4096)
def glyph(text: str, font: str, ascii_only: bool) -> str:
    """The characters of a symbol or word in a font, or its spelling in plain ASCII."""
    if ascii_only:
        return spell(text)
    if font not in _FONTS:
        return text if text != "∗" else "*"
    capital, small, zero, exceptions = _FONTS[font]
    letters = dict(zip(exceptions[::2], exceptions[1::2], strict=True))
    for first, last, base in (("A", "Z", capital), ("a", "z", small), ("0", "9", zero)):
        if base is not None:
            for code in range(ord(first), ord(last) + 1):
                letters.setdefault(chr(code), chr(base + code - ord(first)))
    if font == "bf":
        letters |= _BOLD_GREEK
    return "".join(letters.get(character, character) for character in text)


@lru_cache(4096)
def spell(text: str) -> str:
    """A text in ASCII: symbols by their names, letters without accents, the rest by number."""
    if text.isascii():
        return text
    if text in ASCII:
        return ASCII[text]
    spelled = ""
    for character in text:
        if character in ASCII:
            spelled += ASCII[character]
        elif not unicodedata.combining(character):
            plain = unicodedata.normalize("NFKD", character)
            plain = "".join(ASCII.get(c, c) for c in plain if not unicodedata.combining(c))
            plain = _MARKS.get(unicodedata.decomposition(character).split(" ")[0], "") + plain
            spelled += plain if plain.isascii() else f"U+{ord(character):04X}"
    return spelled


def superscript(text: str) -> str | None:
    """A text in raised characters; None where Unicode lacks one."""
    return _script(text, _SUPERSCRIPTS)


def subscript(text: str) -> str | None:
    """A text in lowered characters; None where Unicode lacks one."""
    return _script(text, _SUBSCRIPTS)


def _script(text: str, table: dict[int, int]) -> str | None:
    return text.translate(table) if all(ord(c) in table for c in text) else None


def printed(atom: Atom, ascii_only: bool) -> str:
    """The text of an atom as printed."""
    return atom.text if atom.kind is AtomKind.SPACE else glyph(atom.text, atom.font, ascii_only)
