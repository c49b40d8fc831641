"""The demo `bridge`: gates, queries and masks, counted products, claims broken once."""

from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any

import pytest
import torch
from smoke import smoke, toy
from torch import Tensor, nn

from contrastive_drill.lab.bridge import captions, measures, tables

pytestmark = pytest.mark.demo
bridge: Any = import_module("contrastive_drill.demos.bridge")
TINY = replace(bridge.SMOKE, encoder=1, language=1, steps=1, held=60)


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def made() -> tuple[Any, Any]:
    """A decoder and its gated blocks."""
    torch.manual_seed(0)
    gated = nn.ModuleList(bridge.Block(16, gated=True) for _ in range(2))
    return bridge.Decoder(30, 16, 2, 6), gated


WORDS = torch.arange(12).view(2, 6)


def test_gates_at_0_leave_the_decoder_exactly_as_it_was_and_can_open() -> None:
    decoder, gated = made()
    seen, alone = drawn(2, 9, 16), decoder(WORDS)
    logits = decoder(WORDS, seen, gated)
    assert torch.equal(logits, alone)
    logits[..., 0].sum().backward()
    for block in gated:
        assert block.gates.grad.abs().min() > 0
        assert not block.attention.out_proj.weight.grad.any()
    with torch.no_grad():
        gated[0].gates.fill_(0.5)
    assert (decoder(WORDS, seen, gated) - alone).abs().min() > 0


@pytest.mark.parametrize("q", [1, 4])
def test_queries_read_tokens_in_any_order_and_any_number(q: int) -> None:
    torch.manual_seed(0)
    resampler, tokens = bridge.Resampler(8, 16, q), drawn(2, 9, 8)
    read = resampler(tokens)
    assert read.shape == (2, q, 16)
    torch.testing.assert_close(resampler(tokens[:, torch.randperm(9)]), read)
    torch.testing.assert_close(resampler(tokens.repeat(1, 3, 1)), read)  # a mean, weighted
    assert (resampler(tokens[:, :4]) - read).abs().max() > 0.01
    rows = torch.cat([resampler(one[None]) for one in tokens])  # of no other picture
    torch.testing.assert_close(rows, read)


def test_words_see_the_picture_and_what_stands_before_them_alone() -> None:
    decoder, gated = made()
    seen, other = drawn(2, 3, 16), WORDS.clone()
    other[:, 3:] = 29
    nn.init.ones_(gated[0].gates)
    places: list[Tensor] = []
    decoder.blocks[-1].register_forward_hook(lambda *of: places.append(of[2][:, :3]))
    for how in ((), (seen,), (seen, gated)):
        one, two = decoder(WORDS, *how), decoder(other, *how)
        torch.testing.assert_close(one[:, :3], two[:, :3])
        assert (one[:, 3:] - two[:, 3:]).abs().amax(2).min() > 0
    torch.testing.assert_close(places[2], places[3])  # the picture's sees no word
    for how in ((), (gated,)):
        moved = decoder(WORDS, seen, *how) - decoder(WORDS, seen.flip(0), *how)
        assert moved.abs().amax(2).min() > 0


@pytest.mark.parametrize(("name", "places"), [("linear", 16), ("queries: 1", 1), ("queries: 4", 4)])
def test_products_of_a_prefix_are_those_of_the_formula(name: str, places: int) -> None:
    new, d, words = dict(bridge.bridges(4))[name], bridge.WIDTH, 6
    decoder = bridge.Decoder(50, d, bridge.DEPTH, words)
    inward, own = 16 * 64 * d, places + words
    if name != "linear":  # keys and values of 16; queries, output and MLP of each; products
        inward += 16 * 2 * d * d + places * (2 + 8) * d * d + 2 * places * 16 * d
    block = 12 * own * d * d + 2 * own * own * d
    expected = inward + bridge.DEPTH * block + words * d * 50
    shown = captions.Captioned(drawn(3, 2, 16, 64), WORDS.repeat(2, 2))
    assert measures.counted(partial(bridge.say, decoder, new), shown) == expected


