"""The demo `cone`: its measures against plain loops, whitening against its definition, claims."""

from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest
import torch
from smoke import smoke
from tensors import drawn, seeded
from torch.nn.functional import cosine_similarity, normalize

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import Host
from contrastive_drill.lab import glosses, small_text, text_choice
from contrastive_drill.lab.cone import sides

pytestmark = pytest.mark.demo
cone: Any = import_module("contrastive_drill.demos.cone")
TINY = replace(cone.SMOKE, model="trained", steps=2, queries=200, others=200)


def test_measures_are_those_of_plain_loops() -> None:
    x, scores = drawn(12, 5) + 0.5, drawn(30, 30, seed=1)
    cosines = [float(cosine_similarity(a, b, 0)) for i, a in enumerate(x) for b in x[:i]]
    assert cone.mean_cosine(x) == pytest.approx(np.mean(cosines), abs=1e-6)
    for k in (1, 5):
        before = [sum(map(float(row[i]).__le__, row.tolist())) - 1 for i, row in enumerate(scores)]
        found = sum(each < k for each in before)
        assert cone.recall(scores, k) == pytest.approx(found / 30)
    others = sorted(float(scores[i, j]) for i in range(30) for j in range(30) if j != i)
    for wrong in (1, 4):
        threshold = others[-wrong * 30 - 1]
        assert sum(each > threshold for each in others) == wrong * 30
        passed = sum(float(own) > threshold for own in scores.diagonal())
        assert cone.one_threshold(scores, wrong) == pytest.approx(passed / 30)


def test_whitening_and_all_but_the_top_are_what_they_are_called() -> None:
    sample = drawn(300, 6) @ drawn(6, 6, seed=1) + 3 * drawn(6, seed=2)
    white = cone.whitening(sample)(sample)
    torch.testing.assert_close(white.T.cov(correction=0), torch.eye(6), atol=1e-4, rtol=1e-3)
    torch.testing.assert_close(white.mean(0), torch.zeros(6), atol=1e-4, rtol=0)
    values, vectors = torch.linalg.eigh(sample.T.cov(correction=0))
    for k in (0, 1, 3):
        left = cone.all_but_the_top(sample, k)(sample)
        torch.testing.assert_close(left.mean(0), torch.zeros(6), atol=1e-4, rtol=0)
        widths = torch.linalg.eigvalsh(left.T.cov(correction=0))
        expected = torch.cat([torch.zeros(k), values[: 6 - k]])
        torch.testing.assert_close(widths, expected, atol=1e-3, rtol=1e-3)
        assert (left @ vectors[:, 6 - k :]).abs().sum() < 0.1
    other = drawn(4, 6, seed=3)  # linear but for the mean, on other texts too
    change = cone.all_but_the_top(sample, 2)
    middle = change((other[0] + other[1])[None] / 2)
    torch.testing.assert_close(middle[0], (change(other)[0] + change(other)[1]) / 2)


def test_a_direction_of_few_samples_is_not_blown_up() -> None:
    narrow = torch.cat([drawn(50, 3), torch.zeros(50, 2)], 1)
    assert cone.whitening(narrow)(narrow).abs().max() < 20


def test_levels_are_of_the_same_texts_in_every_row() -> None:
    known = glosses.load()[:12]
    model = small_text.untrained(seeded())
    found = sides.levels(model, known[:5], known[5:])
    assert list(found) == [sides.GLOVE, sides.TOKENS, "block 1", "block 2", sides.OUTPUT]
    definitions = [gloss.definition for gloss in known]
    torch.testing.assert_close(
        normalize(found[sides.OUTPUT].documents), model.embed(definitions[:5])
    )
    torch.testing.assert_close(normalize(found[sides.OUTPUT].sample), model.embed(definitions[5:]))
    words = sides.asked(known)
    torch.testing.assert_close(found[sides.TOKENS].queries, model.levels(words[:5])[0])
    plain = glosses.averaged(words[5:], glosses.glove(), {})
    np.testing.assert_allclose(found[sides.GLOVE].words, plain, rtol=1e-5)


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> set[int]:
        run = registry.load("cone").run(TINY, Host())
        return {place for place, claim in enumerate(run.claims) if not claim.held}

    assert smoke("cone").result.outcome == 2
    few = glosses.load()[::10]
    monkeypatch.setattr(glosses, "load", lambda: few)
    model = text_choice.prepared("trained", few, 2, 0, torch.device("cpu"), Host())
    monkeypatch.setattr(text_choice, "prepared", lambda *of: model)
    assert {4, 6} & failing()  # a model that has learned nothing
    with monkeypatch.context() as broken:  # nothing is taken off
        broken.setattr(cone, "all_but_the_top", lambda sample, k: lambda x: x)
        broken.setattr(cone, "whitening", lambda sample: lambda x: x)
        assert failing() >= {0, 2, 4, 5, 9}
    with monkeypatch.context() as broken:  # every query has a threshold of its own
        broken.setattr(cone, "one_threshold", lambda scores, wrong: cone.recall(scores, wrong + 1))
        assert {8, 9} <= failing()
    with monkeypatch.context() as broken:  # dots are cosines, and the output is turned at random
        broken.setattr(cone, "normalize", lambda x: x)
        assert 7 in failing()
    with monkeypatch.context() as broken:  # the output is as the averaged tokens are
        plain = sides.levels

        def shallow(*of: Any) -> Any:
            found = plain(*of)
            return found | {sides.OUTPUT: found[sides.TOKENS]}

        broken.setattr(sides, "levels", shallow)
        assert {3, 6} & failing() == {3, 6}
