"""The records of the three tables, and what is to be known of their columns.

A column is a field of :class:`Finding`, :class:`Entity` or :class:`Publication`, and a line of
``schema.tsv`` next to this file, which says everything else (:class:`Column`). The tables and their checks,
RDF in both directions, SHACL shapes, Parquet, spreadsheets, filters, conflicts, the page, the site and the
curators' table in ``ontology/curation/README.md`` read it here.

To add a column to the findings, write both where it is to stand, then run ``mscgraph format``: it adds
the column to every table of findings and to the curators' table. A column of terms also needs its terms
in ``ontology/terms/vocabulary.tsv``.
"""

# Annotations are evaluated: a column holds many values where its field is a tuple.

from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from mscgraph.named_tuples import NamedTuple

NOT_REPORTED = "not_reported"

# The statuses of a paper whose findings support nothing.
WITHDRAWN = frozenset({"retracted", "concern"})

# What a finding's association is identified by.
KEY = ("subject", "predicate", "object", "aspect")

_TABLE = __file__.removesuffix("py") + "tsv"
_FLAGS = frozenset({"required", "defining", "shown"})

Kind: TypeAlias = Literal[
    "text", "whole number", "flag", "date", "year", "duration",
    "entity",  # id of terms/entities.tsv
    "predicate",  # name of terms/predicates.tsv
    "aspect",  # name of terms/aspects.tsv
    "publication",  # id of curation/publications.tsv
    "CURIE",  # an identifier that no table here needs to hold
    "term",  # id of terms/vocabulary.tsv under the column's name
    "term or entity",
    "studies",  # a count and a study design
]  # fmt: skip


class Column(NamedTuple):
    """What is to be known of a column of ``schema.tsv``; ``many`` says that its field holds several values.

    ``open`` is what stands in a cell where the source does not say; a column that is ``required`` is never
    left so. ``names`` is what a graph cannot be made without: a value must be in that table. ``pattern``
    is a regular expression for the whole value and ``form`` says the same in words. ``setting`` is, for a
    column that can explain why two findings differ, its place in the order that a reader asks in, from 1;
    with ``defining``, findings of which it has two different stated values are not comparable. ``filter``
    is the option that selects findings by it, ``help`` that option's help. ``shown`` columns stand with
    the finding on page and site. ``rdf`` is the RDF property (``mscgraph:NAME`` if empty),
    ``broader`` what that is a subproperty of; ``advice`` is more for curators.
    """

    kind: Kind
    definition: str
    advice: str = ""
    open: str = ""
    required: bool = False
    names: str = ""
    pattern: str = ""
    form: str = ""
    setting: int = 0
    defining: bool = False
    filter: str = ""
    help: str = ""
    shown: bool = False
    label: str = ""
    rdf: str = ""
    broader: str = ""
    name: str = ""
    many: bool = False

    @property
    def absent(self) -> str:
        """The value that RDF leaves out, and reading puts back."""
        return "" if self.required or self.open != NOT_REPORTED else NOT_REPORTED

    @property
    def is_silent(self) -> bool:
        """Whether the column may hold ``not_reported``."""
        return self.open == NOT_REPORTED


class Entity(NamedTuple):
    """A node: a cell, molecule, process, disease, score or product (biolink NamedThing).

    ``name`` is what papers call it, ``label`` what its ontology calls it; ``parents`` are its
    superclasses inside the graph.

    Examples
    --------
    >>> import mscgraph as mg
    >>> cell = mg.load().entity("Th17")
    >>> cell.id, cell.name, cell.category
    ('CL:0000899', 'Th17 cell', 'Cell')
    """

    id: str
    name: str
    category: str
    role: str = ""
    label: str = ""
    synonyms: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    derives_from: tuple[str, ...] = ()
    taxon: str = ""
    more_is: str = ""
    definition: str = ""

    def __repr__(self) -> str:
        return f"<Entity {self.id}: {self.name}, {self.category}>"


class Publication(NamedTuple):
    """A paper. ``status`` is published, preprint, concern or retracted.

    ``included_studies`` is the evidence base of a review: pairs of a count and a study design.

    Examples
    --------
    >>> import mscgraph as mg
    >>> kg = mg.load()
    >>> finding = kg.find_findings(object="Th17 cell")[0]
    >>> paper = kg.publication(finding.publication)
    >>> int(paper.year) > 1990, paper.status in ("published", "preprint", "concern", "retracted")
    (True, True)
    """

    id: str
    pmid: str
    pmcid: str
    doi: str
    title: str
    authors: str
    journal: str
    year: str
    study_design: str
    status: str
    included_studies: tuple[tuple[int, str], ...]
    licence: str = ""

    def __repr__(self) -> str:
        return f"<Publication {self.id}: {self.title or 'no title'} ({self.journal} {self.year})>"

    @property
    def author_names(self) -> list[tuple[str, str]]:
        """Family name and initials of each author, such as ``("Uccelli", "A.")``; of a group its name."""
        split = (name.strip().rpartition(" ") for name in self.authors.split(";") if name.strip())
        return [
            (family, " ".join(f"{letter}." for letter in initials))
            if family and initials.isupper()
            else (f"{family} {initials}".strip(), "")
            for family, _, initials in split
        ]

    @property
    def counts(self) -> bool:
        """Whether its findings may support anything: not when retracted or under concern."""
        return self.status not in WITHDRAWN

    @property
    def url(self) -> str:
        """The address of the paper: PubMed first, then PubMed Central, then its DOI; empty without."""
        if self.pmid:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"
        if self.pmcid:
            return f"https://pmc.ncbi.nlm.nih.gov/articles/{self.pmcid}/"
        return f"https://doi.org/{self.doi}" if self.doi else ""


