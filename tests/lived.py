"""A history as months of use leave it: answers, marks, undos, an exam, runs, fitted parameters."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from contrastive_drill.demo.result import Claim, Guess, Run
from contrastive_drill.memory.log import Mode, Parameters, Rating, Review
from contrastive_drill.memory.marks import Change, Verb
from contrastive_drill.memory.parameters import Evidence, Fit
from contrastive_drill.memory.scheduler import DEFAULT, Scheduler, replay
from contrastive_drill.memory.sitting import ENDED, Event, Fact, Sitting, SittingKind
from contrastive_drill.store import Store

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
ANSWERS = 240
CARDS = (
    "winoground-chance", "captioner-as-encoder", "byol-simsiam-no-collapse", "projection-head",
    "flamingo-key-idea", "decode-bandwidth", "qlora-nf4", "hubness", "averaged-bert", "own-card",
)  # fmt: skip
HELD: dict[str, dict[str, Fact]] = {
    "asked": {
        "card": "hubness", "part": "scenario", "thread": 1, "depth": 0, "level": "mid",
        "section": "search", "required": 2, "budget": 180,
    },
    "heard": {"card": "hubness", "round": 1, "seconds": 62.5, "answer": "centre them"},
    "bait": {"card": "hubness", "was": False},
    ENDED: {"how": "finished", "level": "mid", "seconds": 700.25},
}  # fmt: skip


def live(store: Store, answers: int = ANSWERS, seed: int = 7) -> None:
    """Fill a store with what it keeps; every memory is the one that a replay of its log gives."""
    rng, begun = Random(seed), NOW - timedelta(days=answers // 4)
    parameters: Parameters | None = None
    for number in range(answers):
        at = begun + timedelta(days=number // 4, minutes=number % 4)
        if number == answers // 2:
            parameters = (0.4, *DEFAULT[1:])
            fit = Fit("fit", at, parameters, Evidence(number, number, 0.5, 0.4, 0.01))
            store.parameters.adopt(fit, None, replay)
        exam = number % 40 == 5
        if exam:
            cards = tuple(rng.sample(CARDS, 3))
            terms = {"words": "3 questions"}
            sitting = f"exam-{number}"
            day = at.toordinal()
            store.sittings.begin(
                Sitting(sitting, SittingKind.EXAM, at, day, rng.randrange(999), cards, terms)
            )
        card, rating = rng.choice(CARDS), rng.choice([*Rating, Rating.GOOD, Rating.EASY])
        mode = Mode.EXAM if exam else Mode.CRAM if number % 17 == 3 else Mode.REVIEW
        before = store.memory(card)
        scheduler = Scheduler(0.9, parameters)
        review = Review(
            id=f"answer-{number}-{rng.getrandbits(48):x}",
            card_id=card,
            rating=rating,
            at=at,
            day=at.toordinal(),
            seconds=round(rng.uniform(2, 90), 3),
            mode=mode,
            covered=tuple(f"{rng.getrandbits(48):012x}" for _ in range(rng.randrange(3))),
            missed=tuple(f"{rng.getrandbits(48):012x}" for _ in range(rng.randrange(2))),
            answer=rng.choice([None, "the négatives push the pairs apart", "τ scales the logits"]),
            digest=f"{rng.getrandbits(64):016x}",
            retention=0.9,
            before=before,
            after=scheduler.after(card, before, rating, at.toordinal(), mode),
            sitting=sitting if exam else None,
            fit=None if parameters is None else "fit",
        )
        store.record(review)
        if exam:
            store.sittings.note(sitting, Event(ENDED, at, {"how": "finished", "seconds": 12.5}))
        if number % 9 == 4:
            verb = rng.choice(list(Verb))
            note = "look this up again" if verb is Verb.FLAG else None
            store.change(Change(f"change-{number}", card, verb, at, at.toordinal(), note))
        if number % 31 == 7:
            store.undo(undo_id=f"undo-{number}", at=at, day=at.toordinal(), fold=replay)
        if number % 60 == 11:
            claims = (Claim.below("the loss falls", rng.random(), 2.0, "nats"),)
            store.runs.append(
                Run(f"run-{number}", at, "collapse", number, "cpu", True, 3.5, claims,
                    {"steps": 10, "ratios": (0.5, 0.75)}, ("steps",), "0.1"),
                Guess(number % 3, 1),
            )  # fmt: skip

    interview(store)


def interview(store: Store) -> None:
    """Hold an interview of one question."""
    terms: dict[str, Fact] = {
        "minutes": 30,
        "level": "mid",
        "holds": False,
        "topics": (),
        "seeded": False,
    }
    day, name = NOW.toordinal(), "interview"
    store.sittings.begin(Sitting(name, SittingKind.INTERVIEW, NOW, day, 3, (), terms))
    for event, facts in HELD.items():
        store.sittings.note(name, Event(event, NOW, facts))
    memory = store.memory("hubness")
    (answered,) = store.latest(1)
    store.record(
        replace(
            answered, id="told", card_id="hubness", at=NOW, day=day, mode=Mode.INTERVIEW,
            sitting=name, before=memory, after=memory,
        )
    )  # fmt: skip


def settled(folder: Path, answers: int = ANSWERS) -> Path:
    """A home whose database is one file, at rest, with a backup of it."""
    path = folder / "drill.sqlite"
    with Store.open(path, folder / "backups", NOW) as store:
        store.database.rows("PRAGMA synchronous = OFF")
        live(store, answers)
        store.backup(NOW)
    return path
