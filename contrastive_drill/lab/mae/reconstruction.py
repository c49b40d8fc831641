"""How a masked autoencoder rebuilds pictures it never saw: scored, and to look at."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from contrastive_drill.demo.result import Picture, Pixels, Strip
from contrastive_drill.lab import autoencoder
from contrastive_drill.lab.autoencoder import MaskedAutoencoder, masked_loss, targets
from contrastive_drill.lab.emoji import pixel_rows
from contrastive_drill.lab.vit import ViTShape, patchify, unpatchify

FEW = 64  # pictures are enough to see whether anything leaks
GREY = -0.2  # of what is masked: neither the white of the paper nor a black line


@dataclass(frozen=True, slots=True)
class ReconstructionScore:
    """How good an autoencoder is on pictures it never saw.

    Explained is 1 − squared error / that of blank patches, each its own mean, of normalized
    targets: 1 perfect, 0 no better than blank.
    """

    hidden: float  # explained of the masked patches
    seen: float  # explained of the patches that were seen
    leak: float  # the most that any output changes when noise takes the place of what is masked
    mirrored: float  # explained of the masked patches by copying, without any learning


@dataclass(frozen=True, slots=True, eq=False)
class MaskedPictures:
    """Pictures, and which of their patches are seen: the first `visible` of each row's order."""

    pictures: Tensor  # [n, c, h, w]
    order: Tensor  # [n, N]
    visible: int

    @classmethod
    def drawn(
        cls, pictures: Tensor, shape: ViTShape, ratio: float, generator: torch.Generator
    ) -> "MaskedPictures":
        """A share `ratio` of each masked, drawn from `generator`."""
        order = autoencoder.masks(len(pictures), shape, generator).to(pictures.device)
        return cls(pictures, order, shape.visible(ratio))

    def subset(self, rows: Sequence[int]) -> "MaskedPictures":
        """The same of some of the pictures, as they are masked here."""
        chosen = torch.tensor(rows, device=self.order.device)
        return MaskedPictures(self.pictures[chosen], self.order[chosen], self.visible)

    def rebuild(self, model: MaskedAutoencoder) -> Tensor:
        """The patches as the model rebuilds them, [n, N, pixels], on the processor."""
        model.eval()
        with torch.no_grad():
            patches: Tensor = model(self.pictures, self.order, self.visible)
        return patches.cpu()

    def score(self, model: MaskedAutoencoder, generator: torch.Generator) -> ReconstructionScore:
        """How well the model rebuilds them; `generator` draws the noise."""
        target = targets(self.pictures, model.shape.patch).cpu()
        rebuilt, blank, order = self.rebuild(model), torch.zeros_like(target), self.order.cpu()

        def explained(order: Tensor, first: int, rebuilt: Tensor = rebuilt) -> float:
            error = masked_loss(rebuilt, target, order, first)
            return 1 - float(error / masked_loss(blank, target, order, first))

        few = self.subset(range(min(FEW, len(order))))
        noisy = MaskedPictures(few._disturbed(model.shape, generator), few.order, few.visible)
        return ReconstructionScore(
            hidden=explained(order, self.visible),
            seen=explained(order.flip(1), order.shape[1] - self.visible),
            leak=float((noisy.rebuild(model) - few.rebuild(model)).abs().max()),
            mirrored=explained(order, self.visible, self._mirrored(target, model.shape)),
        )

    def _mirrored(self, target: Tensor, shape: ViTShape) -> Tensor:
        """Each masked patch as the mirror image of the one across, where that is seen, else 0."""
        side, patch = shape.image // shape.patch, shape.patch
        across = torch.arange(shape.patches).view(side, side).flip(1).flatten()
        rows = target[:, across].view(len(target), shape.patches, patch, patch, -1)
        return rows.flip(3).flatten(2) * ~self._unseen()[:, across, None]

    def blank_loss(self, patch: int) -> float:
        """The masked loss of saying nothing but each patch's own mean."""
        target = targets(self.pictures, patch)
        return float(masked_loss(torch.zeros_like(target), target, self.order, self.visible))

    def strips(self, model: MaskedAutoencoder, names: Sequence[str], when: str) -> list[Strip]:
        """Each picture as drawn, as seen and as rebuilt: a masked patch with its true moments."""
        patch, channels = model.shape.patch, model.shape.channels
        patches = patchify(self.pictures, patch).cpu()
        mean, spread = autoencoder.moments(patches)
        unseen = self._unseen()[:, :, None]
        seen = torch.where(unseen, torch.tensor(GREY), patches)
        whole = torch.where(unseen, self.rebuild(model) * spread + mean, patches)
        masked, rebuilt = (unpatchify(part, patch, channels) for part in (seen, whole))
        return [
            Strip(
                f"“{name}”: drawn, seen, rebuilt",
                (
                    Picture("as drawn", _pixels(self.pictures[row])),
                    Picture(f"{self.visible} of {model.shape.patches} seen", _pixels(masked[row])),
                    Picture(when, _pixels(rebuilt[row])),
                ),
            )
            for row, name in enumerate(names[: len(patches)])
        ]

    def _disturbed(self, shape: ViTShape, generator: torch.Generator) -> Tensor:
        """The pictures with noise in place of all that is masked."""
        noise = torch.randn(self.pictures.shape, generator=generator).to(self.pictures.device)
        patches, noisy = patchify(self.pictures, shape.patch), patchify(noise, shape.patch)
        unseen = self._unseen()[:, :, None].to(patches.device)
        return unpatchify(torch.where(unseen, noisy, patches), shape.patch, shape.channels)

    def _unseen(self) -> Tensor:
        """Which patches are masked, [n, N], on the processor."""
        order = self.order.cpu()
        unseen = torch.ones(order.shape, dtype=torch.bool)
        return unseen.scatter(1, order[:, : self.visible], False)


def _pixels(picture: Tensor) -> Pixels:
    """A picture [3, h, w] from −1 to 1 as bytes; what is beyond is cut off."""
    return pixel_rows(((picture.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).movedim(0, -1))
