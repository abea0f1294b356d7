"""stats, find and show: what the graph holds, and what one entity, paper or trial is."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

import mscgraph as mg
from mscgraph.cli.evidence import evidence_command, print_findings
from mscgraph.cli.options import command, json_option, option, table_options
from mscgraph.cli.output import (
    graph,
    jsonable,
    print_associations,
    print_json,
    print_listings,
    print_rows,
    print_text,
)
from mscgraph.cli.streams import echo
from mscgraph.errors import AmbiguousName, NotFound
from mscgraph.explain.words import cite, relation_in_words, setting_in_words
from mscgraph.model import association_id
from mscgraph.render.finding_words import citation, value_words
from mscgraph.text.names import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Entity, Finding, Publication


@command("stats", json_option)
def stats_command(as_json: bool) -> None:
    """Count what the graph holds: by kind, design, species and grade.

    \b
    mscgraph stats
    mscgraph stats --json
    """
    counts = mg.stats(graph())
    if as_json:
        return print_json(counts)
    for key, value in counts.items():
        if isinstance(value, dict):
            echo(f"\n{key.replace('_', ' ')}")
            for name, count in value.items():
                echo(f"  {count:>6}  {name}")
        else:
            echo(f"{value:>8}  {key.replace('_', ' ')}")


_KINDS = ("entity", "paper", "trial", "finding", "question")
_SHOWN = 10


@command(
    "find", "text",
    option("--kind", "Only this kind, and all of it.", type=click.Choice(_KINDS)),
    table_options,
)  # fmt: skip
def find_command(text: str, kind: str | None, form: str) -> None:
    """Find entities by any name, papers by author, year or title, trials, findings, stored questions.

    Of an entity a part of a name or id is enough; case, plurals and Greek letters do not matter. Of a
    paper, a finding or a question all words must begin words of its title, authors or sentence.

    \b
    mscgraph find "nf kappa b"
    mscgraph find MESEMS
    mscgraph find "Spaggiari 2008"
    mscgraph find tryptophan --kind finding
    """
    kg = graph()
    found = _by_kind(kg, text, (kind,) if kind else _KINDS)
    if form == "json":
        return print_json({name: jsonable(records) for name, (records, _) in found.items()})
    most = _SHOWN if kind is None and form == "table" else None
    rows = [row for _, shown in found.values() for row in shown[:most]]
    if rows or form != "table":
        print_rows(("kind", "id", "name", "more"), rows, form)
    for name, (_, shown) in found.items():
        if most and len(shown) > most:
            all_of_it = f"mscgraph find {shlex.quote(text)} --kind {name}"
            echo(f"{len(shown) - most} more of kind {name}: {all_of_it}", err=True)
    if not rows:
        near = nearest(text, [n for e in kg.entities.values() for n in (e.name, *e.synonyms)])
        hint = f" Near it: {', '.join(near)}." if near else ""
        echo(f"Nothing is called anything like {text!r}.{hint}", err=True)


def _by_kind(
    kg: KnowledgeGraph, text: str, kinds: Sequence[str]
) -> dict[str, tuple[list[Any], list[tuple[str, ...]]]]:
    """What a text finds of each kind: the records, and a row of each."""
    from mscgraph.graph.papers import find_said, find_studies, has_words
    from mscgraph.rdf.query import load_questions

    aspect, studies = _aspect_of(kg, text), find_studies(kg, text) if "trial" in kinds else {}

    def of_entity(e: Entity) -> tuple[str, ...]:
        return e.id, e.name, ": ".join(filter(None, (aspect, e.category, ", ".join(e.synonyms))))

    def of_trial(study: str) -> tuple[str, ...]:
        return study, f"{len(studies[study])} finding(s)", "; ".join(_cited(kg, studies[study]))

    asked: dict[str, tuple[Callable[[], Iterable[Any]], Callable[[Any], tuple[str, ...]]]] = {
        "entity": (lambda: kg.find_entities(text), of_entity),
        "paper": (lambda: kg.find_publications(text), lambda p: (p.id, citation(p), p.title)),
        "trial": (lambda: studies, of_trial),
        "finding": (
            lambda: find_said(kg, text),
            lambda f: (f.id, citation(kg.publications[f.publication]), f.statement),
        ),
        "question": (
            lambda: [q for q in load_questions(kg).values() if has_words(text, q.name, q.title)],
            lambda q: (q.name, "", q.title),
        ),
    }
    found = {kind: list(asked[kind][0]()) for kind in kinds}
    return {kind: (of, [(kind, *asked[kind][1](one)) for one in of]) for kind, of in found.items()}


def _aspect_of(kg: KnowledgeGraph, text: str) -> str:
    try:
        aspect = kg.named(text)[1]
    except NotFound:
        return ""
    return f"aspect {kg.aspects[aspect].label}" if aspect else ""


def _cited(kg: KnowledgeGraph, findings: Iterable[Finding]) -> list[str]:
    papers = dict.fromkeys(f.publication for f in findings)
    return [f"{citation(kg.publications[p])} ({p})" for p in papers]


@command("show", "name", json_option)
def show_command(name: str, as_json: bool) -> None:
    """Show one thing: an entity by any name, a paper, a trial, a finding or an association by its id.

    Of a finding that was withdrawn it says why, and what it was merged into.

    \b
    mscgraph show SDF-1
    mscgraph show PMID:17951526
    mscgraph show NCT02166021
    mscgraph show MSCGF:0000016
    """
    kg = graph()
    if name.upper().startswith("MSCGF:"):
        return _show_finding(kg, name.upper(), as_json)
    if name.upper().startswith("MSCGA:"):
        click.get_current_context().invoke(
            evidence_command, association="MSCGA:" + name[6:].lower(), as_json=as_json
        )
        return None
    studies = {f.study.casefold(): f.study for f in kg.findings.values() if f.study}
    if study := studies.get(name.casefold()):
        return _show_trial(kg, study, as_json)
    try:
        entity, aspect = kg.named(name)
    except NotFound as error:
        if isinstance(error, AmbiguousName):
            raise
        if kg.find_publications(name):
            return _show_paper(kg, kg.publication(name), as_json)
        near = kg.find_publications(name.rstrip(" 0123456789"))  # another year
        raise NotFound(
            str(error).partition(" Did you")[0],
            suggestions=[*error.suggestions, *(f"{citation(p)} ({p.id})" for p in near)],
        ) from None
    return _show_entity(kg, entity, aspect, as_json)


def _show_entity(kg: KnowledgeGraph, it: Entity, aspect: str, as_json: bool) -> None:
    from mscgraph.graph import associations_of, associations_shown
    from mscgraph.graph.filtering import nearest_known

    edges, more = ([], 0) if aspect else associations_shown(kg, it.id)
    if aspect:
        edges = [a for a in associations_of(kg, it.id) if a.aspect == aspect]
    kinds = sorted(kg.name(i) for i in kg.kinds_of(it.id) - {it.id})
    if as_json:
        left = {"associations_left_out": more} if more else {}
        ids = [a.id for a in edges]
        return print_json(jsonable(it) | {"kinds": kinds, "associations": ids} | left)
    _print_lines(
        {
            "": f"{it.name} ({it.id}), {it.category}",
            "aspect": aspect and kg.aspects[aspect].label,
            "label": it.label,
            "definition": it.definition,
            "synonyms": ", ".join(it.synonyms),
            "same as": ", ".join(it.xrefs),
            "is a": ", ".join(map(kg.name, it.parents)),
            "kinds of it": ", ".join(kinds),
            "part of": ", ".join(map(kg.name, it.part_of)),
            "made from": ", ".join(map(kg.name, it.derives_from)),
            "address": kg.prefixes.expand(it.id),
        }
    )
    if edges:
        echo()
        print_associations(kg, edges)
        if more:
            sides = f"mscgraph associations --subject {it.id} (or --object)"
            echo(f"the {len(edges):,} best supported; {more:,} more are left out: {sides}", err=True)
        return None
    uses = {"source": "msc_source", "specimen": "specimen", "taxon": "taxa"}
    of_use = {
        option: sum(it.id in getattr(f, column) for f in kg.findings.values())
        for option, column in uses.items()
    }
    asked = [f"--{option}" for option, count in of_use.items() if count]
    if kinds and not nearest_known(kg, it.id):
        asked += ["--subject", "--object"]
    echo(f"No finding is on {it.name} itself.")
    for filtered in asked:
        echo(f"where it is the {filtered[2:]}: mscgraph findings {filtered} {shlex.quote(it.name)}")
    for near in nearest_known(kg, it.id) if not asked else ():
        echo(f"near it is {kg.name(near)}: mscgraph show {shlex.quote(kg.name(near))}")


def _show_paper(kg: KnowledgeGraph, paper: Publication, as_json: bool) -> None:
    found = kg.find_findings(publication=paper.id)
    if as_json:
        return print_json(jsonable(paper) | {"findings": [f.id for f in found]})
    _print_lines(
        {
            "": paper.title or paper.id,
            "authors": paper.authors.replace(";", ","),
            "journal": f"{paper.journal} {paper.year}",
            "id": ", ".join(dict.fromkeys(filter(None, (paper.id, paper.pmcid, paper.doi)))),
            "design": ", ".join(value_words(kg, "study_design", paper.study_design)),
            "status": paper.status,
            "trial": ", ".join(sorted({f.study for f in found} - {""})),
            "address": paper.url,
        }
    )
    echo()
    return print_findings(kg, found)


def _show_trial(kg: KnowledgeGraph, study: str, as_json: bool) -> None:
    from mscgraph.explain.compared import trial_in_words

    trials = mg.find_trials(kg, system=None, study=study)
    found = [f for _, f in sorted(kg.findings.items()) if f.study == study]
    if as_json:
        return print_json(
            {"study": study, "trials": [t.to_dict() for t in trials], "findings": [f.id for f in found]}
        )
    echo(f"{study}: {'; '.join(_cited(kg, found))}")
    for trial in trials:
        print_listings([trial_in_words(kg, trial)])
    echo()
    return print_findings(kg, found)


def _print_lines(lines: Mapping[str, str]) -> None:
    """Print what is known by name; what is empty is left out."""
    print_text("\n".join(f"{key}: {value}" if key else value for key, value in lines.items() if value))


def _show_finding(kg: KnowledgeGraph, identifier: str, as_json: bool) -> None:
    """A finding, or why there is none any more."""
    from mscgraph.tables.optional_tables import Withdrawn, read_optional

    for _, row in read_optional(Withdrawn, kg.folder):
        if row.id == identifier and identifier not in kg.findings:
            if as_json:
                return print_json(
                    {"id": row.id, "withdrawn": True, "into": row.into, "reason": row.reason}
                )
            merged = f"; merged into {row.into}" if row.into else ""
            return echo(f"{row.id} was withdrawn: {row.reason}{merged}")
    finding = kg.finding(identifier)
    if as_json:
        return print_json(finding)
    edge = association_id(*finding.key)
    echo(f"{finding.id}: {finding.statement}")
    echo(f"relation: {relation_in_words(kg, kg.association(edge))} [{edge}]")
    echo(f"setting: {setting_in_words(kg, finding)}")
    echo(f"source: {cite(kg, finding.publication)} ({finding.locator})")
