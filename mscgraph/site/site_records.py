"""What stands on which page: the records of the site, their addresses, what belongs to each, and tables.

Every record has a file named after its id: the same name in every build and on every file system. A plain
id keeps its letters (``CL:0000134`` is ``CL_0000134``). Any other, with slashes, mixed case, characters
that a file system or an address may not hold, or of great length, is a readable beginning and a fingerprint
of the whole id. No two ids get names that differ in case alone: many file systems take such names for one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from mscgraph.explain.bibtex import to_bibtex
from mscgraph.explain.words import relation_in_words
from mscgraph.graph.conflicts import find_conflicts, find_dependences
from mscgraph.graph.trials import find_trials
from mscgraph.model import Entity, Finding, Publication, association_id
from mscgraph.rdf.describe import Describer
from mscgraph.rdf.formats import serialize_quads
from mscgraph.render.drawing import pairs_of, with_rivals
from mscgraph.render.finding_words import curation_words, value_words
from mscgraph.render.verdict import verdict
from mscgraph.schema import shown_columns
from mscgraph.tables.rows import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mscgraph.graph import KnowledgeGraph
    from mscgraph.graph.conflicts import Conflict, Dependence
    from mscgraph.graph.trials import Trial
    from mscgraph.model import Association
    from mscgraph.render.verdict import Verdict
    from mscgraph.text.curie import Prefixes

# Each file of the whole data set: where it stands, what it is, and its media type.
WHOLE = (
    ("data/mscgraph.ttl", "everything as Turtle", "text/turtle"),
    ("data/mscgraph.trig", "everything as TriG, five named graphs", "application/trig"),
    ("data/mscgraph.jsonld", "everything as JSON-LD", "application/ld+json"),
    ("data/findings.tsv", "findings as TSV", "text/tab-separated-values"),
    ("data/entities.tsv", "entities as TSV", "text/tab-separated-values"),
    ("data/publications.tsv", "publications as TSV", "text/tab-separated-values"),
    ("data/references.bib", "publications as BibTeX", "application/x-bibtex"),
)
_RDF = {"data/mscgraph.ttl": "turtle", "data/mscgraph.trig": "trig", "data/mscgraph.jsonld": "jsonld"}
FOLDERS = ("entity", "association", "publication", "question", "trial")

_LONGEST = 80
_SHOWN = 48
# Our own ids are minted in lower case, those of others hold digits and capitals: within each family a name
# in one case has no twin in the other.
_OWN = re.compile(r"[0-9a-z][0-9a-z_-]*")
_OTHERS = re.compile(r"[0-9A-Z][0-9A-Z-]*")
T = TypeVar("T")
_BRIEF = {"species", "system", "study design", "significance"}
_WITHDRAWN = {"retracted": "paper retracted", "concern": "expression of concern"}


def file_name(identifier: str, prefixes: Prefixes) -> str:
    """Return the name of a record's file, without its ending.

    >>> from mscgraph.text.curie import Prefixes
    >>> file_name("CL:0000134", Prefixes({"CL": "http://purl.obolibrary.org/obo/CL_"}))
    'CL_0000134'
    >>> file_name("DOI:10.1/A", Prefixes({"DOI": "https://doi.org/"}))
    'DOI_10.1-A~59a9dad31777'
    """
    prefix, _, local = identifier.partition(":")
    if _is_plain(prefix, local, prefixes) and len(identifier) <= _LONGEST:
        return f"{prefix}_{local}"
    readable = re.sub(r"[^0-9A-Za-z._-]+", "-", identifier.replace(":", "_", 1))
    readable = readable[:_SHOWN].strip("._-") or "id"
    return f"{readable}~{sha256(identifier.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _is_plain(prefix: str, local: str, prefixes: Prefixes) -> bool:
    if prefix not in prefixes.namespaces or not prefix.isalnum() or not prefix.isascii():
        return False
    twins = sum(other.lower() == prefix.lower() for other in prefixes.namespaces)
    own = "mscgraph" in prefixes.namespaces[prefix]
    return twins == 1 and (_OWN if own else _OTHERS).fullmatch(local) is not None


def web_address(text: str) -> str:
    """Return an address if it leads to the web, with what no address may hold escaped; else nothing.

    >>> web_address("https://doi.org/10.1/a b"), web_address("javascript:alert(1)")
    ('https://doi.org/10.1/a%20b', '')
    """
    if not text.startswith(("https://", "http://")):
        return ""
    allowed = "-._~:/?#[]@!$&'()*+,;=%"
    return "".join(
        character
        if character.isascii() and (character.isalnum() or character in allowed)
        else "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
        for character in text
    )


class Card(NamedTuple):
    """A finding as it is printed: the statement, its setting, its paper, how it came into the graph."""

    id: str
    anchor: str
    association: str
    publication: str
    statement: str
    setting: tuple[tuple[str, str], ...]
    brief: str
    curation: str
    inconclusive: str


def card(kg: KnowledgeGraph, finding: Finding, anchor: str, association: str) -> Card:
    """Return a finding ready to be printed; ``inconclusive`` says why it is not counted, if so."""
    setting = [("species", ", ".join(sorted(kg.name(taxon) for taxon in finding.taxa)))]
    setting += [
        (column.label, ", ".join(value_words(kg, column.name, getattr(finding, column.name))))
        for column in shown_columns()
    ]
    setting.append(("role", "measured as an outcome" if finding.readout else ""))
    said = tuple((label, text) for label, text in setting if text)
    status = kg.publications[finding.publication].status
    why_not = _WITHDRAWN.get(status, "direction reported, but not significant")
    return Card(
        finding.id, anchor, association, finding.publication, finding.statement or "(no statement)", said,
        brief="; ".join(text for label, text in said if label in _BRIEF),
        curation=curation_words(finding),
        inconclusive="" if kg.counts(finding) else why_not,
    )  # fmt: skip


class Line(NamedTuple):
    """All associations from one cause to one target, and what they say together."""

    cause: str
    target: str
    associations: tuple[Association, ...]
    verdict: Verdict

    @property
    def weight(self) -> int:
        """How many findings are on it."""
        return sum(len(association.findings) for association in self.associations)


class SiteRecords:
    """The records of a site. Of a slice, associations that speak against it have their pages too."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self.kg = kg
        self._names: dict[str, str] = {}

    def name_of(self, identifier: str) -> str:
        """The name of a record's file without its ending; also the anchor of a finding."""
        if identifier not in self._names:
            self._names[identifier] = file_name(identifier, self.kg.prefixes)
        return self._names[identifier]

    def page_of(self, kind: str, identifier: str) -> str:
        """The address of a record's page from the root of the site."""
        return f"{kind}/{self.name_of(identifier)}.html"

    @cached_property
    def pages(self) -> Mapping[str, str]:
        """The page of every entity, association, publication and finding by id."""
        kinds = {"entity": self.entities, "association": self.associations, "publication": self.papers}
        found = {key: self.page_of(kind, key) for kind, held in kinds.items() for key in held}
        for finding, association in self.association_of.items():
            # A slice's association lacks findings that a rival from the whole graph is disputed by.
            own = any(f.id == finding for f in self.associations[association].findings)
            found[finding] = found[association] + (f"#{self.name_of(finding)}" if own else "")
        return found

    @cached_property
    def entities(self) -> Mapping[str, Entity]:
        """The entities by id, sorted: all, or of a slice those that its findings name, and their kinds."""
        held = self.kg.entities
        if self.kg.whole is self.kg:
            return dict(sorted(held.items()))
        named = {end for a in self.associations.values() for end in (a.subject, a.object)}
        named |= {taxon for f in self.findings.values() for taxon in f.taxa}
        wanted = named.union(*(self.kg.ancestors(name) for name in named if name in held))
        return {identifier: held[identifier] for identifier in sorted(wanted) if identifier in held}

    @cached_property
    def associations(self) -> Mapping[str, Association]:
        """The associations by id, sorted, with the rivals that a slice left out."""
        return with_rivals(self.kg)

    @cached_property
    def findings(self) -> Mapping[str, Finding]:
        """The findings on these associations by id, sorted."""
        found = {f.id: f for a in self.associations.values() for f in (*a.findings, *a.contrary)}
        return dict(sorted(found.items()))

    @cached_property
    def papers(self) -> Mapping[str, list[Finding]]:
        """The findings of each publication that has any, by its id."""
        return dict(sorted(grouped((f.publication, f) for f in self.findings.values()).items()))

    @cached_property
    def trials(self) -> Mapping[str, tuple[Trial, str]]:
        """The trials and treated cohorts with their pages, by registry entry or paper."""
        return {t.study: (t, self.page_of("trial", t.study)) for t in find_trials(self.kg, system=None)}

    @cached_property
    def trial_of(self) -> Mapping[str, str]:
        """The trial of each finding of one, by finding."""
        return {f.id: study for study, (trial, _) in self.trials.items() for f in trial.findings}

    @cached_property
    def association_of(self) -> Mapping[str, str]:
        """The association that each finding reports on, by finding."""
        return {f.id: association_id(*f.key) for f in self.findings.values()}

    @cached_property
    def cards(self) -> Mapping[str, Card]:
        """Each finding ready to be printed, by id."""
        about = self.association_of
        return {i: card(self.kg, f, self.name_of(i), about[i]) for i, f in self.findings.items()}

    @cached_property
    def lines(self) -> Mapping[tuple[str, str], Line]:
        """The associations by (cause, target)."""
        pairs = pairs_of(self.associations.values())
        return {pair: Line(*pair, found, verdict(self.kg, found)) for pair, found in pairs.items()}

    @cached_property
    def arriving(self) -> Mapping[str, list[Line]]:
        """What acts on each entity."""
        return grouped((line.target, line) for line in self.lines.values())

    @cached_property
    def leaving(self) -> Mapping[str, list[Line]]:
        """What each entity acts on."""
        return grouped((line.cause, line) for line in self.lines.values())

    def lines_of(self, entity: str) -> list[Line]:
        """What acts on an entity, then what it acts on."""
        return [*self.arriving.get(entity, ()), *self.leaving.get(entity, ())]

    @cached_property
    def narrower(self) -> Mapping[str, list[str]]:
        """The entities that name each entity as their superclass."""
        return grouped((parent, e.id) for e in self.entities.values() for parent in e.parents)

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """The pairs of associations on which studies disagree."""
        return find_conflicts(self.kg)

    @cached_property
    def dependences(self) -> list[Dependence]:
        """The studies that saw both of two associations that disagree."""
        return find_dependences(self.kg)

    @cached_property
    def conflicts_of(self) -> Mapping[str, list[Conflict]]:
        """The conflicts of each association and of each entity, by id."""
        return grouped(
            (identifier, conflict)
            for conflict in self.conflicts
            for identifier in dict.fromkeys(
                (conflict.first.id, conflict.second.id, conflict.first.subject, conflict.first.object)
            )
        )

    def sentence(self, association: Association) -> str:
        """An association as a sentence without its full stop."""
        return relation_in_words(self.kg, association)


