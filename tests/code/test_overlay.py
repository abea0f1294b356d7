"""The user's own values: read by any name, and every line that cannot be used is told with its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import mscgraph as mg
from mscgraph.cli import main
from mscgraph.errors import DataError
from mscgraph.page import page_html, read_overlay

if TYPE_CHECKING:
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph

TABLE = (
    "gene\tlog2 fold change\n# a comment\n\nIDO\t2.5\nSDF-1\t−1\nnonsense\t3\nCCL2\thigh\nIDO1\t9\nIL-10\n"
    "CL:0000899\t1e-2\nEAE\tinf\n"
)


def written(folder: Path, text: str = TABLE) -> Path:
    file = folder / "measured.tsv"
    file.write_text(text, encoding="utf-8")
    return file


def test_values_are_found_by_any_name(kg: KnowledgeGraph, tmp_path: Path) -> None:
    overlay = read_overlay(kg, written(tmp_path))
    assert overlay.title == "log2 fold change"
    assert overlay.values == {"HGNC:6059": 2.5, "HGNC:10672": -1.0, "CL:0000899": 0.01}


def test_what_cannot_be_used_is_told_with_its_line(kg: KnowledgeGraph, tmp_path: Path) -> None:
    problems = read_overlay(kg, written(tmp_path)).problems
    assert [p.line for p in problems] == [6, 7, 8, 9, 11]
    assert "nonsense" in problems[0].message
    assert "is no number" in problems[1].message
    assert "line 4 already" in problems[2].message
    assert "no value" in problems[3].message


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "entity\tvalue\n"])
def test_a_table_of_nothing_is_no_error(kg: KnowledgeGraph, tmp_path: Path, text: str) -> None:
    overlay = read_overlay(kg, written(tmp_path, text))
    assert (dict(overlay.values), overlay.problems) == ({}, ())


def test_windows_line_ends_and_a_mark_at_the_start_do_not_matter(
    kg: KnowledgeGraph, tmp_path: Path
) -> None:
    overlay = read_overlay(kg, written(tmp_path, "\ufeffIDO\t1\r\nIL-10\t2\r\n"))
    assert sorted(overlay.values.values()) == [1.0, 2.0]
    assert overlay.title == "measured"


def test_a_file_that_is_no_text_is_an_error(kg: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "mine.tsv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="not UTF-8"):
        read_overlay(kg, tmp_path / "mine.tsv")
    with pytest.raises(DataError, match="cannot be read"):
        read_overlay(kg, tmp_path / "nowhere.tsv")


def test_a_hostile_title_stays_text(kg: KnowledgeGraph, tmp_path: Path) -> None:
    overlay = read_overlay(kg, written(tmp_path, "x\t</script><script>alert(1)</script>\nIDO\t1\n"))
    assert "alert" in overlay.title
    assert "<script>alert" not in page_html(kg, overlay=overlay, focus="IDO")


def test_the_command_line_tells_the_lines(tmp_path: Path) -> None:
    file, page = written(tmp_path), tmp_path / "page.html"
    done = CliRunner().invoke(main, ["page", "-o", str(page), "--focus", "IDO", "--overlay", str(file)])
    assert done.exit_code == 0
    assert f"{file}:6: No entity is called 'nonsense'" in done.output
    assert "3 values of 'log2 fold change'" in done.output
    done = CliRunner().invoke(main, ["page", "-o", str(page), "--classic", "--overlay", str(file)])
    assert done.exit_code == 2
    with pytest.raises(ValueError, match="classic"):
        page_html(mg.load(), classic=True, overlay=read_overlay(mg.load(), file))


def test_a_filter_keeps_what_passes_and_what_speaks_against_it(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    line = ["page", "-o", str(page), "--taxon", "human", "--object", "Th17 cell"]
    assert CliRunner().invoke(main, line).exit_code == 0
    whole = CliRunner().invoke(main, ["page", "-o", str(tmp_path / "whole.html")])
    assert whole.exit_code == 0
    assert page.stat().st_size < (tmp_path / "whole.html").stat().st_size
