"""What the tools for assistants answer: rows of the graph with what speaks against them, and nothing more.

Outside of quotation marks an answer holds only words of the program. :mod:`mscgraph.serve.assistant` offers
each tool and cuts its items into pages.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mscgraph.errors import NotFound, QueryError
from mscgraph.explain.claims import check_claim, claimed_in_words, route_line
from mscgraph.explain.compared import trial_row
from mscgraph.explain.explanation import explain
from mscgraph.explain.words import (
    SENSES_IN_WORDS,
    cite,
    conditions_in_words,
    counted,
    relation_in_words,
    route_in_words,
    unfinished_in_words,
)
from mscgraph.graph import associations_shown
from mscgraph.graph.conflicts import differences, find_conflicts, find_dependences
from mscgraph.graph.parts import sense_of
from mscgraph.graph.trials import find_trials
from mscgraph.paths.answer import find_paths
from mscgraph.paths.edges import tissue_sources
from mscgraph.rdf.limits import QueryLimits
from mscgraph.rdf.query import Asker, load_questions
from mscgraph.serve.quoting import (
    association_record,
    contested_record,
    differences_quoted,
    direct_records,
    direct_said,
    entity_record,
    identifier,
    quotation,
    quoted_finding,
    route_record,
    sided_records,
    stated_records,
)
from mscgraph.text.names import nearest

if TYPE_CHECKING:
    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.conflicts import Conflict, Dependence
    from mscgraph.model import Association, Entity, Finding, Publication
    from mscgraph.rdf.query import Question


Effect = Literal["any", "increase", "decrease", "unknown"]
# The methods that are tools; the text of each is what an assistant reads of it.
TOOLS = (
    "find", "about", "mechanisms", "evidence", "conflicts", "check_claim", "trials", "stored_question",
)  # fmt: skip
_MOST_ROUTES = 50
_SECONDS = 8.0


class ToolAnswer(NamedTuple):
    """What is said, and the items that it is said of, in the order in which pages take them."""

    answer: str
    items: list[dict[str, Any]]


def _absent(what: str) -> str:
    return f"{what} What is not curated may be true or false."


class ToolAnswers:
    """One graph, asked by tools: the parameters of a method are what an assistant fills in."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self.kg = kg

    def find(self, *, text: str) -> ToolAnswer:
        """Find entities (cells, molecules, diseases, outcomes) by any name or id, and papers.

        Papers go by author, year or title. Use it when another tool does not know a name.
        """
        if not text.strip():
            raise QueryError("The text is empty: give a part of a name, an id, or an author.")
        kg = self.kg
        entities, papers = kg.find_entities(text), kg.find_publications(text)
        items = [entity_record(entity) for entity in entities]
        items += [
            {"paper": identifier(paper.id), "title": quotation(cite(kg, paper.id))} for paper in papers
        ]
        if items:
            counts = f"{counted(len(entities), 'entity', 'entities')}, {counted(len(papers), 'paper')}"
            return ToolAnswer(f"Found {counts}.", items)
        names = [name for entity in kg.entities.values() for name in (entity.name, *entity.synonyms)]
        items = [{"similar_name": quotation(name)} for name in nearest(text, names)]
        return ToolAnswer(_absent("Nothing is called so; similar names are other things."), items)

    def about(self, *, name: str) -> ToolAnswer:
        """What is known of an entity: its associations with grade, findings for and against.

        Or what a paper (PMID or DOI) reports.
        """
        try:
            entity = self.kg.entity(name)
        except NotFound:
            if not self.kg.find_publications(name):
                raise
            return self.about_paper(self.kg.publication(name))
        return self.about_entity(entity)

    def about_entity(self, entity: Entity) -> ToolAnswer:
        """Its record, and the associations that it or a kind of it is an end of, best studied first."""
        kg = self.kg
        kinds = kg.kinds_of(entity.id)
        listed = [associations_shown(kg, kind) for kind in sorted(kinds)]
        edges = {edge.id: edge for found, _ in listed for edge in found}
        more = sum(left for _, left in listed)
        ranked = sorted(edges.values(), key=lambda e: (-len(e.supporting), -len(e.disputing), e.id))
        record = entity_record(entity)
        if entity.definition:
            record["definition"] = quotation(entity.definition)
        if len(kinds) > 1:
            names = sorted(map(kg.name, kinds - {entity.id}))
            record["kinds"] = [quotation(name, 60) for name in names[:12]]
        named = f"{quotation(entity.name)} ({identifier(entity.id)})"
        contested = sum(edge.is_contested for edge in ranked)
        said = f"{named}: {counted(len(ranked), 'association')}, {contested} of them contested."
        if more:
            said += f" They are the best supported; {more:,} more are left out."
        if not ranked:
            said = _absent(f"No finding is curated on {quotation(entity.name)} itself.")
        return ToolAnswer(said, [record, *(association_record(kg, edge) for edge in ranked)])

    def about_paper(self, paper: Publication) -> ToolAnswer:
        """A paper, and the findings that are curated from it."""
        found = self.kg.find_findings(publication=paper.id)
        cited = f"{identifier(paper.id)} {quotation(cite(self.kg, paper.id))}"
        said = f"{cited}: {counted(len(found), 'finding')}."
        return ToolAnswer(
            said, [quoted_finding(self.kg, f, detail=True, with_paper=False) for f in found]
        )

    def mechanisms(
        self,
        *,
        source: str,
        target: str,
        effect: Effect = "any",
        via: tuple[str, ...] = (),
        taxon: str = "",
        system: str = "",
        detail: bool = False,
    ) -> ToolAnswer:
        """By which mechanisms source acts on target: the direct test first (nulls included).

        Then routes, with evidence for and against each step. via: what a route must pass. taxon, system:
        which findings may support (what speaks against is shown from everywhere).
        """
        found = find_paths(
            self.kg, source, target, effect=effect, k=_MOST_ROUTES, via=via, taxon=taxon or None,
            system=system or None, time_limit=_SECONDS,
        )  # fmt: skip
        items = direct_records(self.kg, found)
        items += stated_records(found.direct.stated)
        items += [route_record(path, detail=detail) for path in explain(self.kg, found).paths]
        said = [direct_said(self.kg, found), self._conditions(found.filters)]
        if tissue := self._of_tissue(source, target):
            name, seen = quotation(self.kg.name(found.source)), counted(len(tissue), "finding")
            said = [
                f"{name} is a setting of findings on MSC: evidence lists {seen}; ask mechanisms of MSC."
            ]
        if found.routes:
            total, verdict = sum(found.verdict.values()), found.verdict
            shown = sum(route.is_demonstrated for route in found.routes)
            said.append(
                f"{counted(total, 'path')} of {found.min_length} to {found.max_length} steps: "
                f"{verdict['increase']} raise it, {verdict['decrease']} lower it, {verdict['unknown']} "
                f"have unknown direction. Listed: {counted(len(found.routes), 'route')}, {shown} "
                "demonstrated in single studies, the others put together from separate steps: hypotheses, "
                "whose effect is a product of signs."
            )
        else:
            said.append(_absent("No mechanism was found with these conditions."))
            items += [{"nearest_question": quotation(hint.text)} for hint in found.nearest]
        if not found.complete:
            said.append(unfinished_in_words(found.stopped))
        return ToolAnswer(" ".join(filter(None, said)), items)

    def figure_routes(self, source: str, target: str) -> ToolAnswer:
        """The best routes that a figure draws, each with what it runs through."""
        found = find_paths(self.kg, source, target, k=8, time_limit=_SECONDS)
        said = (
            f"{direct_said(self.kg, found)} Arrows raise, bars lower, diamonds are contested; routes are "
            "numbered, with papers for and against."
        )
        items: list[dict[str, Any]] = [
            {
                "route": quotation(route_in_words(self.kg, route.best)),
                "shown": "demonstrated in a study" if route.is_demonstrated else "a hypothesis",
                "via": [*map(identifier, route.entities[1:-1])],
            }
            for route in found.routes
        ]
        return ToolAnswer(said, items)

    def _conditions(self, filters: dict[str, Any]) -> str:
        said = conditions_in_words(self.kg, filters)
        return f"Conditions: {quotation(said)}" if said else ""

    def evidence(
        self, *, source: str = "", target: str = "", association: str = "", detail: bool = False
    ) -> ToolAnswer:
        """All findings from source to target, nulls included; or both sides of an association.

        association: an id such as MSCGA:aaa6e12cc70f769a, then with its grade and the reasons for it.
        """
        if association:
            local = association.lower().removeprefix("mscga:")
            return self.about_association(self.kg.association(f"MSCGA:{local}"), detail=detail)
        if not (source and target):
            raise ValueError("give source and target, or association")
        found = find_paths(self.kg, source, target, max_length=1, k=1, time_limit=_SECONDS)
        sides = {SENSES_IN_WORDS[tested.sense]: [*tested.findings] for tested in found.direct.senses}
        said = direct_said(self.kg, found)
        if tissue := self._of_tissue(source, target):
            sides = {}
            for finding in tissue:
                sides.setdefault(SENSES_IN_WORDS[sense_of(self.kg, finding)], []).append(finding)
            seen = "; ".join(f"{sense}: {len(some)}" for sense, some in sides.items())
            name = quotation(self.kg.name(found.source))
            said = f"{counted(len(tissue), 'finding')} on cells that were {name} ({seen})."
        if not sides:
            said = _absent(said)
        items = sided_records(self.kg, "sense", sides, detail=detail)
        return ToolAnswer(said, items + stated_records(found.direct.stated))

    def _of_tissue(self, source: str, target: str) -> list[Finding]:
        """What cells of a tissue did, where the source is an MSC by its tissue: findings call it MSC."""
        if self.kg.entity(source).id not in tissue_sources(self.kg):
            return []
        return self.kg.find_findings(subject=source, object=target)

    def about_association(self, edge: Association, *, detail: bool) -> ToolAnswer:
        """A relation's grade with its reasons, and every finding for and against it."""
        reasons = "; ".join(f"{reason.text} ({reason.cost / 1e6:.2f})" for reason in edge.grade.reasons)
        said = (
            f"{quotation(relation_in_words(self.kg, edge))}: grade {edge.grade.letter} "
            f"({quotation(reasons)}); "
            f"{len(edge.supporting)} for, {len(edge.disputing) or 'nothing comparable'} against, "
            f"{len(edge.other_settings)} otherwise in other settings, {len(edge.inconclusive)} not counted."
        )
        sides = {
            "for": edge.supporting,
            "AGAINST": edge.disputing,
            "otherwise, in another setting": edge.other_settings,
            "not counted: not significant, or retracted": edge.inconclusive,
        }
        items = sided_records(self.kg, "side", sides, detail=detail)
        return ToolAnswer(said, items + stated_records([edge]))

    def conflicts(self, *, entity: str = "", other: str = "", detail: bool = False) -> ToolAnswer:
        """Where studies disagree, or one study saw both, and in which settings they differ.

        Of one entity, between two, or of all.
        """
        wanted = (entity or None, other or None)
        found, both = find_conflicts(self.kg, *wanted), find_dependences(self.kg, *wanted)
        if not found and not both:
            return ToolAnswer(_absent("No studies are curated that disagree on this."), [])
        pairs: list[Conflict | Dependence] = [*found, *both]
        pairs.sort(key=lambda pair: -len(pair.first_findings) - len(pair.second_findings))
        said = f"{counted(len(found), 'conflict')} between studies; {len(both)} in one study that saw both."
        return ToolAnswer(said, [contested_record(self.kg, pair, detail=detail) for pair in pairs])

    def check_claim(
        self,
        *,
        subject: str,
        relation: str,
        target: str,
        aspect: str = "",
        via: tuple[str, ...] = (),
        taxon: str = "",
        system: str = "",
        detail: bool = False,
    ) -> ToolAnswer:
        """Check a claim, such as MSC decreases Th17 cell, and show the findings on each side.

        supported, contradicted, both, effect and no effect, hypothesis, undecided or not in the graph.
        relation: increases, decreases, alters, has_no_effect_on, produces, expresses. aspect: such as
        proliferation. via: for a claim about a route.
        """
        kg = self.kg
        check = check_claim(
            kg, subject, relation, target, aspect=aspect or None, via=via, taxon=taxon or None,
            system=system or None, time_limit=_SECONDS,
        )  # fmt: skip
        outside = f"{len(check.supporting_outside)} for, {len(check.contrary_outside)} against"
        said = [
            f"{quotation(claimed_in_words(kg, check.claim))}: {check.verdict} ({check.meaning}).",
            f"Findings within the conditions: {check.counts}; outside: {outside}.",
            self._conditions(check.filters),
        ]
        if check.stated:
            said.append("Other sources state it; that is listed as theirs and was not read by us.")
        if check.supporting and check.contrary:
            apart = differences(check.supporting, check.contrary)
            shown = ", ".join(differences_quoted(kg, apart, 8 if detail else 3))
            said.append(f"The two sides differ in {shown or 'nothing curated'}.")
        sides = {
            "for": check.supporting,
            "AGAINST": check.contrary,
            "AGAINST, outside the conditions": check.contrary_outside,
            "for, outside the conditions": check.supporting_outside,
            "on another aspect: neither for nor against": check.other_aspect,
            "neither": check.other,
        }
        items = [{"route": quotation(route_line(kg, route))} for route in check.routes]
        items += sided_records(kg, "side", sides, detail=detail)
        return ToolAnswer(" ".join(filter(None, said)), items + stated_records(check.stated))

    def trials(self, *, system: str = "MS_patients", source: str = "", outcome: str = "") -> ToolAnswer:
        """Trials and treated cohorts: what was given, n, control, what moved, harms.

        system: the patients. source: of the cells, such as UC-MSC. outcome: what was measured.
        """
        found = find_trials(
            self.kg, system=system or None, source=source or None, object=outcome or None
        )
        if not found:
            return ToolAnswer(_absent("No trial or treated cohort is curated that fits."), [])
        rows = (trial_row(self.kg, trial) for trial in found)
        items = [{name: quotation(text, 240) for name, text in row.items() if text} for row in rows]
        said = (
            f"{counted(len(found), 'trial or treated cohort', 'trials or treated cohorts')}. Better, "
            "worse: for the patient, against what is named; trend: not significant; seen after: compared "
            "with nothing."
        )
        return ToolAnswer(said, items)

    def stored_question(self, *, name: str = "", parameters: dict[str, str] = {}) -> ToolAnswer:  # noqa: B006
        """Ask one of the stored questions by name; without a name list them with their parameters."""
        questions = load_questions(self.kg)
        if not name:
            items = [_question_record(question) for question in questions.values()]
            return ToolAnswer(f"{len(items)} stored questions.", items)
        if name not in questions:
            near = nearest(name, questions) or list(questions)
            raise NotFound(f"No stored question is called {name!r}.", suggestions=near)
        result = self._asker.ask(questions[name], parameters)
        said = f"{quotation(questions[name].title)}: {counted(len(result.rows), 'row')}."
        if self.kg.graph_folder:
            said += " Statements of other sources are not asked."
        items = [
            {key: quotation(value, 240) for key, value in row.items() if value}
            for row in result.to_dict()["rows"]
        ]
        return ToolAnswer(said if items else _absent(said), items)

    @cached_property
    def _asker(self) -> Asker:
        return Asker(self.kg, QueryLimits(_SECONDS))


def _question_record(question: Question) -> dict[str, Any]:
    defaults = {one.name: quotation(f"default {one.default}") for one in question.parameters}
    return {
        "name": identifier(question.name), "title": quotation(question.title), "parameters": defaults,
    }  # fmt: skip
