"""A path answer in words: every step with who says so, in which species, and what speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscgraph.model import NOT_REPORTED, effect_word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Finding
    from mscgraph.paths.answer import Path, PathAnswer, Setting

__all__ = ["cite", "explain_paths", "relation_in_words", "setting_in_words"]

_HYPOTHESIS = " (a product of signs: a hypothesis)"
_ARROWS = {1: "↑", -1: "↓", 0: "?"}


def explain_paths(kg: KnowledgeGraph, answer: PathAnswer) -> str:
    """Return the answer as plain text: question, verdict, paths with evidence, numbered references.

    Each path says its net effect (a product of signs, so a hypothesis), its weakest rung and whether
    its steps were seen together; each step its grade, the findings for it and the findings against it.
    """
    references: dict[str, int] = {}
    blocks = [_question(kg, answer), _verdict(kg, answer)]
    blocks += [_path(kg, path, number, references) for number, path in enumerate(answer.paths, start=1)]
    if references:
        blocks.append(_reference_list(kg, references))
    return "\n\n".join(blocks) + "\n"


def relation_in_words(kg: KnowledgeGraph, association: Association) -> str:
    """An association as a sentence without its full stop: ``MSC decreases Th17 cell (activity)``."""
    label = kg.predicates[association.predicate].label
    aspect = kg.aspects[association.aspect].label
    return f"{kg.name(association.subject)} {label} {kg.name(association.object)} ({aspect})"


def cite(kg: KnowledgeGraph, publication: str) -> str:
    """A paper in one line: title, journal, year, address; what is unknown is left out."""
    paper = kg.publications[publication]
    parts = [paper.title or "(title not displayed in the source read)", paper.journal, paper.year]
    status = "" if paper.status == "published" else f" [{paper.status.upper()}]"
    return ". ".join(part.rstrip(".") for part in parts if part) + f". {paper.url}{status}"


def setting_in_words(kg: KnowledgeGraph, finding: Finding) -> str:
    """The setting of a finding in a few words: species, system, design, source of the cells."""
    shown = kg.vocabulary
    parts = [", ".join(sorted(kg.name(taxon) for taxon in finding.taxa))]
    for column in ("system", "study_design"):
        value = getattr(finding, column)
        if value != NOT_REPORTED:
            parts.append(shown[column][value].label)
    parts += [kg.name(source) for source in finding.msc_source if source != NOT_REPORTED]
    if finding.significance not in (NOT_REPORTED, "significant"):
        parts.append(shown["significance"][finding.significance].label)
    if finding.readout:
        parts.append("measured as an outcome")
    return "; ".join(part for part in parts if part)


def _question(kg: KnowledgeGraph, answer: PathAnswer) -> str:
    what = {"any": "What leads", "unknown": "What leads, direction open,"}.get(
        answer.effect, f"By which paths a net {answer.effect} leads"
    )
    asked = f"{what} from {kg.name(answer.source)} to {kg.name(answer.target)}"
    asked += f", in at most {answer.max_length} steps?"
    filters = ", ".join(
        f"{key.replace('_', ' ')}: {value if isinstance(value, str) else ', '.join(map(kg.name, value))}"
        for key, value in answer.filters.items()
        if value and not isinstance(value, bool)
    )
    matched = _matched(kg, answer)
    return "\n".join(line for line in (asked, f"Only {filters}." if filters else "", matched) if line)


def _matched(kg: KnowledgeGraph, answer: PathAnswer) -> str:
    said = []
    for asked, used in ((answer.source, answer.sources), (answer.target, answer.targets)):
        others = [kg.name(i) for i in used if i != asked]
        if others:
            said.append(f"{kg.name(asked)} also stands for {', '.join(others)}.")
    return " ".join(said)


def _verdict(kg: KnowledgeGraph, answer: PathAnswer) -> str:
    total = sum(answer.verdict.values())
    if not total and answer.complete:
        return (
            f"No path was found. Searched: all effects with evidence from {kg.name(answer.source)}, up "
            f"to {answer.max_length} steps; null results and correlations are not walked."
        )
    counts = (
        f"{answer.verdict['increase']} raise it, {answer.verdict['decrease']} lower it, "
        f"{answer.verdict['unknown']} leave the direction open"
    )
    shown = f"The {len(answer.paths)} best supported are shown." if answer.paths else (
        f"None of them has the net effect that was asked for ({answer.effect})."
    )  # fmt: skip
    whole = (
        "" if answer.complete else " The search ran out of its budget: there may be more, and better."
    )
    return f"{total} path(s): {counts}. {shown}{whole}"


def _path(kg: KnowledgeGraph, path: Path, number: int, references: dict[str, int]) -> str:
    route = kg.name(path.source)
    for step in path.steps:
        route += f" {_ARROWS[step.sign]} {kg.name(step.association.object)}"
    lines = [
        f"{number}. {route}",
        (
            f"   net effect: {path.effect}{'' if len(path.steps) == 1 else _HYPOTHESIS}; "
            f"cost {path.cost / 1e6:.2f}; weakest rung: {path.rung.words}"
        ),
        f"   setting: {_setting(kg, path.setting)}",
    ]
    for step in path.steps:
        lines += _step(kg, step.association, references)
    return "\n".join(lines)


def _setting(kg: KnowledgeGraph, setting: Setting) -> str:
    if setting.kind == "publication":
        return "one publication reports every step"
    if setting.kind == "species":
        return f"every step was seen in {', '.join(map(kg.name, setting.shared))}"
    parts = [", ".join(map(kg.name, part)) or "species not reported" for part in setting.parts]
    return f"stitched, no one species covers all steps: {' → '.join(parts)}"


def _step(kg: KnowledgeGraph, edge: Association, references: dict[str, int]) -> list[str]:
    grade = edge.grade
    studies = f"{grade.studies} independent stud{'y' if grade.studies == 1 else 'ies'}"
    lines = [
        (
            f"   • {relation_in_words(kg, edge)}: {effect_word(edge.sign or 0)}, "
            f"grade {grade.letter}, {studies} [{edge.id}]"
        )
    ]
    lines += [f"       for: {line}" for line in _findings(kg, edge.supporting, references)]
    against = _findings(kg, edge.disputing, references)
    lines += [f"       AGAINST: {line}" for line in against]
    if not against:
        lines.append("       against: nothing curated")
    return lines


def _findings(kg: KnowledgeGraph, findings: Iterable[Finding], references: dict[str, int]) -> list[str]:
    lines = []
    for finding in findings:
        number = references.setdefault(finding.publication, len(references) + 1)
        lines.append(f"{finding.statement} ({setting_in_words(kg, finding)}) [{number}]")
    return lines


def _reference_list(kg: KnowledgeGraph, references: dict[str, int]) -> str:
    lines = [f"[{number}] {cite(kg, paper)}" for paper, number in references.items()]
    return "\n".join(["References", *lines])
