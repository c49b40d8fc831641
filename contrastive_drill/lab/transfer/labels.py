"""A linear probe by the number of labels, to stand beside classes that are given in words."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

LABELS, DRAWS = (1, 2, 4, 8, 16, 32, 64), 8  # labels of each class, or all that there are


def probe(x: Tensor, labels: Tensor, classes: int, decay: float = 0.01) -> Tensor:
    """Logistic regression on frozen features [n, d] by L-BFGS, as CLIP has it: [classes, d]."""
    weights = torch.zeros(classes, x.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=50, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = cross_entropy(x @ weights.T, labels) + decay / 2 * weights.square().sum()
        torch.autograd.backward(value)
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return weights.detach()


def accuracies(
    x: Tensor, labels: Tensor, trained: Tensor, unseen: Tensor, generator: torch.Generator
) -> dict[int, float]:
    """By the labels of each class: probes on so many of the trained rows, judged on unseen ones."""
    found, classes = dict.fromkeys(LABELS, 0.0), int(labels.max()) + 1
    for count in LABELS:
        for _ in range(DRAWS):
            order = trained[torch.randperm(len(trained), generator=generator)]
            rows = torch.cat([order[labels[order] == each][:count] for each in range(classes)])
            chosen = (x[unseen] @ probe(x[rows], labels[rows], classes).T).argmax(1)
            found[count] += float((chosen == labels[unseen]).double().mean()) / DRAWS
    return found
