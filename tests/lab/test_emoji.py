"""The picture-caption set: the shipped files, how they are read, and the script that draws them."""

import json
import runpy
import zlib
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tensors import seeded

from contrastive_drill.lab import emoji
from contrastive_drill.lab.holdout import split
from contrastive_drill.lab.pairs import emoji_pairs

DATA = Path(str(files("contrastive_drill.demos") / "data"))
MANIFEST = json.loads((DATA / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def drawn() -> emoji.Emoji:
    return emoji.load()


@pytest.mark.parametrize("name", MANIFEST["sha256"])
def test_the_shipped_files_are_those_the_script_wrote(name: str) -> None:
    assert sha256((DATA / name).read_bytes()).hexdigest() == MANIFEST["sha256"][name]


def test_every_data_file_is_in_the_manifest_and_the_set_is_small() -> None:
    text = json.loads((DATA / "text-manifest.json").read_text(encoding="utf-8"))
    shipped = {path.name for path in DATA.iterdir() if path.suffix in (".npz", ".json")}
    shipped -= {*text["sha256"], "text-manifest.json"}
    assert shipped == {*MANIFEST["sha256"], "manifest.json"}
    assert sum((DATA / name).stat().st_size for name in shipped) < 1.5e6


def test_the_notice_names_each_work_its_version_and_its_licence() -> None:
    notice = (DATA / "NOTICE").read_text(encoding="utf-8")
    for package in MANIFEST["packages"]:
        name, version = package.rsplit("-", 1)
        assert f"{name.replace('iconify-json-', '@iconify-json/')} {version}" in notice
    for needed in (
        *(f"{artist}.npz" for artist in emoji.ARTISTS),
        "names.json",
        "https://creativecommons.org/licenses/by/4.0/",
        "Copyright (c) Microsoft Corporation.",
        "Copyright (c) 2017-2019 Miles Johnson",
        "UNICODE LICENSE V3",
        "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION",
        "END OF TERMS AND CONDITIONS",
    ):
        assert needed in notice


def test_the_set_holds_what_every_artist_drew(drawn: emoji.Emoji) -> None:
    assert drawn.pictures.shape == (len(drawn.concepts), 3, 32, 32, 3)
    assert drawn.pictures.dtype == torch.uint8
    assert len(drawn.concepts) == 1594
    assert len({concept.name for concept in drawn.concepts}) == 1594
    assert all(concept.group and concept.subgroup for concept in drawn.concepts)


def test_pictures_belong_to_their_names(drawn: emoji.Emoji) -> None:
    """A red circle is red in the middle and white at the corner, whoever drew it."""
    by_name = {concept.name: index for index, concept in enumerate(drawn.concepts)}
    for colour, channel in (("red", 0), ("green", 1), ("blue", 2)):
        for artist in range(3):
            picture = drawn.pictures[by_name[f"{colour} circle"], artist]
            assert int(picture[16, 16].argmax()) == channel
            assert picture[0, 0].tolist() == [255, 255, 255]
    whale = drawn.concepts[by_name["whale"]]
    assert whale.group == "animals & nature"
    assert whale.caption.startswith("whale ")


def test_artists_draw_the_same_thing_differently(drawn: emoji.Emoji) -> None:
    pictures = drawn.pictures.float()
    assert float((pictures[:, 0] - pictures[:, 1]).abs().mean()) > 10


def test_a_picture_is_the_first_artists_with_its_name_under_it(drawn: emoji.Emoji) -> None:
    plain, marked = drawn.picture(5), drawn.picture(2, " (unseen)", 0.5)
    assert (plain.caption, plain.similarity) == (drawn.concepts[5].name, None)
    assert (marked.caption, marked.similarity) == (f"{drawn.concepts[2].name} (unseen)", 0.5)
    assert np.array_equal(np.array(plain.pixels), drawn.pictures[5, 0].numpy())


def test_labels_are_numbered_by_the_alphabet() -> None:
    assert emoji.numbered(["pear", "apple", "pear", "fig"]).tolist() == [2, 0, 2, 1]


def test_held_out_concepts_are_never_trained_on(drawn: emoji.Emoji) -> None:
    learnt, held, concepts = emoji_pairs(drawn, 300, 64, seeded(3), torch.device("cpu"))
    assert len(concepts) == len(set(concepts)) == 300
    assert learnt.pictures.shape == (1294, 3, 3, 32, 32)
    assert held.pictures.shape == (300, 3, 3, 32, 32)
    expected = emoji.picture_input(drawn.pictures[concepts[7]])
    assert torch.equal(held.pictures[7], expected)
    assert split(drawn, 300, seeded(3))[1].tolist() == concepts


def test_pictures_are_read_from_minus_one_to_one() -> None:
    picture = torch.zeros(1, 32, 32, 3, dtype=torch.uint8)
    picture[0, 4, 7] = torch.tensor([255, 0, 51], dtype=torch.uint8)
    found = emoji.picture_input(picture)
    assert found.shape == (1, 3, 32, 32)
    torch.testing.assert_close(found[0, :, 4, 7], torch.tensor([1.0, -1.0, -0.6]))


def test_text_features_are_hashed_counts_of_pieces() -> None:
    assert emoji.pieces("cat") == ["cat", "<ca", "cat", "at>"]
    counts = [0.0] * 32
    for piece in ("a", "<a>", "cat", "<ca", "cat", "at>"):
        counts[zlib.crc32(piece.encode()) % 32] += 1
    expected = torch.tensor(counts) / torch.tensor(counts).norm()
    torch.testing.assert_close(emoji.text_features(["x", "A cat!"], 32)[1], expected)


def test_a_text_without_words_has_no_features() -> None:
    assert emoji.text_features(["!?", "cat"], 16)[0].abs().sum() == 0


def test_words_that_share_letters_are_closer_than_words_that_do_not() -> None:
    walk, walking, whale = emoji.text_features(["walk", "walking", "sheep"], 4096)
    assert float(walk @ walking) > 0.4 > float(walk @ whale)


def tiny_packages(folder: Path) -> None:
    """The four packages with three emoji: a red square, an alias of it, and a part of no group."""
    messages = {
        "groups": [{"key": "symbols", "message": "symbols", "order": 0},
                   {"key": "component", "message": "components", "order": 1}],
        "subgroups": [{"key": "geometric", "message": "geometric", "order": 4}],
    }  # fmt: skip
    data: list[dict[str, Any]] = [
        {"label": "blue square", "hexcode": "1F7E6", "order": 2, "group": 0, "subgroup": 4},
        {"label": "red square", "hexcode": "1F7E5-FE0F", "order": 1, "tags": ["warm"],
         "group": 0, "subgroup": 4},
        {"label": "light skin tone", "hexcode": "1F3FB", "order": 3, "group": 1, "subgroup": 4},
        {"label": "regional indicator F", "hexcode": "1F1EB"},
    ]  # fmt: skip
    square = '<path fill="#f00" d="M0 0h16v16H0z"/>'
    icons = {
        "icons": {"red": {"body": square}},
        "aliases": {"square": {"parent": "red"}},
        "width": 16,
        "height": 16,
    }
    english = folder / "emojibase-data-17.0.0" / "en"
    english.mkdir(parents=True)
    (english / "data.json").write_text(json.dumps(data), encoding="utf-8")
    (english / "messages.json").write_text(json.dumps(messages), encoding="utf-8")
    for package in MANIFEST["packages"][:3]:
        (folder / package).mkdir()
        (folder / package / "icons.json").write_text(json.dumps(icons), encoding="utf-8")
        known = {"1f7e5": "square"} if "noto" in package else {"1f7e5": "red", "1f7e6": "red"}
        (folder / package / "chars.json").write_text(json.dumps(known), encoding="utf-8")


def test_the_script_draws_the_same_files_twice(tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    pytest.importorskip("PIL")
    script = runpy.run_path(str(DATA / "render.py"))
    tiny_packages(tmp_path)
    written = []
    for name in ("one", "two"):
        out = tmp_path / name
        out.mkdir()
        script["render"](tmp_path, out)
        written.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert written[0] == written[1]
    assert set(written[0]) == {*MANIFEST["sha256"], "manifest.json"}

    names = json.loads(written[0]["names.json"])
    rows = [dict(zip(names["columns"], row, strict=True)) for row in names["rows"]]
    assert [row["name"] for row in rows] == ["red square", "blue square"]
    assert rows[0]["keywords"] == ["warm"]
    with (
        np.load(tmp_path / "one" / "noto.npz") as noto,
        np.load(tmp_path / "one" / "fluent.npz") as fluent,
    ):
        assert noto["concepts"].tolist() == [0]
        assert fluent["concepts"].tolist() == [0, 1]
        assert noto["palette"][noto["pictures"][0, 16, 16]].tolist() == [255, 0, 0]
    recorded = json.loads(written[0]["manifest.json"])["sha256"]
    for name, digest in recorded.items():
        assert sha256(written[0][name]).hexdigest() == digest
