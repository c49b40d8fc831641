"""The three networks: their steps, and what torch's counter sees of them."""

import pytest
import torch
from tensors import seeded
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from contrastive_drill.lab.autoencoder import MaskedAutoencoder
from contrastive_drill.lab.mae_flops import passes
from contrastive_drill.lab.mae_flops.passes import MAE, TOKENS, TWO
from contrastive_drill.lab.step_cost import TimedStep
from contrastive_drill.lab.vit import VisionTransformer, ViTShape, initialize

CPU = torch.device("cpu")
SHAPE, SEEN = ViTShape(64, 16, depth=2, width=64, heads=2), 4


def networks() -> passes.Networks:
    tokens = MaskedAutoencoder(SHAPE, 1, 32, 2, mask_in_encoder=True)
    return VisionTransformer(SHAPE), MaskedAutoencoder(SHAPE, 1, 32, 2), tokens


@pytest.fixture(scope="module")
def steps() -> dict[str, TimedStep]:
    return passes.steps(networks(), SEEN, 3, seeded(), CPU)


def test_a_step_multiplies_what_was_counted_for_each_of_its_pictures(
    steps: dict[str, TimedStep],
) -> None:
    """NT-Xent adds its logits, forward and to both sides."""
    with torch.device("meta"):
        counted = dict(zip((TWO, MAE, TOKENS), passes.counted(networks(), SEEN), strict=True))
    for way, pictures, more in ((TWO, 6, 3 * 2 * 6 * 6 * SHAPE.width), (MAE, 3, 0), (TOKENS, 3, 0)):
        with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
            steps[way]()
        assert counter.get_total_flops() == pictures * counted[way][1] + more


def test_the_steps_learn_their_batch(steps: dict[str, TimedStep]) -> None:
    for step in steps.values():
        first = float(step.loss().detach())
        for _ in range(15):
            step()
        assert float(step.loss().detach()) < first


def test_the_contrastive_step_matches_the_two_views_of_each_picture() -> None:
    """The loss from the definition: each view finds the other among the five that it is not."""
    generator = seeded()
    value = passes.steps(networks(), SEEN, 3, generator, CPU)[TWO].loss()
    generator, made = seeded(), networks()
    for each in made:
        initialize(each, generator)
    views = torch.randn(6, 3, 64, 64, generator=generator)
    vectors = made[0](views)[:, 0]
    expected = []
    for i in range(6):
        others = [torch.cosine_similarity(vectors[i], other, dim=0) / 0.2 for other in vectors]
        own = others[(i + 3) % 6]
        expected.append(torch.stack(others[:i] + others[i + 1 :]).logsumexp(0) - own)
    torch.testing.assert_close(value, torch.stack(expected).mean())


def test_the_masked_step_draws_other_patches_each_time(steps: dict[str, TimedStep]) -> None:
    assert float(steps[MAE].loss().detach()) != float(steps[MAE].loss().detach())


def test_all_contestants_have_encoders_of_the_same_sizes(steps: dict[str, TimedStep]) -> None:
    def encoder(step: TimedStep) -> list[torch.Size]:
        inside = getattr(step.model, "encoder", step.model)
        assert isinstance(inside, nn.Module)
        return [parameter.shape for parameter in inside.parameters()]

    assert encoder(steps[TWO]) == encoder(steps[MAE]) == encoder(steps[TOKENS])
