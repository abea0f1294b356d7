"""The phrases that every explanation is made of: entities, relations, settings, conditions and papers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from mscgraph.model import NOT_REPORTED, Finding, PredicateKind, Publication
from mscgraph.schema import columns_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.conflicts import Dependence, Difference
    from mscgraph.model import Association
    from mscgraph.paths.answer import PathAnswer
    from mscgraph.paths.direct import TestedSense
    from mscgraph.paths.path import Path, Setting

MOST_SHOWN = 5  # findings for a step, and papers of a source
_ARROWS = {1: "↑", -1: "↓", 0: "?"}


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 path``, ``2 paths``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def route_in_words(kg: KnowledgeGraph, path: Path, *, aspects: bool = False) -> str:
    """A path as names and arrows: ``MSC ↑ IL-10 ↓ Th17 cell``, each with its aspect if wanted."""
    shown = path.demonstrated is not None
    route = kg.name(path.source)
    for place, (entity, sign) in enumerate(zip(path.entities[1:], path.signs, strict=True)):
        route += f" {'→' if shown and not sign else _ARROWS[sign]} {kg.name(entity)}"
        if aspects and not shown:
            route += f" ({kg.aspects[path.steps[place].association.aspect].label})"
    if aspects and shown:
        route += f" ({kg.aspects[path.steps[0].association.aspect].label})"
    return route


SENSES_IN_WORDS = {
    "increase": "raises it",
    "decrease": "lowers it",
    "unknown": "changes it (direction open)",
    "no effect": "no effect",
    "observation": "seen or not seen after it, not compared",
    "correlation": "goes with it",
    "other": "other statements",
    "not counted": "not significant, or withdrawn",
}
_DETAILS = ("study_design", "taxon", "aspect", "object_cell", "specimen")


def direct_in_words(kg: KnowledgeGraph, answer: PathAnswer) -> tuple[str, list[tuple[str, ...]]]:
    """What is known of source → target itself: a title, and a row for each thing that findings say."""
    pair = f"{kg.name(answer.source)} → {kg.name(answer.target)}"
    findings = answer.direct.findings
    rows: list[tuple[str, ...]] = []
    for tested in answer.direct.senses:
        details = "; ".join(filter(None, (_tally(kg, tested, column) for column in _DETAILS)))
        if tested.outside:
            details += f"{'; ' if details else ''}{len(tested.outside)} more outside the filter"
        rows.append((str(len(tested.findings)), SENSES_IN_WORDS[tested.sense], details))
    for edge in answer.direct.stated:
        rows += [("", "stated by others", line) for line in sources_in_words(edge)[:1]]
    if not findings:
        return f"Tested directly ({pair}): no finding is curated.", rows
    papers = counted(len({finding.publication for finding in findings}), "paper")
    ends = " ".join(
        f"--{side} {_quoted(kg.name(end))}"
        for side, end in (("subject", answer.source), ("object", answer.target))
    )
    rows.append(("", "all", f"mscgraph findings {ends}"))
    return f"Tested directly ({pair}): {counted(len(findings), 'finding')} of {papers}", rows


def _quoted(name: str) -> str:
    return name if name.replace("-", "").replace(".", "").isalnum() else f'"{name}"'


def _tally(kg: KnowledgeGraph, tested: TestedSense, column: str) -> str:
    """The values of a column, the most frequent first: ``7 in vitro, 7 animal model``."""
    labels = kg.vocabulary.get(column, {})
    said = [
        f"{number} {labels[value].label if value in labels else kg.name(value).replace('_', ' ')}"
        for value, number in tested.counts(column).items()
    ]
    more = [f"{len(said) - _MOST_VALUES} more"] if len(said) > _MOST_VALUES else []
    return ", ".join(said[:_MOST_VALUES] + more)


_MOST_VALUES = 4


def elsewhere_in_words(
    kg: KnowledgeGraph, found: Collection[TestedSense], *, in_direct: bool = False
) -> str:
    """What speaks against a step in other aspects, kinds or products; nothing where nothing does.

    ``in_direct`` says that the direct test has listed it.
    """
    said = []
    if in_direct and found:
        return ", ".join(f"{t.sense} {len(t.findings)}" for t in found) + " (see the direct test)"
    for tested in found:
        details = [_tally(kg, tested, column) for column in ("aspect", "msc_source", "specimen")]
        kinds = Counter((f.subject, f.object) for f in tested.findings)
        named = ", ".join(f"{n} {kg.name(s)} → {kg.name(o)}" for (s, o), n in kinds.most_common(2))
        said.append(
            f"{tested.sense} {len(tested.findings)} ({'; '.join(filter(None, (named, *details)))})"
        )
    return "; ".join(said)


def relation_in_words(kg: KnowledgeGraph, association: Association) -> str:
    """An association as a sentence without its full stop: ``MSC decreases Th17 cell (activity)``."""
    return _said(kg, association, kg.name(association.subject), kg.name(association.object))


def finding_in_words(kg: KnowledgeGraph, finding: Finding) -> str:
    """What a finding says, as its association does, with the cells that carry its ends.

    ``MSC decreases IFN-γ of T cell (secretion)``.
    """
    ends = ((finding.subject, finding.subject_cell), (finding.object, finding.object_cell))
    acts, on = (kg.name(e) + (f" of {kg.name(cell)}" if cell else "") for e, cell in ends)
    return _said(kg, finding, acts, on)


def _said(kg: KnowledgeGraph, one: Association | Finding, acts: str, on: str) -> str:
    """The sentence; of an observation, what was looked at afterwards: its numbers are in the statement."""
    predicate, aspect = kg.predicates[one.predicate], kg.aspects[one.aspect].label
    if predicate.kind is PredicateKind.OBSERVATION:
        seen = "observed" if predicate.id == "followed_by" else NOT_SEEN
        return f"After {acts}: {on} ({aspect}) {seen}, not compared"
    return f"{acts} {predicate.label} {on} ({aspect})"


NOT_SEEN = "not seen in most or all"


def cite(kg: KnowledgeGraph, publication: str) -> str:
    """A paper in one line: title, journal, year, address; what is unknown is left out."""
    paper = paper_of(kg, publication)
    parts = [paper.title or "(title not displayed in the source read)", paper.journal, paper.year]
    status = "" if paper.status == "published" else f" [{paper.status.upper()}]"
    return ". ".join(part.rstrip(".") for part in parts if part) + f". {paper.url}{status}"


def paper_of(kg: KnowledgeGraph, publication: str) -> Publication:
    """A paper of the graph, or what the id says of one that only another source cites."""
    if (known := kg.publications.get(publication)) is not None:
        return known
    prefix, _, local = publication.partition(":")
    pmid, pmcid, doi = (local if prefix.upper() == kind else "" for kind in ("PMID", "PMC", "DOI"))
    return Publication(publication, pmid, pmcid, doi, "", "", "", "", "", "published", ())


def shown_first(kg: KnowledgeGraph, association: Association) -> list[Finding]:
    """What supports an association, every paper once before any twice, best design first."""
    seen: Counter[str] = Counter()
    ranked: list[tuple[int, int, Finding]] = []
    for finding in sorted(association.supporting, key=lambda f: kg.rubric.designs[f.study_design][0]):
        ranked.append((seen[finding.publication], len(ranked), finding))
        seen[finding.publication] += 1
    return [finding for *_, finding in sorted(ranked, key=lambda row: row[:2])]


def setting_in_words(kg: KnowledgeGraph, finding: Finding) -> str:
    """The setting of a finding in a few words: species, system, design, source of the cells."""
    shown = kg.vocabulary
    parts = [", ".join(sorted(kg.name(taxon) for taxon in finding.taxa))]
    for column in ("system", "study_design"):
        value = getattr(finding, column)
        if value != NOT_REPORTED:
            parts.append(shown[column][value].label)
    parts += [kg.name(source) for source in finding.msc_source if source != NOT_REPORTED]
    if finding.object_cell and finding.object_cell != finding.object:
        parts.append(f"in {kg.name(finding.object_cell)}")
    if finding.significance not in (NOT_REPORTED, "significant"):
        parts.append(shown["significance"][finding.significance].label)
    if finding.readout:
        parts.append("measured as an outcome")
    return "; ".join(part for part in parts if part)


_ASKED = {
    "any": "By which mechanisms does {} act on {}",
    "increase": "By which mechanisms does {} raise {}",
    "decrease": "By which mechanisms does {} lower {}",
    "unknown": "By which mechanisms of unknown direction does {} act on {}",
}


def question_in_words(kg: KnowledgeGraph, answer: PathAnswer) -> str:
    """What was asked, under which conditions, and what the two names stood for."""
    ends = (kg.name(answer.source), kg.name(answer.target))
    least = f"{answer.min_length} to " if 1 < answer.min_length < answer.max_length else "at most "
    if 1 < answer.min_length == answer.max_length:
        least = ""
    steps = f", in {least}{counted(answer.max_length, 'step')}?"
    asked = _ASKED[answer.effect].format(*ends) + steps
    lines = (asked, conditions_in_words(kg, answer.filters), _matched(kg, answer))
    return "\n".join(line for line in lines if line)


_CONDITIONS = {
    "via": "paths through {}",
    "avoid": "paths without {}",
    "taxon": "support seen in {}",
    "system": "support seen in {}",
    "since": "support published in {} or later",
    "predicates": "steps that say {}",
    "categories": "with nothing between but {}",
    "through": "also through {}",
    "knowledge_sources": "steps from {}",
    "min_grade": "steps of grade {} or better",
}


_CHOICES = {"categories", "through", "knowledge_sources"}


def conditions_in_words(kg: KnowledgeGraph, filters: Mapping[str, Any]) -> str:
    """The conditions of a question as one sentence; nothing where there are none."""
    said = []
    for key, words in _CONDITIONS.items():
        if value := filters.get(key):
            values = value if isinstance(value, list) else [str(value)]
            joined = " or " if key in _CHOICES else " and "
            said.append(words.format(joined.join(kg.name(v).replace("_", " ") for v in values)))
    damping = filters.get("damping")
    damped = f"High-degree nodes are penalised: damping {damping:g} for ln(degree)." if damping else ""
    exact = "Subclasses are not covered." if filters.get("exact") else ""
    only = f"Only {', '.join(said)}; what speaks against is shown from everywhere." if said else ""
    return " ".join(sentence for sentence in (only, damped, exact) if sentence)


def covered_in_words(kg: KnowledgeGraph, entity: str, covered: Collection[str], more: str = "") -> str:
    """That a name stood for its subclasses too; nothing where it has none."""
    kinds = len(covered) - 1
    if kinds <= 0:
        return ""
    return f"{kg.name(entity)} covers its {counted(kinds, 'subclass', 'subclasses')}{more}."


def _matched(kg: KnowledgeGraph, answer: PathAnswer) -> str:
    said = []
    for asked, used, covered, verb in (
        (answer.source, answer.matched_sources, answer.covered_sources, "start"),
        (answer.target, answer.matched_targets, answer.covered_targets, "end"),
    ):
        names = ", ".join(sorted(map(kg.name, used), key=str.lower))
        at = f"; the paths shown {verb} at {names}" if used else ""
        said.append(covered_in_words(kg, asked, covered, at))
    return " ".join(filter(None, said))


def verdict_in_words(kg: KnowledgeGraph, answer: PathAnswer) -> str:
    """How many paths there are by net effect, how many routes are shown, and whether that is all."""
    total = sum(answer.verdict.values())
    steps = counted(answer.max_length, "step")
    if answer.min_length < answer.max_length:
        steps = f"{answer.min_length} to {steps}"
    if not total and answer.complete:
        return (
            f"No mechanism was found. Searched: all effects with evidence from {kg.name(answer.source)}, "
            f"{steps}; null results and correlations are not walked, and nothing passes through a disease, "
            "an outcome or what it started from."
        )
    counts = (
        f"{answer.verdict['increase']} raise it, {answer.verdict['decrease']} lower it, "
        f"{answer.verdict['unknown']} have unknown direction"
    )
    many = len(answer.routes)
    shown = (
        f"The {many} best routes are shown" if many > 1
        else "The best route is shown" if many
        else f"None of them has the net effect that was asked for ({answer.effect})"
    )  # fmt: skip
    demonstrated = sum(route.is_demonstrated for route in answer.routes)
    if demonstrated:
        whole = "all" if demonstrated == many else str(demonstrated)
        shown += (
            f", {whole} demonstrated in single studies" if many > 1 else ", demonstrated in a study"
        )
    unfinished = f" {unfinished_in_words(answer.stopped)}" if not answer.complete else ""
    return f"{counted(total, 'path')} of {steps}: {counts}. {shown}.{unfinished}"


_STOPPED = {
    "time": "The search ran out of its time",
    "interrupt": "The search was interrupted",
}


def unfinished_in_words(stopped: str) -> str:
    """Why an answer is not all there is."""
    why = _STOPPED.get(stopped, "The search ran out of its budget")
    text = f"{why}: there is more, better paths perhaps, and all numbers are lower bounds."
    return f"{text} Give it more time, or ask for fewer steps." if stopped == "time" else text


def path_setting_in_words(kg: KnowledgeGraph, setting: Setting, references: dict[str, int]) -> str:
    """Whether a path's steps were seen together; papers are numbered as in the list of references."""
    if setting.kind == "publication":
        numbers = [references.setdefault(paper, len(references) + 1) for paper in setting.shared]
        papers = ", ".join(f"[{number}]" for number in numbers)
        return f"every step is reported by one paper, {papers}" if len(numbers) == 1 else (
            f"every step is reported by each of {papers}"
        )  # fmt: skip
    if setting.kind == "species":
        return f"every step was seen in {' and in '.join(map(kg.name, setting.shared))}"
    parts = [", ".join(map(kg.name, part)) or "species not reported" for part in setting.parts]
    return f"stitched, no one species covers all steps: {' → '.join(parts)}"


