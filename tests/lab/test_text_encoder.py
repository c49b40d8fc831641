"""The text encoder against torch's own layers; the model trained here; how texts are batched."""

import pytest
import torch
from tensors import drawn, seeded, shaken
from torch import nn

from contrastive_drill.lab import glosses, small_text
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.text_encoder import Encoder, Sizes
from contrastive_drill.lab.text_model import TextModel, averaged, padded

TOY = Sizes(40, 9, 16, 4, 2, 24, first=False, epsilon=1e-12)


def toy(first: bool) -> Encoder:
    model = Encoder(TOY._replace(first=first))
    shaken(model)
    return model.eval().requires_grad_(False)


def torchs(encoder: Encoder, place: int, first: bool) -> nn.TransformerEncoderLayer:
    """torch's layer with the weights of a block."""
    layer = nn.TransformerEncoderLayer(
        16, 4, 24, 0.0, "gelu", 1e-12, batch_first=True, norm_first=first
    )
    block = encoder.blocks[place].state_dict()
    weights = {}
    for part in ("weight", "bias"):
        three = [block[f"{each}.{part}"] for each in ("query", "key", "value")]
        weights[f"self_attn.in_proj_{part}"] = torch.cat(three)
    names = {"out": "self_attn.out_proj", "up": "linear1", "down": "linear2"}
    names |= {"norm1": "norm1", "norm2": "norm2"}
    for ours, theirs in names.items():
        weights |= {f"{theirs}.{part}": block[f"{ours}.{part}"] for part in ("weight", "bias")}
    layer.load_state_dict(weights)
    return layer.train()  # in evaluation a fused path turns padding into zeros


@pytest.mark.parametrize("first", [False, True])
def test_blocks_are_those_of_torch(first: bool) -> None:
    encoder, ids = toy(first), padded([[1, 7, 9, 30, 2], [1, 2], [1, 8, 5, 2]])
    levels = encoder(ids)
    assert len(levels) == 3
    for place in range(2):
        theirs = torchs(encoder, place, first)(levels[place], src_key_padding_mask=ids == 0)
        torch.testing.assert_close(levels[place + 1], theirs, atol=1e-5, rtol=1e-4)
    summed = encoder.words(ids) + encoder.positions(torch.arange(5))
    torch.testing.assert_close(levels[0], encoder.norm(summed))


def test_texts_come_back_in_their_order_whatever_stands_beside_them() -> None:
    texts = ["a b c d", "a", "b c", "d d d d d", "c a"]
    model = TextModel(
        "toy", toy(True), lambda text: [1, *(ord(c) - 90 for c in text if c > " "), 2]
    )
    whole = model.levels(texts)
    alone = torch.cat([model.levels([text]) for text in texts], 1)
    torch.testing.assert_close(whole, alone, atol=1e-5, rtol=1e-4)
    assert [places for places, _ in model.batches(texts, 2)] == [[1, 2], [4, 0], [3]]
    torch.testing.assert_close(model.embed(texts).norm(dim=1), torch.ones(5))


def test_a_mean_is_of_real_tokens() -> None:
    vectors, ids = drawn(2, 3, 4), torch.tensor([[5, 6, 0], [5, 0, 0]])
    expected = torch.stack([vectors[0, :2].mean(0), vectors[1, 0]])
    torch.testing.assert_close(averaged(vectors, ids), expected)


def test_the_inputs_of_layers_are_those_of_real_tokens() -> None:
    model = TextModel("toy", toy(False), lambda text: [1, *map(ord, text), 2])
    found = model.inputs(["\x05\x06", "\x07"])
    first, later = found["blocks.0.query"]
    assert (len(first), len(later)) == (2, 5)
    level = model.encoder(torch.tensor([[1, 7, 2]]))[0][0]
    torch.testing.assert_close((first[0], later[:2]), (level[0], level[1:]))


@pytest.mark.demo
def test_some_steps_teach_the_small_model_something() -> None:
    tokens = small_text.Tokens()
    assert tokens("The zzzxq") == [1, tokens.number("the"), tokens.number("zzzxq"), 2]
    assert max(tokens("zzzxq qqqzx")) < tokens.vocabulary
    assert len(tokens("a " * 99)) == small_text.MOST
    known = glosses.load()[::10]
    losses: list[float] = []
    schedule = Schedule(15, 64, small_text.RATE, small_text.DECAY)
    cpu = torch.device("cpu")

    def train(seed: int) -> TextModel:
        losses.clear()
        return small_text.trained(
            known, schedule, seed, cpu, lambda step, numbers: losses.append(numbers["loss"])
        )

    one, same, other = train(1), train(1), train(2)
    texts = [gloss.definition for gloss in known[:9]]
    assert losses[-1] < 3.9 < losses[0] + 0.5
    torch.testing.assert_close(one.embed(texts), same.embed(texts))
    assert not torch.allclose(one.embed(texts), other.embed(texts))
    begun = small_text.untrained(seeded(1)).encoder.words.weight
    place = tokens.number("dog") - small_text.KNOWN
    glove = torch.from_numpy(glosses.glove().vectors[place]).float()
    ours = begun[tokens.number("dog"), :50]
    torch.testing.assert_close(ours / ours.norm(), glove / glove.norm())
