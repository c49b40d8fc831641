"""The gradient of one large batch, cached and accumulated, while two towers learn."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from contrastive_drill.demo.result import StageProgress
from contrastive_drill.lab import encoders
from contrastive_drill.lab.losses import InfoNCE
from contrastive_drill.lab.optimization import Schedule, minimize
from contrastive_drill.lab.pairs import Pairs

Chunk = tuple[Tensor, Tensor]  # pictures, text features
Encoder = Callable[[Chunk], Chunk]
Backward = Callable[[Encoder, list[Chunk], nn.Module], None]
LOOKS = (0.125, 0.25, 0.5, 1.0)  # of the training
PLAIN = "accumulated"
CACHED = ("cached", "cached, batch norm by chunk")


# A gradient beside the true one, all parameters in one vector: the length of the difference and its
# own length, each over the true one's, and the cosine.
Likeness = tuple[float, float, float]
Look = tuple[int, dict[str, Likeness]]  # after some steps; batch norm by fixed statistics, or said


def looks(
    cached: Backward,
    pairs: Pairs,
    batch: int,
    chunk: int,
    schedule: Schedule,
    generator: torch.Generator,
    report: StageProgress,
) -> Iterator[Look]:
    """Train two towers; on one batch compare the ways before, meanwhile and afterwards."""
    towers = encoders.towers(pairs.texts.shape[1], 128, generator)
    loss = InfoNCE()
    modules = [module.to(pairs.texts.device) for module in (*towers, loss)]
    whole = pairs.batch(batch, generator)
    chunks = list(zip(*(torch.split(side, chunk) for side in whole), strict=True))

    def encode(part: Chunk) -> Chunk:
        return towers[0](part[0]), towers[1](part[1])

    def gradient(backward: Backward, parts: list[Chunk], training: bool) -> Tensor:
        for module in modules:
            module.train(training).zero_grad()
        backward(encode, parts, loss)
        weights = [weight.grad for module in modules for weight in module.parameters()]
        return torch.cat([each.flatten() for each in weights if each is not None]).cpu().double()

    def look(step: int) -> Look:
        true, *frozen = (
            gradient(backward, parts, False)  # before the others move the statistics
            for backward, parts in ((accumulated, [whole]), (accumulated, chunks), (cached, chunks))
        )
        normed = gradient(accumulated, [whole], True), gradient(cached, chunks, True)
        ways = [*(_likeness(one, true) for one in frozen), _likeness(normed[1], normed[0])]
        return step, dict(zip((PLAIN, *CACHED), ways, strict=True))

    def batch_loss() -> Tensor:
        value: Tensor = loss(*encode(pairs.batch(schedule.batch, generator)))
        return value

    at = {round(share * schedule.steps) for share in LOOKS}
    yield look(0)
    for step, value in minimize(batch_loss, modules, schedule):
        report(step, {"loss": value})
        if step in at:
            yield look(step)


def accumulated(encode: Encoder, chunks: list[Chunk], loss: nn.Module) -> None:
    """Plain accumulation: the mean of each chunk's loss; with one chunk, the true gradient."""
    for chunk in chunks:
        torch.autograd.backward(loss(*encode(chunk)) / len(chunks))


def _likeness(ours: Tensor, true: Tensor) -> Likeness:
    error, length = ((each.norm() / true.norm()).item() for each in (ours - true, ours))
    return error, length, torch.cosine_similarity(ours, true, dim=0).item()