def sources_in_words(edge: Association) -> list[str]:
    """Who else states an association, in whose words, and from which papers, a line each."""
    lines = []
    for source in edge.sources:
        papers = ", ".join(source.publications[:MOST_SHOWN])
        more = len(source.publications) - MOST_SHOWN
        cited = f": {papers}{f' and {more} more' if more > 0 else ''}" if papers else ""
        kind = f"{source.knowledge_level}, {source.agent_type}".replace("_", " ")
        lines.append(f"{source.primary_knowledge_source} ({source.relation}; {kind}){cited}")
    return lines


def apart_in_words(kg: KnowledgeGraph, edge: Association) -> tuple[str, ...]:
    """What may explain a disagreement: the settings in which the findings for and against differ."""
    if not edge.disputing:
        return ()
    from mscgraph.graph.conflicts import differences

    found = [difference_in_words(kg, d) for d in differences(edge.supporting, edge.disputing)]
    return tuple(found) or ("nothing that is curated",)


def dependence_in_words(kg: KnowledgeGraph, dependence: Dependence) -> str:
    """Which study saw both of two associations that disagree, and by which settings: dose, cell, …."""
    names = columns_of(Finding)
    by = ", ".join(names[difference.setting].label for difference in dependence.differences)
    study = dependence.study
    cited = cite(kg, study) if study in kg.publications else study
    return f"one study saw both, by {by or 'no setting that is curated'}: {cited}"


def difference_in_words(kg: KnowledgeGraph, difference: Difference) -> str:
    """A setting and what each side reports of it: ``taxon: mouse / human``."""
    labels = kg.vocabulary.get(difference.setting, {})

    def said(values: tuple[str, ...]) -> str:
        parts = [value.split("|") for value in values]
        return ", ".join(
            "+".join(labels[v].label if v in labels else kg.name(v).replace("_", " ") for v in part)
            for part in parts
        )

    setting = difference.setting.replace("_", " ")
    return f"{setting}: {said(difference.first)} / {said(difference.second)}"
