"""The files of a site: every page from its template, every download next to its page."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from mscgraph.errors import NotFound
from mscgraph.explain.compared import trial_row
from mscgraph.explain.words import dependence_in_words, difference_in_words
from mscgraph.graph.stats import data_version
from mscgraph.model import Finding
from mscgraph.page import page_html
from mscgraph.page.template import asset, templates
from mscgraph.rdf.describe import Describer
from mscgraph.rdf.query import Asker, QueryResult, load_questions
from mscgraph.render.drawing import part_in_words
from mscgraph.render.finding_words import citation
from mscgraph.render.verdict import FINDING_KINDS, KINDS, association_kind
from mscgraph.site import linked_data, listings
from mscgraph.site.site_records import (
    FOLDERS,
    WHOLE,
    SiteRecords,
    grouped,
    records_tsv,
    table_tsv,
    web_address,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.trials import Trial
    from mscgraph.model import Association, Entity
    from mscgraph.rdf.query import Question

HEADING = "How MSC modulate immunity, with the evidence for and against"
LISTS = (
    "index", "dataset", "entities", "associations", "publications", "trials", "questions", "conflicts",
)  # fmt: skip
_ROWS = 500  # of an answer on its page; its download holds all


def fill(kg: KnowledgeGraph, folder: Path, *, title: str | None, address: str | None) -> None:
    """Write the whole site into a new, empty folder."""
    site = Site(kg, title=title, address=address)
    for name in (*FOLDERS, "data"):
        (folder / name).mkdir()
    for name, make in site.files.items():
        (folder / name).write_bytes(make())


class Site:
    """Every file of the site by its name, each made when it is asked for: the same bytes each time.

    ``title`` and ``address`` are those of :func:`mscgraph.site.write_site`; ``ask`` answers a stored
    question in place of the graph itself.
    """

    def __init__(
        self,
        kg: KnowledgeGraph,
        *,
        title: str | None = None,
        address: str | None = None,
        ask: Callable[[Question], QueryResult] | None = None,
    ) -> None:
        self.kg = kg
        self.title = title or HEADING
        self.records = SiteRecords(kg)
        self._given = address
        self._ask = ask
        self._answers: dict[str, tuple[QueryResult, str]] = {}
        self.templates, papers = templates("mscgraph.site"), kg.publications
        self.templates.filters.update(web=web_address, iri=self._iri)
        self.templates.globals.update(
            kg=kg, site=self, records=self.records, pages=self.records.pages, cards=self.records.cards,
            part=part_in_words(kg), kinds=KINDS, finding_kinds=FINDING_KINDS, site_title=self.title,
            embed=linked_data.script, row_of=partial(trial_row, kg), listings=listings,
            whole=WHOLE, difference=partial(difference_in_words, kg),
            dependence=partial(dependence_in_words, kg),
            name_of=lambda study: citation(papers[study]) if study in papers else study,
            direction=lambda association: KINDS[association_kind(kg, association)],
        )  # fmt: skip

    @cached_property
    def describer(self) -> Describer:
        """What describes records of the whole graph as RDF."""
        return Describer(self.kg.whole)

    def _iri(self, curie: str) -> str:
        """Where an identifier leads on the web; nothing where its prefix is not known."""
        prefix, _, local = curie.partition(":")
        namespace = self.kg.prefixes.namespaces.get(prefix)
        return web_address(namespace + local) if namespace is not None and local else ""

    @cached_property
    def files(self) -> Mapping[str, Callable[[], bytes]]:
        """What makes each file, by its name from the root of the site."""
        held = self.records
        files: dict[str, Callable[[], bytes]] = {file: partial(self._whole, file) for file, *_ in WHOLE}
        files |= {
            "explorer.html": lambda: page_html(self.kg).encode(),
            "site.css": f"{asset('ground.css')}\n{asset('site.css', 'mscgraph.site')}".encode,
            "search.js": lambda: listings.search_script(held).encode(),
            "sitemap.xml": self._site_map,
        }
        for entity in held.entities.values():
            page = held.pages[entity.id]
            files[page] = partial(self._entity, entity)
            files[page.replace(".html", ".ttl")] = partial(self.entity_rdf, entity)
            files[page.replace(".html", ".tsv")] = partial(self._entity_tsv, entity)
        for association in held.associations.values():
            page = held.pages[association.id]
            files[page] = partial(self._association, association)
            files[page.replace(".html", ".ttl")] = partial(self.association_rdf, association)
        files |= {held.pages[paper]: partial(self._publication, paper) for paper in held.papers}
        for trial, page in held.trials.values():
            files[page] = partial(self._trial, trial, page)
            files[page.replace(".html", ".tsv")] = partial(records_tsv, Finding, trial.findings)
        for name, question in self.questions.items():
            files[f"question/{name}.html"] = partial(self._question, question)
            files[f"question/{name}.tsv"] = partial(self._question_tsv, question)
        return files | {f"{name}.html": partial(self._list, name) for name in LISTS}

    def page(self, name: str, **values: Any) -> bytes:
        """Return a page from the template of its folder, or of its own name where it stands in none."""
        folder, in_folder, _ = name.partition("/")
        template = self.templates.get_template(f"{folder.removesuffix('.html')}.html.jinja")
        text = template.render(root="../" if in_folder else "", here=name, **values)
        return text.encode("utf-8", "replace")

    def rdf(self, records: Iterable[str], form: str) -> bytes:
        """Return what is said of records in a format of RDF."""
        return self.describer.serialize(list(records), form)

    def _entity(self, entity: Entity) -> bytes:
        """What it is, what acts on it, what it acts on."""
        held = self.records
        return self.page(
            held.pages[entity.id],
            entity=entity,
            arriving=held.arriving.get(entity.id, []),
            leaving=held.leaving.get(entity.id, []),
            conflicts=held.conflicts_of.get(entity.id, ()),
            about=linked_data.of_entity(held, entity),
        )

    def entity_rdf(self, entity: Entity, form: str = "turtle") -> bytes:
        """What is said of an entity, with all findings on it."""
        own = [a for line in self.records.lines_of(entity.id) for a in line.associations]
        on_it = [(f.id, f.publication) for a in own for f in a.findings]
        return self.rdf({entity.id}.union(*((a.id, a.subject, a.object) for a in own), *on_it), form)

    def _entity_tsv(self, entity: Entity) -> bytes:
        lines = self.records.lines_of(entity.id)
        findings = {f.id: f for line in lines for a in line.associations for f in a.findings}
        return records_tsv(Finding, (f for _, f in sorted(findings.items())))

    def _association(self, association: Association) -> bytes:
        """Its findings for and against next to each other, grade and conflicts."""
        held, words = self.records, listings.sides_in_words(association)
        conflicts = held.conflicts_of.get(association.id, ())
        return self.page(
            held.pages[association.id],
            association=association,
            words=words,
            line=held.lines[association.subject, association.object],
            conflicts=listings.seen_from(self.kg, association, conflicts),
            about=linked_data.of_association(held, association, words),
        )

    def association_rdf(self, association: Association, form: str = "turtle") -> bytes:
        """What is said of an association, of its findings, and of what they are compared with."""
        findings = (*association.findings, *association.contrary)
        ids = {association.id, association.subject, association.object}
        ids |= {self.records.association_of[f.id] for f in association.contrary}
        return self.rdf(ids.union(*((f.id, f.publication) for f in findings)), form)

    def _publication(self, identifier: str) -> bytes:
        """What a paper reports, and what others found on the same."""
        held, paper = self.records, self.kg.publications[identifier]
        findings = held.papers[identifier]
        on = grouped((held.association_of[finding.id], finding) for finding in findings)
        return self.page(
            held.pages[identifier],
            paper=paper,
            relations=[(held.associations[key], found) for key, found in sorted(on.items())],
            findings=findings,
            about=linked_data.of_publication(held, paper),
        )

    def _trial(self, trial: Trial, page: str) -> bytes:
        """Who was given what, against what, and all that was followed."""
        registry = trial.study if trial.study.startswith("NCT") else ""
        return self.page(
            page,
            trial=trial,
            registry=f"https://clinicaltrials.gov/study/{registry}" if registry else "",
            outcomes=listings.outcomes(self.kg, trial),
            table=f"{self.records.name_of(trial.study)}.tsv",
            about=linked_data.of_trial(self.kg, trial),
        )

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """The stored questions by name."""
        return dict(sorted(load_questions(self.kg).items()))

    def answer(self, question: Question) -> tuple[QueryResult, str]:
        """The answer to a question, asked with the values that it carries itself, or why there is none."""
        if question.name not in self._answers:
            try:
                self._answers[question.name] = (self._ask or self._asker.ask)(question), ""
            except NotFound as error:  # a part of the graph need not hold what a question asks about
                self._answers[question.name] = QueryResult("select"), str(error)
        return self._answers[question.name]

    @cached_property
    def _asker(self) -> Asker:
        return Asker(self.kg)

    def _question(self, question: Question) -> bytes:
        result, why = self.answer(question)
        return self.page(
            f"question/{question.name}.html",
            question=question,
            result=result,
            shown=result.rows[:_ROWS],
            why_not=why,
            about=linked_data.of_question(question, f"{question.name}.tsv"),
        )

    def _question_tsv(self, question: Question) -> bytes:
        """The answer; also an empty one, as its page links to it."""
        result, _ = self.answer(question)
        return table_tsv(result.columns, result.rows)

    def _list(self, name: str) -> bytes:
        """The first page, and the lists that lead to every other."""
        counts, version = listings.counts(self.records), data_version(self.kg)
        description = listings.description(counts)
        about = linked_data.of_dataset(self.title, description, version)
        return self.page(
            f"{name}.html", counts=counts, about=about, description=description, version=version
        )

    def _whole(self, file: str) -> bytes:
        return whole(self.records, self.describer, file)

    def _site_map(self) -> bytes:
        """Every page, where the site is said to stand, else where the graph mints its identifiers."""
        minted = self.kg.prefixes.namespaces["MSCGA"].removesuffix("association/")
        address = self._given.rstrip("/") + "/" if self._given else minted
        return listings.site_map([name for name in self.files if name.endswith(".html")], address)
