"""Fill the folder of a site: every page from its template, every download next to its page."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from mscgraph.errors import NotFound
from mscgraph.page import page_html
from mscgraph.page.template import asset, templates
from mscgraph.rdf import Asker, Describer, QueryResult, load_questions
from mscgraph.render.drawing import part_in_words
from mscgraph.render.verdict import FINDING_KINDS, KINDS, association_kind
from mscgraph.site import linked_data, listings
from mscgraph.site.addresses import FOLDERS, web_address
from mscgraph.site.downloads import findings_tsv, table_tsv, whole
from mscgraph.site.pictures import picture
from mscgraph.site.site_records import SiteRecords

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.model import Association, Entity, Finding

__all__ = ["fill"]


def fill(kg: KnowledgeGraph, folder: Path, *, title: str | None, address: str | None) -> None:
    """Write the whole site into a new, empty folder."""
    heading = title or "How MSC modulate immunity, with the evidence for and against"
    _Site(kg, folder, heading).write(address)


class _Site:
    """One build: the records, the templates, the folder, and the pages written so far."""

    def __init__(self, kg: KnowledgeGraph, folder: Path, title: str) -> None:
        self.kg = kg
        self.folder = folder
        self.title = title
        self.records = SiteRecords(kg)
        self.describer = Describer(kg.whole)
        self.written: list[str] = []
        environment = templates("mscgraph.site")
        environment.filters["web"] = web_address
        environment.filters["iri"] = self._iri
        environment.globals.update(
            kg=kg, records=self.records, pages=self.records.pages, cards=self.records.cards,
            part=part_in_words(kg),
            kinds=KINDS, finding_kinds=FINDING_KINDS, site_title=title, embed=linked_data.script,
            picture=picture,
            direction=lambda association: KINDS[association_kind(kg, association)],
        )  # fmt: skip
        self.templates = environment

    def _iri(self, curie: str) -> str:
        """Where an identifier leads on the web; nothing where its prefix is not known."""
        prefix, colon, local = curie.partition(":")
        known = colon and local and prefix in self.kg.prefixes.namespaces
        return web_address(self.kg.prefixes.namespaces[prefix] + local) if known else ""

    def write(self, address: str | None) -> None:
        for name in (*FOLDERS.values(), "data"):
            (self.folder / name).mkdir()
        for name, content in whole(self.records, self.describer).items():
            self.put(name, content)
        for entity in self.records.entities.values():
            self.entity(entity)
        for association in self.records.associations.values():
            self.association(association)
        for paper, findings in self.records.papers.items():
            self.publication(paper, findings)
        questions = self.questions()
        self.lists(questions)
        self.put("explorer.html", page_html(self.kg).encode())
        style = f"{asset('ground.css')}\n{asset('site.css', 'mscgraph.site')}"
        self.put("site.css", style.encode())
        self.put("search.js", listings.search_script(self.records).encode())
        self.put("sitemap.xml", listings.site_map(self.written, self._address(address)))

    def _address(self, given: str | None) -> str:
        """Where the site stands: as said, or the namespace in which the graph mints its identifiers."""
        if given:
            return given.rstrip("/") + "/"
        return self.kg.prefixes.namespaces["MSCGA"].removesuffix("association/")

    def put(self, name: str, content: bytes) -> None:
        """Write a file; pages are remembered for the site map."""
        (self.folder / name).write_bytes(content)
        if name.endswith(".html"):
            self.written.append(name)

    def page(self, name: str, template: str, **values: Any) -> None:
        """Write a page from a template."""
        root = "../" if "/" in name else ""
        text = self.templates.get_template(template).render(root=root, here=name, **values)
        self.put(name, text.encode("utf-8", "replace"))

    def data(self, page: str, records: Iterable[str]) -> None:
        """Write the records of a page next to it."""
        self.put(page.replace(".html", ".ttl"), self.describer.serialize(list(records), "turtle"))

    # -- pages --------------------------------------------------------------------------------------

    def entity(self, entity: Entity) -> None:
        """The page of an entity: what it is, what acts on it, what it acts on."""
        held = self.records
        arriving, leaving = held.arriving.get(entity.id, []), held.leaving.get(entity.id, [])
        own = {a.id: a for line in (*arriving, *leaving) for a in line.associations}
        page = held.pages[entity.id]
        self.page(
            page,
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
        findings = {f.id: f for a in own.values() for f in a.findings}
        ends = {end for a in own.values() for end in (a.subject, a.object)}
        papers = {f.publication for f in findings.values()}
        rows = findings_tsv(f for _, f in sorted(findings.items()))
        self.data(page, {entity.id, *own, *findings, *ends, *papers})
        self.put(page.replace(".html", ".tsv"), rows)

    def association(self, association: Association) -> None:
        """The page of an association: its findings for and against side by side, grade and conflicts."""
        held = self.records
        sides = {
            "for": association.supporting,
            "against": association.disputing,
            "other settings": association.other_settings,
            "inconclusive": association.inconclusive,
        }
        words = listings.sides_in_words(association)
        page = held.pages[association.id]
        line = held.lines[association.subject, association.object]
        self.page(
            page,
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
        findings = [f for found in sides.values() for f in found]
        rivals = {held.association_of[f.id] for f in association.contrary}
        ends = {association.subject, association.object}
        ids = {association.id, *rivals, *ends}.union(*((f.id, f.publication) for f in findings))
        self.data(page, ids)

    def publication(self, identifier: str, findings: tuple[Finding, ...]) -> None:
        """The page of a paper: what it reports, and what others found on the same."""
        held = self.records
        paper = self.kg.publications[identifier]
        by_association: dict[str, list[Finding]] = {}
        for finding in findings:
            by_association.setdefault(held.association_of[finding.id], []).append(finding)
        page = held.pages[identifier]
        self.page(
            page,
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

    def questions(self) -> list[listings.Answered]:
        """The pages of the stored questions; each was asked with the values that it carries itself."""
        asker = Asker(self.kg)
        answered = []
        for name, question in sorted(load_questions(self.kg).items()):
            try:
                result, why = asker.ask(question), ""
            except NotFound as error:  # a part of the graph need not hold what a question asks about
                result, why = QueryResult("select"), str(error)
            page = f"{FOLDERS['question']}/{name}.html"
            if result.form == "select":  # also an empty one: the page links to it
                self.put(page.replace(".html", ".tsv"), table_tsv(result.columns, result.rows))
            self.page(
                page,
                "question.html.jinja",
                question=question,
                result=result,
                shown=result.rows[: listings.MOST_ROWS],
                why_not=why,
                in_words=listings.in_words,
                about=linked_data.of_question(question, f"{name}.tsv"),
            )
            answered.append(listings.Answered(question, page, len(result.rows)))
        return answered

    def lists(self, questions: list[listings.Answered]) -> None:
        """The first page, and the lists that lead to every other."""
        held = self.records
        counts = listings.counts(held)
        version = hashlib.sha256((self.folder / "data/mscgraph.trig").read_bytes()).hexdigest()[:12]
        description = listings.description(counts)
        about = linked_data.of_dataset(self.title, description, version)
        told = {"counts": counts, "questions": questions, "about": about}
        told |= {"description": description, "version": version}
        for name in (
            "index",
            "dataset",
            "entities",
            "associations",
            "publications",
            "questions",
            "conflicts",
        ):
            self.page(f"{name}.html", f"{name}.html.jinja", **listings.context(held, name), **told)