class Finding(NamedTuple):
    """What one publication reports about one relation in one experimental setting.

    The fields are the columns of ``ontology/curation/findings/*.tsv``, described in
    ``ontology/curation/README.md``; a setting that the source does not report is ``"not_reported"``.

    Examples
    --------
    >>> import mscgraph as mg
    >>> finding = mg.load().find_findings(subject="IDO1", object="Th17 cell")[0]
    >>> finding.predicate, finding.publication.startswith(("PMID:", "DOI:", "PMC:"))
    ('decreases', True)
    """

    id: str
    subject: str
    subject_cell: str
    predicate: str
    object: str
    aspect: str
    object_cell: str
    object_state: str
    readout: bool
    via: tuple[str, ...]
    publication: str
    locator: str
    anchor: str
    study_design: str
    comparison: str
    evidence_type: str
    taxon: str
    host_taxon: str
    system: str
    model: str
    msc_source: tuple[str, ...]
    donor: str
    product: str
    priming: tuple[str, ...]
    dose: str
    contact: str
    stimulus: str
    timing: str
    route: str
    specimen: str
    timepoint: str
    comparator: str
    n: str
    significance: str
    p_value: str
    effect: str
    study: str
    note: str
    statement: str
    curated_by: str
    curated_on: str
    reviewed_by: str

    def __repr__(self) -> str:
        relation = f"{self.subject} {self.predicate} {self.object} ({self.aspect})"
        return f"<Finding {self.id}: {relation}; {self.publication}: {self.statement}>"

    @property
    def key(self) -> tuple[str, str, str, str]:
        """(subject, predicate, object, aspect): what an association is keyed by."""
        return self.subject, self.predicate, self.object, self.aspect

    @property
    def cohort(self) -> str:
        """The study it counts for: trial or cohort id if known, else its publication."""
        return self.study or self.publication

    @property
    def taxa(self) -> frozenset[str]:
        """The species it was seen in: of the subject and, in a recipient, of the host."""
        return frozenset({self.taxon, self.host_taxon} - {NOT_REPORTED})

    @property
    def agent_type(self) -> str:
        """The Biolink agent type: who stands behind the row."""
        if not self.curated_by.startswith("agent:"):
            return "manual_agent"
        return "manual_validation_of_automated_agent" if self.reviewed_by else "text_mining_agent"


_made: dict[str, dict[str, Column]] = {}


def columns_of(record: type) -> dict[str, Column]:
    """Return the columns of :class:`Finding`, :class:`Entity` or :class:`Publication` by name.

    >>> columns_of(Finding)["msc_source"].label
    'MSC source'
    """
    if not _made:
        with open(_TABLE, encoding="utf-8") as table:  # noqa: PTH123 - no question waits for pathlib
            heads, *rows = (line.rstrip("\n").split("\t") for line in table)
        told = {(row[0], row[1]): dict(zip(heads[1:], row[1:], strict=True)) for row in rows}
        for kind in (Entity, Publication, Finding):
            _made[kind.__name__] = {
                name: _column(told[kind.__name__, name], many=held not in (str, bool))
                for name, held in kind.__annotations__.items()
            }
    return _made[record.__name__]


def _column(cells: dict[str, Any], *, many: bool) -> Column:
    name = cells["name"]
    said = {head: cell == "yes" if head in _FLAGS else cell for head, cell in cells.items()}
    more = {
        "setting": int(cells["setting"] or 0),
        "label": cells["label"] or name.replace("_", " "),
        "rdf": cells["rdf"] or f"mscgraph:{name}",
    }
    return Column(**said | more, many=many)


def settings() -> tuple[Column, ...]:
    """Return the columns of a finding that can explain a difference, in the order that a reader asks."""
    found = [column for column in columns_of(Finding).values() if column.setting]
    return tuple(sorted(found, key=lambda column: column.setting))


def shown_columns() -> tuple[Column, ...]:
    """Return the columns that page and site print with a finding: settings first, then the rest."""
    found = [column for column in columns_of(Finding).values() if column.shown]
    return tuple(sorted(found, key=lambda column: column.setting or len(Finding._fields)))


def filters() -> dict[str, tuple[Column, ...]]:
    """Return the filters of findings by name, each with the columns of which one must match."""
    found: dict[str, tuple[Column, ...]] = {}
    for column in columns_of(Finding).values():
        if column.filter:
            found[column.filter] = (*found.get(column.filter, ()), column)
    return found


def named_entities(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield (column, value) of every value of a finding that is the id of an entity, or may be one."""
    for column in columns_of(Finding).values():
        if column.kind in {"entity", "term or entity"}:
            value = getattr(finding, column.name)
            for one in value if column.many else (value,):
                if one not in {"", NOT_REPORTED}:
                    yield column.name, one
