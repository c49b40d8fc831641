"""Every shipped task is proved; a task that proves nothing is found out."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
import shipped

from contrastive_drill.actions.code.catalogue import task_file
from contrastive_drill.bank.library import shipped_folder
from contrastive_drill.cards.card import Level
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.kinds.code import code_task
from contrastive_drill.cli.help import FOLDER
from contrastive_drill.code.judge import judge
from contrastive_drill.code.proof import faults
from contrastive_drill.code.runner import Runner
from contrastive_drill.code.task import BLANKS, Task, load
from contrastive_drill.code.trial import trial

GUIDE = (FOLDER / "code.md").read_text("utf-8")
FILES = sorted((shipped_folder() / "code").glob("*.py"))
RIGHT, WRONG = 8, 3  # seeds; `bank check --code` takes 50 and 20


@pytest.fixture(scope="module")
def runners() -> Iterator[dict[str, Runner]]:
    with Runner("numpy") as plain, Runner("torch") as torch:
        yield {"numpy": plain, "torch": torch}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_task_is_proved(path: Path, runners: dict[str, Runner]) -> None:
    task = load(path)
    assert list(faults(task, runners[task.library], RIGHT, WRONG)) == []


def test_each_task_has_a_card_and_each_card_a_task() -> None:
    cards = [card for card in shipped.cards() if card.kind is Kind.CODE]
    assert sorted(map(task_file, cards)) == FILES
    assert all(card.id == f"code-{code_task(card).name}" for card in cards)


def test_there_are_forty_eight_for_staff_and_half_without_torch() -> None:
    cards = [card for card in shipped.cards() if card.kind is Kind.CODE]
    assert len(cards) >= 40
    assert sum(card.level is Level.STAFF for card in cards) >= 8
    assert 2 * sum(load(path).library == "numpy" for path in FILES) >= len(FILES)


def test_a_solution_with_three_lines_missing_is_none(runners: dict[str, Runner]) -> None:
    for path in FILES:
        task = load(path)
        assert task.blank().count("...  #") == BLANKS, path
    for path in FILES[::8]:
        task = load(path)
        report = judge(task, task.blank(), runners[task.library], trial(task, 1))
        assert not report.passed, path


def test_the_guide_s_task_is_sound(runners: dict[str, Runner], tmp_path: Path) -> None:
    path = tmp_path / "row_means.py"
    path.write_text(GUIDE.partition("```python\n")[2].partition("```")[0], "utf-8")
    assert list(faults(load(path), runners["numpy"])) == []


@pytest.fixture
def infonce() -> Task:
    return load(shipped_folder() / "code" / "infonce.py")


def test_a_proof_finds_tests_that_catch_too_little(
    infonce: Task, runners: dict[str, Runner]
) -> None:
    """Each way in which a task may prove nothing."""
    torch = runners["torch"]
    only_one = infonce._replace(cases=lambda rng: islice(infonce.cases(rng), 1))
    found = list(faults(only_one, torch, 2, 2))
    assert "passes on seed 0: your temperature multiplies" in found
    twins = infonce.mutants[0]._replace(belief="another name for the same")
    found = list(faults(infonce._replace(mutants=(*infonce.mutants, twins)), torch, 2, 2))
    assert found == [
        "'another name for the same' is taken for 'your temperature multiplies' on seed 0"
    ]
    wrong = infonce._replace(other=infonce.mutated(infonce.mutants[0]))
    assert any("the other solution fails" in each for each in faults(wrong, torch, 2, 2))
    gone = infonce.mutants[0]._replace(right="nowhere")
    assert list(faults(infonce._replace(mutants=(gone,)), torch, 2, 2)) == [
        "'nowhere' stands 0 times in the solution"
    ]
    lazy = infonce._replace(stub=infonce.solution)
    assert "passes on seed 0: the stub" in list(faults(lazy, torch, 2, 2))