def test_a_caption_is_shuffled_whole_and_read_from_the_start() -> None:
    words = torch.tensor([[5, 6, 7, 0, 0, 0, 0, 0], [2, 3, 4, 5, 6, 7, 8, 9]])
    mixed = captions.shuffled(words, torch.Generator().manual_seed(0))
    assert sorted(mixed[0].tolist()) == [0, 0, 0, 5, 6, 7]
    assert mixed[0, 3:].tolist() == [0, 0, 0]
    assert len({*mixed[1].tolist()} & {*range(2, 10)}) == captions.LENGTH
    logits, read = drawn(2, 6, 10), list[Tensor]()

    def say(_: Tensor, words: Tensor) -> Tensor:
        read.append(words)
        return logits

    loss, said = measures.nats(say, WORDS, mixed)
    assert read[0][1].tolist() == [captions.START, *mixed[1, :-1].tolist()]
    kept = logits.log_softmax(2).gather(2, mixed[:, :, None])[mixed != 0]
    torch.testing.assert_close(loss, -kept.mean())
    assert said.flatten().tolist() == [row.tolist().index(row.max()) for row in logits[:, 0]]


def failing(result: Any) -> set[int]:
    return {place for place, claim in enumerate(result.claims) if not claim.held}


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    assert smoke("bridge").result.outcome == 1
    monkeypatch.setattr(bridge, "ENOUGH_ALONE", 1)
    monkeypatch.setattr(bridge, "ENOUGH", 1)
    assert failing(toy("bridge", TINY)) >= {2, 3}  # a step teaches nothing
    say = bridge.say
    with monkeypatch.context() as broken:  # pictures that nobody looks at

        def blind(decoder: Any, bridge: Any, tokens: Tensor, words: Tensor) -> Any:
            return say(decoder, bridge, torch.zeros_like(tokens), words)

        broken.setattr(bridge, "say", blind)
        assert 3 in failing(toy("bridge", replace(TINY, language=10, steps=10)))
    with monkeypatch.context() as broken:  # gates that begin open
        broken.setattr(bridge, "Block", Open)
        assert 0 in failing(toy("bridge", replace(TINY, queries=1)))


class Open(bridge.Block):  # type: ignore[misc]
    """A gated block that is there from the first step on."""

    def __init__(self, *of: Any, **how: Any) -> None:
        super().__init__(*of, **how)
        if self.gates is not None:
            self.gates.data.fill_(1.0)


def test_kinds_are_told_apart_once_all_have_learned_enough() -> None:
    claims = smoke("bridge").result.claims
    assert len(claims) == 4
    assert not any("above that" in claim.text or "MLP" in claim.text for claim in claims)
    assert bridge.SMOKE.language < bridge.ENOUGH_ALONE <= bridge.Config().language
    assert bridge.SMOKE.steps < bridge.ENOUGH <= bridge.Config().steps


def test_claims_on_the_kinds_of_bridge_can_fail() -> None:
    names = (tables.ALONE, tables.LINEAR, tables.MLP, tables.ONE, "queries: 4", tables.GATED)

    def failed(**other: float) -> set[int]:
        losses = dict.fromkeys(names, 5.0) | {
            name.replace("_", " "): x for name, x in other.items()
        }
        found = {
            name: measures.Measured(1, 1, loss, 0.2, loss, loss) for name, loss in losses.items()
        }
        claims = tables.claims(found, "queries: 4", 0.1, long=True)
        return {place for place, claim in enumerate(claims) if not claim.held}

    assert failed() == {1, 3}  # all as good as no picture
    assert failed(linear=5.3) == {3}
    assert failed(linear=5.3, MLP=4.9) == {3, 4}  # 16 tokens beat the query
    assert failed(linear=5.3, **{"queries: 4": 4.9}) == {3, 5}  # and so do more queries
