"""The files of a site: every page from its template, every download next to its page."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from mscgraph.errors import NotFound
from mscgraph.explain.compared import trial_row
from mscgraph.graph.stats import data_version
from mscgraph.page import page_html
from mscgraph.page.template import asset, templates
from mscgraph.rdf import Asker, Describer, QueryResult, load_questions
from mscgraph.render.drawing import part_in_words
from mscgraph.render.finding_words import citation
from mscgraph.render.verdict import FINDING_KINDS, KINDS, association_kind
from mscgraph.site import linked_data, listings
from mscgraph.site.addresses import FOLDERS, web_address
from mscgraph.site.downloads import WHOLE, findings_tsv, table_tsv, whole
from mscgraph.site.pictures import picture
from mscgraph.site.site_records import SiteRecords

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.trials import Trial
    from mscgraph.model import Association, Entity, Finding
    from mscgraph.rdf import Question

__all__ = ["Site", "fill"]


HEADING = "How MSC modulate immunity, with the evidence for and against"
LISTS = (
    "index", "dataset", "entities", "associations", "publications", "trials", "questions", "conflicts",
)  # fmt: skip


def fill(kg: KnowledgeGraph, folder: Path, *, title: str | None, address: str | None) -> None:
    """Write the whole site into a new, empty folder."""
    site = Site(kg, title=title, address=address)
    for name in (*FOLDERS.values(), "data"):
        (folder / name).mkdir()
    for name, make in site.files.items():
        (folder / name).write_bytes(make())


class Site:
    """Every file of the site by its name, each made when it is asked for: the same bytes each time.

    Parameters
    ----------
    kg
        The graph, or a slice.
    title, address
        As :func:`mscgraph.site.write_site` takes them.
    ask
        What answers a stored question; by default the graph itself.
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
        environment, papers = templates("mscgraph.site"), kg.publications
        environment.filters["web"] = web_address
        environment.filters["iri"] = self._iri
        environment.globals.update(
            kg=kg, records=self.records, pages=self.records.pages, cards=self.records.cards,
            part=part_in_words(kg),
            kinds=KINDS, finding_kinds=FINDING_KINDS, site_title=self.title, embed=linked_data.script,
            picture=picture, row_of=partial(trial_row, kg),
            name_of=lambda study: citation(papers[study]) if study in papers else study,
            direction=lambda association: KINDS[association_kind(kg, association)],
        )  # fmt: skip
        self.templates = environment

    @cached_property
    def describer(self) -> Describer:
        """What describes records of the whole graph as RDF."""
        return Describer(self.kg.whole)

    def _iri(self, curie: str) -> str:
        """Where an identifier leads on the web; nothing where its prefix is not known."""
        prefix, colon, local = curie.partition(":")
        known = colon and local and prefix in self.kg.prefixes.namespaces
        return web_address(self.kg.prefixes.namespaces[prefix] + local) if known else ""

    @cached_property
    def files(self) -> Mapping[str, Callable[[], bytes]]:
        """What makes each file, by its name from the root of the site."""
        held = self.records
        files: dict[str, Callable[[], bytes]] = {
            name: partial(make, self) for name, make in _WHOLE.items()
        }
        for entity in held.entities.values():
            page = held.pages[entity.id]
            files[page] = partial(self.entity, entity)
            files[page.replace(".html", ".ttl")] = partial(self.entity_rdf, entity)
            files[page.replace(".html", ".tsv")] = partial(self.entity_tsv, entity)
        for association in held.associations.values():
            page = held.pages[association.id]
            files[page] = partial(self.association, association)
            files[page.replace(".html", ".ttl")] = partial(self.association_rdf, association)
        for paper in held.papers:
            files[held.pages[paper]] = partial(self.publication, paper)
        for trial, page in held.trials.values():
            files[page] = partial(self.trial, trial, page)
            files[page.replace(".html", ".tsv")] = partial(findings_tsv, trial.findings)
        for question in self.questions.values():
            page = f"{FOLDERS['question']}/{question.name}"
            files[f"{page}.html"] = partial(self.question, question)
            files[f"{page}.tsv"] = partial(self.question_tsv, question)
        files |= {f"{name}.html": partial(self.list, name) for name in LISTS}
        return files

    def _address(self) -> str:
        """Where the site stands: as said, or the namespace in which the graph mints its identifiers."""
        if self._given:
            return self._given.rstrip("/") + "/"
        return self.kg.prefixes.namespaces["MSCGA"].removesuffix("association/")

    def page(self, name: str, template: str, **values: Any) -> bytes:
        """Return a page from a template."""
        root = "../" if "/" in name else ""
        text = self.templates.get_template(template).render(root=root, here=name, **values)
        return text.encode("utf-8", "replace")

    def rdf(self, records: Iterable[str], form: str) -> bytes:
        """Return what is said of records in a format of RDF."""
        return self.describer.serialize(list(records), form)

    # -- pages --------------------------------------------------------------------------------------

    def entity(self, entity: Entity) -> bytes:
        """The page of an entity: what it is, what acts on it, what it acts on."""
        held = self.records
        arriving, leaving = held.arriving.get(entity.id, []), held.leaving.get(entity.id, [])
        return self.page(
            held.pages[entity.id],
            "entity.html.jinja",
            entity=entity,
            arriving=listings.by_verdict(arriving),
            leaving=listings.by_verdict(leaving),
            all_arriving=arriving,
            all_leaving=leaving,
            narrower=held.narrower.get(entity.id, ()),
            conflicts=held.conflicts_of.get(entity.id, ()),
            about=linked_data.of_entity(held, entity),
        )

    def _findings_on(self, entity: Entity) -> tuple[dict[str, Association], dict[str, Finding]]:
        held = self.records
        lines = (*held.arriving.get(entity.id, ()), *held.leaving.get(entity.id, ()))
        own = {a.id: a for line in lines for a in line.associations}
        return own, {f.id: f for a in own.values() for f in a.findings}

    def entity_rdf(self, entity: Entity, form: str = "turtle") -> bytes:
        """What is said of an entity, with all findings on it."""
        own, findings = self._findings_on(entity)
        ends = {end for a in own.values() for end in (a.subject, a.object)}
        papers = {f.publication for f in findings.values()}
        return self.rdf({entity.id, *own, *findings, *ends, *papers}, form)

    def entity_tsv(self, entity: Entity) -> bytes:
        """The findings on an entity."""
        return findings_tsv(f for _, f in sorted(self._findings_on(entity)[1].items()))

    def association(self, association: Association) -> bytes:
        """The page of an association: its findings for and against side by side, grade and conflicts."""
        held = self.records
        sides = _sides(association)
        words = listings.sides_in_words(association)
        line = held.lines[association.subject, association.object]
        return self.page(
            held.pages[association.id],
            "association.html.jinja",
            association=association,
            sides=sides,
            words=words,
            line=line,
            beside=[a for a in line.associations if a.id != association.id],
            conflicts=listings.seen_from(
                self.kg, association, held.conflicts_of.get(association.id, ())
            ),
            about=linked_data.of_association(held, association, words),
        )

    def association_rdf(self, association: Association, form: str = "turtle") -> bytes:
        """What is said of an association, of its findings, and of what they are compared with."""
        held = self.records
        findings = [f for found in _sides(association).values() for f in found]
        rivals = {held.association_of[f.id] for f in association.contrary}
        ends = {association.subject, association.object}
        ids = {association.id, *rivals, *ends}.union(*((f.id, f.publication) for f in findings))
        return self.rdf(ids, form)

    def publication(self, identifier: str) -> bytes:
        """The page of a paper: what it reports, and what others found on the same."""
        held = self.records
        paper, findings = self.kg.publications[identifier], held.papers[identifier]
        by_association: dict[str, list[Finding]] = {}
        for finding in findings:
            by_association.setdefault(held.association_of[finding.id], []).append(finding)
        return self.page(
            held.pages[identifier],
            "publication.html.jinja",
            paper=paper,
            design=self.kg.vocabulary["study_design"].get(paper.study_design),
            relations=[
                (held.associations[key], found) for key, found in sorted(by_association.items())
            ],
            findings=findings,
            sides_in_words=listings.sides_in_words,
            about=linked_data.of_publication(held, paper),
        )

    def trial(self, trial: Trial, page: str) -> bytes:
        """The page of a trial: who was given what, against what, and all that was followed."""
        registry = trial.study if trial.study.startswith("NCT") else ""
        return self.page(
            page,
            "trial.html.jinja",
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

    def question(self, question: Question) -> bytes:
        """The page of a stored question with its answer."""
        result, why = self.answer(question)
        return self.page(
            f"{FOLDERS['question']}/{question.name}.html",
            "question.html.jinja",
            question=question,
            result=result,
            shown=result.rows[: listings.MOST_ROWS],
            why_not=why,
            in_words=listings.in_words,
            about=linked_data.of_question(question, f"{question.name}.tsv"),
        )

    def question_tsv(self, question: Question) -> bytes:
        """The answer to a stored question; also an empty one, as its page links to it."""
        result, _ = self.answer(question)
        return table_tsv(result.columns, result.rows)

    def list(self, name: str) -> bytes:
        """The first page, and the lists that lead to every other."""
        held = self.records
        counts, version = listings.counts(held), data_version(self.kg)
        description = listings.description(counts)
        # how many rows answer a question is said on the page of the questions alone
        answered = [
            listings.Answered(
                question,
                f"{FOLDERS['question']}/{question.name}.html",
                len(self.answer(question)[0].rows) if name == "questions" else 0,
            )
            for question in self.questions.values()
        ]
        return self.page(
            f"{name}.html",
            f"{name}.html.jinja",
            **listings.context(held, name),
            counts=counts,
            questions=answered,
            about=linked_data.of_dataset(self.title, description, version),
            description=description,
            version=version,
        )

    def style(self) -> bytes:
        """The style of all pages."""
        return f"{asset('ground.css')}\n{asset('site.css', 'mscgraph.site')}".encode()

    def site_map(self) -> bytes:
        """Every page at its whole address."""
        pages = [name for name in self.files if name.endswith(".html")]
        return listings.site_map(pages, self._address())


def _download(file: str) -> Callable[[Site], bytes]:
    return lambda site: whole(site.records, site.describer, file)


_WHOLE: dict[str, Callable[[Site], bytes]] = {
    **{download.file: _download(download.file) for download in WHOLE},
    "explorer.html": lambda site: page_html(site.kg).encode(),
    "site.css": Site.style,
    "search.js": lambda site: listings.search_script(site.records).encode(),
    "sitemap.xml": Site.site_map,
}


def _sides(association: Association) -> dict[str, tuple[Finding, ...]]:
    return {
        "for": association.supporting,
        "against": association.disputing,
        "other settings": association.other_settings,
        "inconclusive": association.inconclusive,
    }