def grouped(rows: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    """Return the values of each key, in the order of the rows."""
    found: dict[str, list[T]] = defaultdict(list)
    for key, value in rows:
        found[key].append(value)
    return found


def table_tsv(columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> bytes:
    """Return a table as TSV; nothing in it can break a row or run as a spreadsheet's formula."""
    lines = ["\t".join(columns)]
    lines += ["\t".join(_cell(cell or "") for cell in row) for row in rows]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _cell(text: str) -> str:
    plain = " ".join(text.split()) if any(c in text for c in "\t\r\n\v\f\x85\u2028\u2029") else text
    return f"'{plain}" if plain.startswith(("=", "+", "@")) else plain


def records_tsv(
    kind: type[Entity | Finding | Publication], held: Iterable[Entity | Finding | Publication]
) -> bytes:
    """Return records as TSV, a column for each field."""
    columns = kind.__match_args__
    return table_tsv(columns, ([text_of(getattr(r, column)) for column in columns] for r in held))


def whole(records: SiteRecords, describer: Describer, file: str) -> bytes:
    """Return a file of :data:`WHOLE`; ``describer`` is of the whole graph."""
    kg = records.kg
    if file in _RDF:
        quads = describer.quads if kg.whole is kg else Describer(kg).quads
        return serialize_quads(quads, _RDF[file], kg.prefixes.namespaces)
    if file == "data/findings.tsv":
        return records_tsv(Finding, records.findings.values())
    if file == "data/entities.tsv":
        return records_tsv(Entity, records.entities.values())
    papers = [kg.publications[identifier] for identifier in records.papers]
    if file == "data/publications.tsv":
        return records_tsv(Publication, papers)
    return to_bibtex(papers).encode("utf-8", "replace")
