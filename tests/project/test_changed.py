"""Which tests a change asks for."""

import subprocess
from pathlib import Path

from changed import ROOT, changed, room_tests, selected


def test_every_room_has_its_tests() -> None:
    rooms = [
        path.parent.relative_to(ROOT)
        for path in (ROOT / "contrastive_drill").rglob("__init__.py")
        if len(path.relative_to(ROOT).parts) == 3
    ]
    missing = {room for room in rooms if not (ROOT / str(room_tests(f"{room}/x.py"))).is_dir()}
    assert missing <= {Path("contrastive_drill/guides")}


def test_a_change_asks_for_the_tests_of_its_room(tmp_path: Path) -> None:
    for folder in ("screen/review", "screen/card", "planner", "bank", "project"):
        (tmp_path / "tests" / folder).mkdir(parents=True)
    (tmp_path / "tests" / "planner" / "test_plan.py").touch()
    change = [
        "contrastive_drill/screen/review/terminal.py",
        "contrastive_drill/planner/deck.py",
        "tests/planner/test_plan.py",
        "question_bank/clip.yaml",
        "README.md",
        "tests/planner/test_gone.py",
        "contrastive_drill/nothing/here.py",
    ]
    assert selected(change, tmp_path) == [
        "tests/bank",
        "tests/planner",
        "tests/project",
        "tests/screen/review",
    ]
    assert selected(["contrastive_drill/screen/theme.py"], tmp_path) == ["tests/screen"]


def test_the_last_commit_counts_where_all_is_committed(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        person = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(["git", *person, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    for name in ("one", "two"):
        (tmp_path / name).write_text(name)
        git("add", ".")
        git("commit", "-qm", name)
    assert changed(tmp_path) == {"two"}
    (tmp_path / "three").write_text("new")
    (tmp_path / "one").write_text("changed")
    assert changed(tmp_path) == {"one", "three"}
    git("checkout", "-qb", "work")
    git("add", ".")
    git("commit", "-qm", "work")
    assert changed(tmp_path) == {"one", "three"}
