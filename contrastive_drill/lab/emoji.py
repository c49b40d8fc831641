"""The picture-caption set: emoji as three artists drew them, with their names and keywords."""

import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import torch
from torch import Tensor

from contrastive_drill.demo.result import Picture, Pixels

ARTISTS = ("noto", "fluent", "twemoji")


@dataclass(frozen=True, slots=True)
class Concept:
    """One emoji and its words."""

    hexcode: str
    name: str
    keywords: tuple[str, ...]
    group: str
    subgroup: str

    @property
    def caption(self) -> str:
        """Its name and keywords as one text."""
        return " ".join((self.name, *self.keywords))


@dataclass(frozen=True, slots=True, eq=False)
class Emoji:
    """Concepts that every artist drew; `pictures` is uint8 [concepts, artists, 32, 32, 3]."""

    concepts: tuple[Concept, ...]
    pictures: Tensor

    def picture(self, concept: int, suffix: str = "", similarity: float | None = None) -> Picture:
        """The first artist's picture of a concept; its name, then `suffix`, as the caption."""
        pixels = pixel_rows(self.pictures[concept, 0])
        return Picture(self.concepts[concept].name + suffix, pixels, similarity)


def pixel_rows(picture: Tensor) -> Pixels:
    """A picture uint8 [h, w, 3] as plain values."""
    return tuple(tuple((r, g, b) for r, g, b in row) for row in picture.tolist())


@cache
def load() -> Emoji:
    """The set that is shipped with the demos, read once."""
    data = files("contrastive_drill.demos") / "data"
    listing = json.loads((data / "names.json").read_text(encoding="utf-8"))
    concepts = [
        Concept(hexcode, name, tuple(keywords), group, subgroup)
        for hexcode, name, keywords, group, subgroup in listing["rows"]
    ]
    drawn = []
    for artist in ARTISTS:
        with (data / f"{artist}.npz").open("rb") as file, np.load(file) as arrays:
            pictures = np.zeros((len(concepts), *arrays["pictures"].shape[1:], 3), np.uint8)
            pictures[arrays["concepts"]] = arrays["palette"][arrays["pictures"]]
            drawn.append((pictures, np.isin(np.arange(len(concepts)), arrays["concepts"])))
    common = np.flatnonzero(np.all([present for _, present in drawn], axis=0))
    return Emoji(
        concepts=tuple(concepts[index] for index in common),
        pictures=torch.from_numpy(np.stack([pictures[common] for pictures, _ in drawn], axis=1)),
    )


def numbered(labels: Sequence[str]) -> Tensor:
    """Each label as its place among the different ones, in alphabetical order: [n]."""
    places = {label: place for place, label in enumerate(sorted(set(labels)))}
    return torch.tensor([places[label] for label in labels])


def picture_input(pictures: Tensor) -> Tensor:
    """Pictures uint8 [..., 32, 32, 3] as a tower reads them: float [..., 3, 32, 32], −1 to 1."""
    return pictures.movedim(-1, -3).float() / 127.5 - 1


def words(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return re.findall(r"\w+", text.lower())


def pieces(word: str) -> list[str]:
    """A word and its three-letter pieces: cat, and <ca, cat, at>."""
    marked = f"<{word}>"
    return [word, *(marked[start : start + 3] for start in range(len(marked) - 2))]


@cache
def _hashes(word: str) -> tuple[int, ...]:
    """The hash of each piece of a word; captions have some thousand different ones."""
    return tuple(zlib.crc32(piece.encode()) for piece in pieces(word))


def text_features(texts: Sequence[str], width: int) -> Tensor:
    """Counts of each text's pieces, hashed to `width` columns, as unit rows: [n, width].

    The hashing trick (Weinberger and others, arXiv:0902.2206): no vocabulary to learn, so a
    held-out text may hold new words. CRC-32 is the same on every machine and in every run.
    """
    cells = [
        row * width + hashed % width
        for row, text in enumerate(texts)
        for word in words(text)
        for hashed in _hashes(word)
    ]
    counts = torch.zeros(len(texts) * width)
    counts.index_add_(0, torch.tensor(cells, dtype=torch.long), torch.ones(len(cells)))
    rows = counts.view(len(texts), width)
    return rows.div_(rows.norm(dim=1, keepdim=True).clamp(min=1e-12))
