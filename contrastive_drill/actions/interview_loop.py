"""The loop of an interview: ask, push back, and store every answer."""

from functools import partial

from contrastive_drill.actions.child_process import run_demo, write_code
from contrastive_drill.actions.environment import Environment, at_terminal
from contrastive_drill.actions.review.drafts import Drafts
from contrastive_drill.actions.sittings import note_event
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.grade import Verdict, check
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.cards.kinds.kind import CardKind
from contrastive_drill.cards.variant import variant
from contrastive_drill.demo import catalogue
from contrastive_drill.interview.course import (
    LEVELS,
    PUSH_BACK,
    Interview,
    ThreadOutcome,
    Turn,
    budget,
    outcome,
)
from contrastive_drill.interview.scorecard import ASKED, BAIT, BOARD, HEARD, MEASURED
from contrastive_drill.memory.log import Mode, Review
from contrastive_drill.memory.sitting import ENDED, Fact, Sitting
from contrastive_drill.screen.interview import scenes, whiteboard
from contrastive_drill.screen.interview.scenes import Position, Scene
from contrastive_drill.store import Store

BOARD_BUDGET = MEASURE_BUDGET = 60.0  # seconds


class InterviewLoop:
    """One interview in progress; every answer is stored at once."""

    def __init__(
        self, env: Environment, store: Store, sitting: Sitting, view: scenes.InterviewView
    ) -> None:
        self.env, self.store, self.sitting, self.view = env, store, sitting, view
        self.start = env.clock.stopwatch()
        self.drafts = Drafts(env.paths.drafts)

    def run(self, interview: Interview) -> None:
        """Ask until time or questions run out, or the candidate leaves."""
        try:
            while (turn := interview.turn(self._elapsed())) is not None:
                interview = self._ask(interview, turn)
            how = "time" if self._elapsed() >= 60 * interview.minutes else "nothing left"
        except scenes.CandidateLeft:
            how = "left"
        held_levels = [
            interview.cards[thread[0].card_id].level
            for thread in interview.threads
            if outcome(thread) is ThreadOutcome.HELD
        ]
        reached = max(held_levels, key=LEVELS.index, default=None)
        self._note(ENDED, how=how, level=reached, seconds=round(self._elapsed(), 3))

    def _ask(self, interview: Interview, turn: Turn) -> Interview:
        """Ask one question, down to its key points; returns the interview after it."""
        base, entry_id = turn.card, self.env.new_id()
        card = variant(base, entry_id)
        start = self.env.clock.stopwatch()
        position = Position(
            turn, interview.minutes, self._elapsed(), self.env.bank.titles[card.section]
        )
        self._note(
            ASKED,
            card=card.id,
            part=turn.part,
            thread=turn.thread,
            depth=turn.depth,
            level=card.level,
            section=card.section,
            required=len(card.required),
            budget=turn.budget,
        )
        before = interview.threads[-1] if interview.threads else ()
        level = LEVELS.index(interview.cards[before[0].card_id].level) if before else None
        scene = scenes.question_scene(position, card, before[-1] if before else None, level)
        first_budget = turn.budget - (PUSH_BACK if card.bait else 0)
        first = self._listen(1, scene, card, first_budget)
        answers, baited, position = [first], False, self._now(position)
        if card.bait is not None:
            baited = self._bait(position, card)
            pushed = scenes.push_back(position, card, baited)
            answers.append(self._listen(2, pushed, card, PUSH_BACK))
            position = self._now(position)
        if turn.code is not None:
            self._code(position, card, turn.code)
            position = self._now(position)
        if turn.board:
            self._board(position, card)
            position = self._now(position)
        answer = "\n\n".join(filter(None, answers)) or None
        if card.expected is not None:
            answer = first  # the part that the program checks
        verdict = self.view.tick(position, card, answer)
        seconds = min(self.env.clock.stopwatch() - start, card_kind(card.kind).longest)
        self._record(base, entry_id, verdict, answer, seconds)
        if turn.demo is not None:
            self._measure(self._now(position), card, turn.demo)
        return interview.answered(turn, verdict.suggested, baited)

    def _listen(self, round_: int, scene: Scene, card: Card, budget: float) -> str | None:
        checked = card if round_ == 1 and card.expected is not None else None
        name = card.id if round_ == 1 else f"{card.id}-bait"
        answer, seconds = self._hear(name, scene, budget, checked)
        self._note(HEARD, card=card.id, round=round_, seconds=round(seconds, 3), answer=answer)
        self.drafts.keep(name, "")
        self.view.tell(f"Your answer took {scenes.pace(seconds, budget)}")
        return answer

    def _hear(
        self,
        name: str,
        scene: Scene,
        budget: float,
        card: Card | None = None,
        done: str = scenes.SPOKEN,
    ) -> tuple[str | None, float]:
        """The answer typed, None where it was said aloud, and its seconds; its draft has a name."""
        start = self.env.clock.stopwatch()

        def clock() -> float:
            return self.env.clock.stopwatch() - start

        draft, keep = self.drafts.of(name), partial(self.drafts.keep, name)
        prompt = scenes.AnswerPrompt(clock, budget, card, done, draft, keep)
        answer = self.view.listen(scene, prompt)
        return answer, min(clock(), CardKind.longest)

    def _bait(self, position: Position, card: Card) -> bool:
        """Whether the candidate gave the popular answer, which is shown."""
        was = self.view.agree(scenes.bait(position, card))
        self._note(BAIT, card=card.id, was=was)
        return was

    def _board(self, position: Position, card: Card) -> None:
        """Ask for a formula, and show it beside the card's."""
        blank = whiteboard.board(position, card)
        name = f"{card.id}-board"
        typed, _ = self._hear(name, blank, BOARD_BUDGET, done="it is on paper")
        same = self.view.agree(whiteboard.compared(position, card, typed))
        self._note(BOARD, card=card.id, answer=typed, same=same)
        self.drafts.keep(name, "")

    def _code(self, position: Position, card: Card, task: Card) -> None:
        """Ask for the code of a mechanism, where keys are read and time is left for it."""
        minutes = budget(task) / 60
        if not at_terminal() or self._elapsed() / 60 + minutes > position.minutes:
            return
        if not self.view.agree(whiteboard.coding(position, task, minutes)):
            return
        if words := write_code(self.view, task, exam=True):
            checked = check(task, words)
            same = checked is not None and checked.right
            self._note(BOARD, card=card.id, answer=words, same=same)
            self.view.tell(f"Your code: {words}.")

    def _measure(self, position: Position, card: Card, demo: str) -> None:
        """Ask for an experiment that would show it, and show the demo that does."""
        name = f"{card.id}-experiment"
        typed, _ = self._hear(name, scenes.experiment(position, card), MEASURE_BUDGET)
        scene = scenes.demo_scene(position, demo, catalogue.describe(demo).claim, typed)
        shows = self.view.agree(scene, lambda: self._run(demo))
        self._note(MEASURED, card=card.id, demo=demo, answer=typed, shows=shows)
        self.drafts.keep(name, "")

    def _run(self, demo: str) -> None:
        """Run a demo, with the interview's clock stopped."""
        start = self.env.clock.stopwatch()
        self.view.aside(lambda: run_demo(demo))
        self.start += self.env.clock.stopwatch() - start

    def _record(
        self, card: Card, entry_id: str, verdict: Verdict, answer: str | None, seconds: float
    ) -> None:
        fit, memory = self.store.fit(), self.store.memory(card.id)
        self.store.record(
            Review(
                id=entry_id,
                card_id=card.id,
                rating=verdict.suggested,
                at=self.env.utc(),
                day=self.env.day(),
                seconds=round(seconds, 3),
                mode=Mode.INTERVIEW,
                covered=verdict.covered,
                missed=verdict.missed,
                answer=answer,
                digest=card.digest,
                retention=self.env.preferences.desired_retention,
                before=memory,
                after=memory,
                sitting=self.sitting.id,
                fit=None if fit is None else fit.id,
            )
        )

    def _note(self, name: str, **facts: Fact) -> None:
        note_event(self.env, self.store, self.sitting, name, **facts)

    def _now(self, position: Position) -> Position:
        """The same position at the present time."""
        return position._replace(seconds=self._elapsed())

    def _elapsed(self) -> float:
        return self.env.clock.stopwatch() - self.start
