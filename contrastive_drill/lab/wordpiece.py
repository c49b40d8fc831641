"""WordPiece, as BERT's lower-case models read text (Devlin et al. 2018): a vocabulary, no more."""

import re
import unicodedata
from collections.abc import Mapping

LONGEST = 100  # letters of a word; a longer one is unknown
OTHER = ("Cc", "Cf", "Co", "Cs")  # what Unicode calls control, format, private and surrogate
# Each Chinese character is a word of its own.
CHINESE = re.compile(
    "([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002ceaf"
    "\U0002f800-\U0002fa1f])"
)


class WordPiece:
    """Texts to numbers of tokens: the longest known piece of a word first, then of the rest."""

    def __init__(self, vocabulary: Mapping[str, int], most: int) -> None:
        self.vocabulary, self.most = vocabulary, most
        self.unknown = vocabulary["[UNK]"]

    def __call__(self, text: str) -> list[int]:
        """At most `most` numbers, the marks of the beginning and the end included."""
        found = [piece for word in basic(text) for piece in self.pieces(word)]
        return [self.vocabulary["[CLS]"], *found[: self.most - 2], self.vocabulary["[SEP]"]]

    def pieces(self, word: str) -> list[int]:
        """A word's pieces; the whole word is unknown where a part of it is."""
        found: list[int] = []
        start = 0 if len(word) <= LONGEST else -1
        while 0 <= start < len(word):
            mark = "##" if start else ""
            for end in range(len(word), start, -1):
                number = self.vocabulary.get(mark + word[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                start = -1
        return [self.unknown] if start < 0 else found


def basic(text: str) -> list[str]:
    """Words and punctuation, in small letters and without accents."""
    kept = "".join(
        " " if char.isspace() else char
        for char in text
        if char in "\t\n\r" or (char != "\ufffd" and unicodedata.category(char) not in OTHER)
    )
    plain = unicodedata.normalize("NFD", CHINESE.sub(r" \1 ", kept).lower())
    return "".join(
        f" {char} " if _punctuation(char) else char
        for char in plain
        if unicodedata.category(char) != "Mn"
    ).split()


def _punctuation(char: str) -> bool:
    """Every sign of ASCII counts, such as $ and _, and what Unicode calls punctuation."""
    if char.isascii():
        return char.isprintable() and not char.isalnum() and char != " "
    return unicodedata.category(char)[0] == "P"
