"""A dry run says what would be written, and writes nothing."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from contrastive_drill.cli import app


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("what", ["anki:cards.apkg", "page:cards.html", "log:log.jsonl"])
def test_an_export_can_be_tried(what: str, home: Path, tmp_path: Path) -> None:
    verb, _, name = what.partition(":")
    path = tmp_path / name
    CliRunner().invoke(app, ["review", "--plain", "--limit", "1"], input="x\n\ngood\n:quit\n")
    said = []
    for words in (("--dry-run",), ()):
        done = CliRunner().invoke(app, ["export", verb, str(path), *words])
        assert done.exit_code == 0, done.output
        said.append(" ".join(done.output.split()))
        if words:
            assert not path.exists()
            assert not (home / "anki.json").exists()
    assert path.exists()
    assert said[0].replace("Would write", "Wrote") == said[1]
    (tmp_path / "folder").mkdir()
    onto = ["export", verb, str(tmp_path / "folder"), "--dry-run"]
    assert CliRunner().invoke(app, onto).exit_code == 3
