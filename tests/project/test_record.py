"""What a bench keeps: its table in the guide, and how it was made."""

import re
from pathlib import Path

import pytest
import record
from bench import PARTS
from speedbench.ratios import Row, table

SECTIONS = [*(f"bench {part}" for part in PARTS), "seeds", "bench-plan", "bench-faults"]


def test_the_guide_has_a_section_for_each_bench_and_no_other() -> None:
    text = record.GUIDE.read_text("utf-8")
    assert re.findall(r"<!-- begin (.+) -->", text) == SECTIONS
    assert re.findall(r"<!-- end (.+) -->", text) == SECTIONS


@pytest.mark.parametrize("section", SECTIONS)
def test_a_table_takes_the_place_of_the_one_before_it(section: str, tmp_path: Path) -> None:
    guide = tmp_path / "guide.md"
    before = record.GUIDE.read_text("utf-8")
    guide.write_text(before)
    for rows in ("| old |", "| new |"):
        record.record(section, "Made here.", rows, guide)
    after = guide.read_text("utf-8")
    begin, end = f"<!-- begin {section} -->\n", f"<!-- end {section} -->"
    assert f"{begin}\nMade here.\n\n| new |\n\n{end}" in after
    assert "| old |" not in after
    cut = re.compile(re.escape(begin) + ".*" + re.escape(end), re.S)
    assert cut.sub("", after) == cut.sub("", before)


def test_a_section_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "guide.md").write_text("# Nothing\n")
    with pytest.raises(ValueError, match="no section bench-plan"):
        record.record("bench-plan", "", "", tmp_path / "guide.md")


def test_how_a_table_was_made_is_said() -> None:
    import platform

    said = record.provenance("Seed 7")
    assert re.match(r"\d{4}-\d\d-\d\d, commit \w+( with changes)?\. .+, \d+ cores?, \w+; ", said)
    assert said.endswith(" Seed 7.")
    assert record.processor() in said
    assert platform.python_version() in said


def test_a_bound_that_is_broken_stands_out() -> None:
    rows = [Row("a start", "imports", 1.2, 1.5, "80 ms"), Row("a plan", "a loop", 4.0, 3.0, "")]
    assert table(rows).splitlines()[2:] == [
        "| a start | imports | 1.20 | 1.5 | 80 ms |",
        "| a plan | a loop | 4.00 | **3** |  |",
        "",
        "1 of 2 bounds are broken.",
    ]
