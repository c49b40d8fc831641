"""The text set: the shipped files, how they are read, the script, and averaged vectors."""

import json
import runpy
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contrastive_drill.lab import glosses

DATA = Path(str(files("contrastive_drill.demos") / "data"))
MANIFEST = json.loads((DATA / "text-manifest.json").read_text(encoding="utf-8"))
EXTRACT: Any = runpy.run_path(str(Path(__file__).parents[2] / "demos" / "data" / "extract.py"))


def test_the_shipped_files_are_small_and_those_the_script_wrote() -> None:
    for name, digest in MANIFEST["sha256"].items():
        assert sha256((DATA / name).read_bytes()).hexdigest() == digest
    assert sum((DATA / name).stat().st_size for name in MANIFEST["sha256"]) < 1.5e6


def test_the_notice_names_each_work_its_version_and_its_licence() -> None:
    notice = (DATA / "NOTICE").read_text(encoding="utf-8").replace("\n", " ")
    named = (
        *MANIFEST["packages"], *MANIFEST["sha256"], f"{MANIFEST['words']:,} of 400,000",
        f"{MANIFEST['glosses']:,} synsets", "WordNet 3.0 Copyright 2006 by Princeton University.",
        "Princeton University and LICENSEE agrees to preserve same.",
        "Open Data Commons Public Domain Dedication and License",
    )  # fmt: skip
    for needed in named:
        assert needed in notice


def test_the_set_holds_common_meanings() -> None:
    known = glosses.load()
    assert len({gloss.name for gloss in known}) == len(known) == MANIFEST["glosses"]
    dog = next(gloss for gloss in known if gloss.name == "n02084071")
    assert dog.lemmas == ("dog", "domestic dog", "Canis familiaris")
    assert dog.definition.startswith("a member of the genus Canis")
    assert dog.examples == ("the dog barked all night",)
    assert all(gloss.definition and '"' not in gloss.definition for gloss in known)


def test_word_vectors_are_those_of_glove_but_for_rounding() -> None:
    known = glosses.glove()
    assert known.vectors.shape == (len(known.words), 50) == (MANIFEST["words"], 50)
    published: Any = [
        0.418,
        0.24968,
        -0.41242,
        0.1217,
    ]  # of "the", as Stanford has it
    np.testing.assert_allclose(known.vectors[known.places()["the"]][:4], published, atol=0.02)


def test_analogies_are_of_known_words_each_used_once() -> None:
    places = glosses.glove().places()
    for pairs in glosses.analogies().values():
        listed = [word for pair in pairs for word in pair]
        assert len(listed) == len(set(listed)) >= 30
        assert places.keys() >= set(listed)
    assert ("france", "paris") in glosses.analogies()["capital"]


def test_means_weigh_rare_words_more() -> None:
    known = glosses.WordVectors(("a", "dog"), np.eye(2))
    often = glosses.shares(["a a a a dog", "a a a a a"])
    assert often == {"a": 0.9, "dog": 0.1}
    means: Any = glosses.averaged(["a dog", "unknown", "a a"], known, often, smooth=0.1)
    np.testing.assert_allclose(means, np.array([[0.05, 0.25], [0, 0], [0.1, 0]]))
    assert glosses.averaged(["a dog"], known, {}).tolist() == [[0.5, 0.5]]


def test_an_encoder_leaves_out_what_its_texts_have_in_common() -> None:
    texts = [gloss.definition for gloss in glosses.load()[::40]]
    encode = glosses.encoder(texts)
    vectors = encode(texts)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1)
    means = glosses.averaged(texts, glosses.glove(), glosses.shares(texts))
    assert np.abs(vectors @ np.linalg.svd(means)[2][0]).max() < 1e-9
    assert not encode(["n02084071"]).any()
    dog, puppy, tax = encode(["a dog", "a puppy", "a tax"])
    assert dog @ puppy > dog @ tax


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A database of three synsets, and the counts of one."""
    wordnet = tmp_path / "usr" / "share" / "wordnet"
    wordnet.mkdir(parents=True)
    lines = (
        "  1 the licence",
        "00000001 15 n 02 Lutetia 0 capital_of_Gaul 1 001 @ 00000002 n 0000 | a town; old;"
        ' "Lutetia was small"  ',
        "00000002 15 n 01 Gaul 0 000 | a land  ",
    )
    (wordnet / "data.noun").write_text("\n".join(lines))
    (wordnet / "data.adj").write_text(
        '00000003 00 s 01 galore(ip) 0 001 \\ 00000002 n 0101 | much; "whiskey galore"; as they say'
    )
    for name in ("data.verb", "data.adv", "verb.exc"):
        (wordnet / name).write_text("")
    (wordnet / "cntlist.rev").write_text("lutetia%1:15:00:: 1 7\ngalore%5:00:00:more:00 1 9\n")
    return wordnet


def test_the_script_reads_the_database(packages: Path) -> None:
    town, land, much = EXTRACT["synsets"](packages)
    assert town.name == "n00000001"
    assert town.lemmas == ("Lutetia", "capital of Gaul")
    assert (town.definition, town.examples) == ("a town; old", ("Lutetia was small",))
    assert town.pointers == (("@", "n00000002"),)
    assert (much.name, much.lemmas, much.examples) == (
        "a00000003",
        ("galore",),
        ("whiskey galore",),
    )
    met = EXTRACT["counts"](packages)
    assert met[town.senses[0]] == 7
    assert met[much.senses[0]] == 9
    rank = {word: place for place, word in enumerate(("lutetia", "gaul", "galore"))}
    found = EXTRACT["analogies"](
        packages, [town, land, much], dict.fromkeys(["n00000001", "n00000002"], 0), rank
    )
    assert found["capital"] == [["gaul", "lutetia"]]
    assert found["of a country"] == [["gaul", "galore"]]
