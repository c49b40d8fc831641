"""The loss while something learns, as a chart has room for it."""

from collections.abc import Iterable, Iterator, Mapping

from contrastive_drill.demo.result import Chart, Series, StageProgress

POINTS = 50  # of a curve: a chart has no room for more


class LossCurve:
    """Means of the losses between evenly spaced steps."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.points: list[tuple[int, float]] = []  # (steps done, mean loss since the point before)

    def follow(self, training: Iterable[tuple[int, float]], report: StageProgress) -> Iterator[int]:
        """Take a training to its end; yields the steps, counted from 1, that add a point."""
        recent: list[float] = []
        for step, loss in training:
            report(step, {"loss": loss})
            recent.append(loss)
            if step * POINTS // self.steps > (step - 1) * POINTS // self.steps:
                self.points.append((step, sum(recent) / len(recent)))
                recent.clear()
                yield step


def loss_chart(curves: Mapping[str, LossCurve], guess: Mapping[str, float]) -> Chart:
    """Training losses, each over what a guess would lose, against its own number of steps."""
    return Chart(
        title="Loss in training, over that of a guess",
        x_label="steps, %",
        y_label="loss / guess",
        sentence="A guess is a blank patch for MAE, and any of the pairs for its twin.",
        series=tuple(
            Series(
                label,
                tuple(100 * step / curve.steps for step, _ in curve.points),
                tuple(loss / guess[label] for _, loss in curve.points),
            )
            for label, curve in curves.items()
        ),
        references=(("a guess", 1.0),),
    )
