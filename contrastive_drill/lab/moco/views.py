"""Views of pictures as MoCo and SimCLR draw them, a whole batch at once."""

import math

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

BOTH, CROPS, COLOURS, NONE = "crops and colour", "crops only", "colour only", "as drawn"
SETS = (BOTH, CROPS, COLOURS, NONE)
LEAST, STRETCH = 0.2, 4 / 3  # of the area, as in MoCo's code; of width over height, or inverse
JITTER, HUE, OFTEN = 0.8, 0.2, torch.tensor([[0.8], [0.2]])  # SimCLR's, at strength 1
GREY = torch.tensor([0.299, 0.587, 0.114]).expand(3, 3)  # brightness, from red, green and blue
TURN = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]]) * 2 * math.pi / math.sqrt(3)


def drawn(pictures: Tensor, which: str, generator: torch.Generator) -> Tensor:
    """A view of each picture [n, 3, h, w], from -1 to 1; `generator` is the processor's."""
    if which in (BOTH, CROPS):
        pictures = crops(pictures, generator)
    return colours(pictures, generator) if which in (BOTH, COLOURS) else pictures


def crops(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """A part of each at full size, mirrored half of the time."""
    area, stretch, mirrored, x, y = torch.rand(5, len(pictures), generator=generator)
    area, stretch = LEAST + (1 - LEAST) * area, STRETCH ** (2 * stretch - 1)
    width, height = (area * stretch).sqrt().clamp(max=1), (area / stretch).sqrt().clamp(max=1)
    nothing, across = torch.zeros_like(x), torch.where(mirrored < 0.5, -width, width)
    rows = (across, nothing, (1 - width) * (2 * x - 1), nothing, height, (1 - height) * (2 * y - 1))
    window = torch.stack(rows, 1).view(-1, 2, 3).to(pictures.device)
    grid = affine_grid(window, list(pictures.shape), align_corners=False)
    return 1 + grid_sample(pictures - 1, grid, align_corners=False)  # outside all is white, 1


def colours(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Hue, saturation, brightness and contrast of four in five changed; one in five made grey."""
    jittered, greyed = torch.rand(2, len(pictures), generator=generator) < OFTEN
    by = (torch.rand(4, len(pictures), generator=generator) * 2 - 1) * jittered
    hue, saturation, brightness, contrast = by[:, :, None, None]  # each [n, 1, 1]
    saturation = torch.where(greyed[:, None, None], 0.0, saturation * JITTER + 1)
    matrix = GREY + saturation * (torch.eye(3) - GREY)
    matrix = (brightness * JITTER + 1) * matrix @ torch.matrix_exp(HUE * hue * TURN)
    light: Tensor = matrix.to(pictures.device) @ (pictures / 2 + 0.5).flatten(2)  # [n, 3, h w]
    mean = (GREY.to(pictures.device) @ light).mean((1, 2), keepdim=True)
    light = mean + (contrast * JITTER + 1).to(pictures.device) * (light - mean)
    return (light.clamp(0, 1) * 2 - 1).view_as(pictures)
