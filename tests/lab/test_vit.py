"""The vision transformer: each part against torch's own, or against a plain loop."""

import math

import pytest
import torch
from tensors import drawn, seeded, shaken
from torch import nn
from torch.nn import functional

from contrastive_drill.lab import vit
from contrastive_drill.lab.vit import TransformerBlock, VisionTransformer, ViTShape

TOY = ViTShape(image=12, patch=4, depth=2, width=16, heads=4)  # 9 patches of 48 numbers


def toy(seed: int = 0, shape: ViTShape = TOY) -> VisionTransformer:
    """Weights from a generator, gains and biases too: parity shall not hold because they are 0."""
    model = VisionTransformer(shape)
    vit.initialize(model, seeded(seed))
    shaken(model)
    return model


def test_patches_are_cut_row_by_row_and_hold_their_pixels_row_by_row() -> None:
    pictures = drawn(2, 3, 8, 12)
    patches = vit.patchify(pictures, 4)
    assert patches.shape == (2, 6, 48)
    for n in range(2):
        for place in range(6):
            top, left = 4 * (place // 3), 4 * (place % 3)
            numbers = [
                float(pictures[n, channel, top + row, left + column])
                for row in range(4)
                for column in range(4)
                for channel in range(3)
            ]
            assert patches[n, place].tolist() == numbers


@pytest.mark.parametrize(("side", "patch", "channels"), [(12, 4, 3), (8, 8, 1), (6, 1, 2)])
def test_patches_put_together_are_the_picture(side: int, patch: int, channels: int) -> None:
    pictures = drawn(2, channels, side, side)
    assert torch.equal(vit.unpatchify(vit.patchify(pictures, patch), patch, channels), pictures)


def test_a_shape_counts_its_patches_and_their_pixels() -> None:
    large = ViTShape(image=224, patch=16, depth=12, width=768, heads=12)
    assert (large.patches, large.pixels) == (196, 768)
    assert (TOY.patches, TOY.pixels) == (9, 48)


def test_positions_are_sines_and_cosines_of_the_column_then_of_the_row() -> None:
    found = vit.positions(9, 16)
    assert found.shape == (9, 16)
    for place in range(9):
        row, column = divmod(place, 3)
        expected = []
        for coordinate in (column, row):
            angles = [coordinate / 10000 ** (index / 4) for index in range(4)]
            expected += [math.sin(angle) for angle in angles]
            expected += [math.cos(angle) for angle in angles]
        assert found[place].tolist() == pytest.approx(expected, abs=1e-6)


def test_attention_is_that_of_a_loop_over_heads_and_tokens() -> None:
    attention = vit.Attention(8, 2)
    tokens = drawn(2, 5, 8)
    found = attention(tokens)
    weights, bias = attention.qkv.weight, attention.qkv.bias
    for n in range(2):
        q, k, v = (tokens[n] @ weights.T + bias).chunk(3, dim=1)  # [5, 8] each
        rows = []
        for token in range(5):
            heads = []
            for part in (slice(0, 4), slice(4, 8)):
                scores = torch.stack([q[token, part] @ k[other, part] / 2 for other in range(5)])
                heads.append(scores.softmax(dim=0) @ v[:, part])
            rows.append(attention.project(torch.cat(heads)))
        torch.testing.assert_close(found[n], torch.stack(rows))


def test_a_block_is_torchs_own_with_the_norm_first_forward_and_backward() -> None:
    block = TransformerBlock(16, 4)
    shaken(block)
    twin = nn.TransformerEncoderLayer(
        16, 4, vit.MLP * 16, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    )
    names = {
        "norm1": "norm1",
        "norm2": "norm2",
        "attention.qkv": "self_attn.in_proj",
        "attention.project": "self_attn.out_proj",
        "mlp.0": "linear1",
        "mlp.2": "linear2",
    }

    def renamed(name: str) -> str:
        module, _, kind = name.rpartition(".")
        return names[module] + ("_" if module == "attention.qkv" else ".") + kind

    twin.load_state_dict({renamed(name): value for name, value in block.state_dict().items()})
    ours, theirs = drawn(3, 7, 16).requires_grad_(), drawn(3, 7, 16).requires_grad_()
    found, expected = block(ours), twin(theirs)
    torch.testing.assert_close(found, expected)
    torch.autograd.backward(found.square().sum())
    torch.autograd.backward(expected.square().sum())
    torch.testing.assert_close(ours.grad, theirs.grad, rtol=1e-4, atol=1e-4)
    gradients = dict(twin.named_parameters())
    for name, parameter in block.named_parameters():
        expected_grad = gradients[renamed(name)].grad
        torch.testing.assert_close(parameter.grad, expected_grad, rtol=1e-4, atol=1e-3)


def test_the_embedding_is_a_convolution_with_the_stride_of_a_patch() -> None:
    model, pictures = toy(), drawn(2, 3, 12, 12)
    kernel = model.embed.weight.view(16, 4, 4, 3).permute(0, 3, 1, 2)
    convolved = functional.conv2d(pictures, kernel, model.embed.bias, stride=4)
    expected = convolved.flatten(2).transpose(1, 2) + model.positions
    torch.testing.assert_close(model.tokens(pictures), expected)


def test_without_a_choice_all_patches_are_looked_at_after_the_class_token() -> None:
    model, pictures = toy(), drawn(2, 3, 12, 12)
    everything = model(pictures)
    assert everything.shape == (2, 10, 16)
    torch.testing.assert_close(model(pictures, torch.arange(9).expand(2, -1)), everything)
    tokens = torch.cat([model.cls.expand(2, 1, -1), model.tokens(pictures)], dim=1)
    for block in model.blocks:
        tokens = block(tokens)
    torch.testing.assert_close(model.norm(tokens), everything)


def test_the_order_of_the_patches_looked_at_does_not_matter() -> None:
    """Where a patch stands is in its position, not in its place among the tokens."""
    model, pictures = toy(), drawn(2, 3, 12, 12)
    visible = torch.tensor([[1, 4, 7, 2], [0, 8, 3, 5]])
    swap = torch.tensor([2, 0, 3, 1])
    one, other = model(pictures, visible), model(pictures, visible[:, swap])
    torch.testing.assert_close(other[:, 0], one[:, 0])
    torch.testing.assert_close(other[:, 1:], one[:, 1:][:, swap])


def test_patches_not_kept_are_not_seen() -> None:
    model, visible = toy(), torch.tensor([[1, 4, 7, 2]])
    pictures = drawn(1, 3, 12, 12).requires_grad_()
    (gradient,) = torch.autograd.grad(model(pictures, visible).square().sum(), pictures)
    seen = vit.patchify(gradient, 4).abs().sum(dim=2)[0] > 0
    assert seen.nonzero().flatten().tolist() == [1, 2, 4, 7]


def test_picking_takes_tokens_by_their_index() -> None:
    tokens, visible = drawn(2, 5, 3), torch.tensor([[4, 0], [1, 1]])
    found = vit.pick(tokens, visible)
    assert found.shape == (2, 2, 3)
    for n in range(2):
        for place in range(2):
            assert torch.equal(found[n, place], tokens[n, visible[n, place]])


def test_pooling_leaves_the_class_token_out() -> None:
    tokens = drawn(2, 5, 3)
    torch.testing.assert_close(vit.pooled(tokens), (tokens.sum(dim=1) - tokens[:, 0]) / 4)


def test_weights_come_from_the_generator_alone() -> None:
    models = []
    for seed in (4, 4, 5):
        model = VisionTransformer(TOY)
        vit.initialize(model, seeded(seed))
        models.append(model)
    for one, same, other in zip(*(model.parameters() for model in models), strict=True):
        assert torch.equal(one, same)
        if one.ndim > 1:
            assert not torch.equal(one, other)
    assert not torch.equal(models[0].cls, models[2].cls)


def test_weights_are_drawn_as_mae_draws_them() -> None:
    """Xavier's uniform bound for matrices, 0.02 for the class token, no bias, gains of one."""
    model = VisionTransformer(ViTShape(image=8, patch=4, depth=1, width=400, heads=4))
    vit.initialize(model, seeded())
    for name, parameter in model.named_parameters():
        numbers = parameter.detach()
        if parameter.ndim > 1:
            bound = math.sqrt(6 / sum(parameter.shape))
            assert 0.99 * bound < float(numbers.abs().max()) <= bound
        elif name == "cls":
            assert float(numbers.std()) == pytest.approx(0.02, rel=0.15)
        else:
            assert set(numbers.tolist()) == {0.0 if name.endswith("bias") else 1.0}


def test_positions_move_with_the_model_and_are_not_trained() -> None:
    model = toy()
    assert "positions" in dict(model.named_buffers())
    assert "positions" not in dict(model.named_parameters())
    assert model.to("meta").positions.is_meta
