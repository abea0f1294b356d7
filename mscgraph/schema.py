"""The one table of the columns of findings, entities and publications.

A column is one line of :class:`Finding`, :class:`Entity` or :class:`Publication`: its name, its Python
type, and a :class:`Column` that says everything else. The tables and their checks, RDF in both
directions, SHACL shapes, Parquet, spreadsheets, filters, conflicts, the page, the site and the curators'
table in ``ontology/curation/README.md`` read it here.

To add a column to the findings, write its line where it is to stand, then run ``mscgraph format``: it adds
the column to every table of findings and to the curators' table. A column of terms also needs its terms
in ``ontology/terms/vocabulary.tsv``.
"""

# Annotations are evaluated: they are what the columns are read from.

from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeAlias

from mscgraph.named_tuples import NamedTuple

NOT_REPORTED = "not_reported"

# The statuses of a paper whose findings support nothing.
WITHDRAWN = frozenset({"retracted", "concern"})

# What a finding's association is identified by.
KEY = ("subject", "predicate", "object", "aspect")

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
    """What is to be known of a column. ``name`` and ``many`` come from the record that has it.

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

    id: Annotated[str, Column("CURIE", "CURIE.")]
    name: Annotated[str, Column("text", "What papers call it.", required=True, rdf="rdfs:label")]
    category: Annotated[str, Column("text", "Biolink category.", required=True)]
    role: Annotated[
        str, Column("term", "What it is in the mechanisms: source product, receptor, …")
    ] = ""
    label: Annotated[
        str, Column("text", "What its ontology calls it.", rdf="mscgraph:ontology_label")
    ] = ""
    synonyms: Annotated[tuple[str, ...], Column("text", "Other names.", rdf="skos:altLabel")] = ()
    xrefs: Annotated[
        tuple[str, ...],
        Column("CURIE", "The same in other vocabularies, CURIEs.", rdf="biolink:xref"),
    ] = ()
    parents: Annotated[
        tuple[str, ...], Column("entity", "Superclasses, CURIEs.", rdf="rdfs:subClassOf")
    ] = ()
    part_of: Annotated[tuple[str, ...], Column("entity", "Wholes, CURIEs.")] = ()
    derives_from: Annotated[tuple[str, ...], Column("entity", "What it was made from, CURIEs.")] = ()
    taxon: Annotated[str, Column("entity", "Species, NCBITaxon.", rdf="biolink:in_taxon")] = ""
    more_is: Annotated[
        str, Column("term", "Whether more of it is better or worse for the patient.")
    ] = ""
    definition: Annotated[str, Column("text", "What it is.", rdf="skos:definition")] = ""

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

    id: Annotated[str, Column("CURIE", "PMID, or DOI where there is none.")]
    pmid: Annotated[str, Column("text", "PubMed number.", rdf="bibo:pmid")]
    pmcid: Annotated[str, Column("text", "PubMed Central id.")]
    doi: Annotated[str, Column("text", "Digital object identifier.", rdf="bibo:doi")]
    title: Annotated[str, Column("text", "Title.", rdf="dcterms:title")]
    authors: Annotated[str, Column("text", "Authors in order, such as `Uccelli A; Moretta L`.")]
    journal: Annotated[str, Column("text", "Journal.")]
    year: Annotated[str, Column("year", "Year of publication.", rdf="dcterms:issued")]
    study_design: Annotated[str, Column("term", "How the study was made.", required=True)]
    status: Annotated[str, Column("term", "published, preprint, concern or retracted.", required=True)]
    included_studies: Annotated[
        tuple[tuple[int, str], ...],
        Column("studies", "What a review rests on: counts and study designs."),
    ]
    licence: Annotated[
        str, Column("text", "The licence that the paper's text is under, such as cc by.")
    ] = ""

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


_TAXON = "NCBITaxon:[0-9]+"
_ORCID = "ORCID:[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]"


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

    # fmt: off
    id: Annotated[str, Column(
        "CURIE", "The permanent id of the finding, never used for another.",
        advice="`MSCGF:` and seven digits.", required=True,
    )]
    subject: Annotated[str, Column(
        "entity", "What acts.", advice="The product that was given or grown, or what acts in it.",
        required=True, names="entities", rdf="rdf:subject",
        filter="subject", help="The cause, by any name; its subclasses too. AD-MSC: what MSC from fat did.",
    )]
    subject_cell: Annotated[str, Column(
        "entity", "The cell that carries or makes the subject: that lacked the gene, or secretes the "
        "mediator.", setting=7, defining=True, shown=True,
    )]
    predicate: Annotated[str, Column(
        "predicate", "The relation, a word of the sign lexicon.", required=True, names="predicates",
        rdf="rdf:predicate", filter="predicate", help="The relation, such as decreases.",
    )]
    object: Annotated[str, Column(
        "entity", "What is acted on.", required=True, names="entities", rdf="rdf:object",
        filter="object", help="What is acted on, by any name; its subclasses too.",
    )]
    aspect: Annotated[str, Column(
        "aspect", "What of the object changes.",
        advice="An aspect's polarity says what more of it means.",
        open="activity_or_abundance", names="aspects",
        filter="aspect", help="What of the object changes, such as proliferation.",
    )]
    object_cell: Annotated[str, Column(
        "entity", "The cell in which the object was measured.",
        advice="IFN-γ secretion *by T cells*.", setting=8, defining=True, shown=True,
    )]
    object_state: Annotated[str, Column(
        "term", "The state of the target cell, where it was chosen.", open=NOT_REPORTED, setting=9,
        defining=True, shown=True,
    )]
    readout: Annotated[bool, Column(
        "flag", "Whether the object was only measured as an outcome, not shown to act.",
        open="no", required=True, setting=22, label="read-out",
    )]
    via: Annotated[tuple[str, ...], Column(
        "entity", "A mediator that the same source shows.", shown=True,
    )]
    publication: Annotated[str, Column(
        "publication", "The paper that reports the finding.", required=True, names="publications",
        broader="dcterms:source", filter="publication", help="The paper, by PMID, PMCID or DOI.",
    )]
    locator: Annotated[str, Column(
        "text", "Where in the source it stands.", required=True, shown=True,
        pattern=".{3,}", form="`abstract`, `title`, `figure 2 legend`, `table 1`",
    )]
    anchor: Annotated[str, Column(
        "text", "The fingerprint of the supporting sentence.",
        advice="Empty for tables and legends.", pattern="[0-9a-f]{16}",
        form="16 hex digits: make it with `mscgraph anchor`",
    )]
    study_design: Annotated[str, Column(
        "term", "The design of the experiment or study.", required=True, names="designs", setting=5,
        filter="design", help="The study design, such as randomized_trial.", shown=True,
    )]
    comparison: Annotated[str, Column(
        "term", "What the result was held against.",
        advice="In vitro and in animals `concurrent_control` unless the text shows otherwise.",
        open=NOT_REPORTED, names="comparison", setting=6, shown=True,
        filter="comparison", help="What the result was held against, such as concurrent_control.",
    )]
    evidence_type: Annotated[str, Column(
        "CURIE", "The ECO class of the evidence.", advice="The most specific that the text supports.",
        required=True, pattern="ECO:[0-9]{7}", form="an ECO code such as `ECO:0000181`",
        broader="biolink:has_evidence", shown=True,
    )]
    taxon: Annotated[str, Column(
        "entity", "The species of the subject of the effect.", open=NOT_REPORTED, setting=1,
        pattern=_TAXON, form="an NCBITaxon CURIE", broader="biolink:species_context_qualifier",
        filter="taxon", help="The species, of subject or host, such as human.",
    )]
    host_taxon: Annotated[str, Column(
        "entity", "The species of the recipient or of the target cells, where it is another or the "
        "work was done in vivo.", open=NOT_REPORTED, setting=2, pattern=_TAXON,
        form="an NCBITaxon CURIE", filter="taxon",
    )]
    system: Annotated[str, Column(
        "term", "The culture, animal model or group of patients.", open=NOT_REPORTED, setting=3,
        filter="system", help="The culture, model or patient group, such as EAE.", shown=True,
    )]
    model: Annotated[str, Column(
        "text", "How the model was made: strain, antigen, inducer.", open=NOT_REPORTED, setting=4,
        shown=True,
    )]
    msc_source: Annotated[tuple[str, ...], Column(
        "entity", "The tissue that the MSC came from, as a kind of MSC.", open=NOT_REPORTED,
        setting=10, label="MSC source", shown=True, filter="source",
        help="The tissue that the MSC came from, such as AD-MSC.",
    )]
    donor: Annotated[str, Column(
        "term", "How donor and recipient are related.", open=NOT_REPORTED, setting=11, shown=True,
    )]
    product: Annotated[str, Column(
        "term", "What was given: cells, vesicles, medium.", open=NOT_REPORTED, setting=12, shown=True,
    )]
    priming: Annotated[tuple[str, ...], Column(
        "term or entity", "What the MSC were treated with before.",
        advice="`none` where the source says that they were not.", open=NOT_REPORTED, setting=13,
        shown=True,
    )]
    dose: Annotated[str, Column(
        "text", "How much was given, as printed.", advice="Cells, cells/kg, MSC:T 1:10, infusions.",
        open=NOT_REPORTED, setting=14, shown=True,
    )]
    contact: Annotated[str, Column(
        "term", "Whether the cells touched.", open=NOT_REPORTED, setting=15, shown=True,
    )]
    stimulus: Annotated[str, Column(
        "text", "What activated the target cells, such as PHA, anti-CD3/CD28, MLR, LPS.",
        open=NOT_REPORTED, setting=16, shown=True,
    )]
    timing: Annotated[str, Column(
        "term", "When in the course of the disease it was given.", open=NOT_REPORTED, setting=17,
        filter="timing", help="When in the disease it was given, such as therapeutic.", shown=True,
    )]
    route: Annotated[str, Column(
        "term", "How the product was given.", open=NOT_REPORTED, setting=18, shown=True,
        filter="route", help="How the product was given, such as intrathecal.",
    )]
    specimen: Annotated[str, Column(
        "entity", "The fluid or tissue in which the object was measured.", open=NOT_REPORTED,
        setting=19, defining=True, shown=True,
        filter="specimen", help="The fluid or tissue in which it was measured, such as CSF.",
    )]
    timepoint: Annotated[str, Column(
        "duration", "How long after the start the object was measured.", open=NOT_REPORTED, setting=20,
        form="P6M, P1Y (not P12M), P14D, P1D (not PT24H), PT6H",
        label="time point", shown=True,
    )]
    comparator: Annotated[str, Column(
        "text", "What it was compared with.", open=NOT_REPORTED, setting=21, shown=True,
    )]
    n: Annotated[str, Column(
        "whole number", "How many were compared.", open=NOT_REPORTED, shown=True,
    )]
    significance: Annotated[str, Column(
        "term", "Whether the result was significant, as the source says.", open=NOT_REPORTED,
        names="significance", shown=True,
    )]
    p_value: Annotated[str, Column(
        "text", "The p value as printed.", open=NOT_REPORTED, label="p value", shown=True,
    )]
    effect: Annotated[str, Column(
        "text", "The size of the effect as printed.", open=NOT_REPORTED, shown=True,
    )]
    study: Annotated[str, Column(
        "text", "The id of the trial or cohort.", advice="One study is counted once.", shown=True,
    )]
    note: Annotated[str, Column("text", "More on the setting, in our words.", shown=True)]
    statement: Annotated[str, Column(
        "text", "The finding in one sentence of our own words.", required=True, pattern=".{15,}",
        form="at least 15 characters",
    )]
    curated_by: Annotated[str, Column(
        "text", "Who wrote the row.", required=True, pattern=f"(agent:[a-z0-9-]+|{_ORCID})",
        form="`agent:name` or `ORCID:0000-…`",
    )]
    curated_on: Annotated[str, Column("date", "When the row was written.", required=True)]
    reviewed_by: Annotated[str, Column(
        "text", "The ORCID of the human who checked the row.",
        advice="Only a human reviews; empty until one has.", pattern=_ORCID, form="an ORCID",
    )]
    # fmt: on

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


_made: dict[type, dict[str, Column]] = {}


def columns_of(record: type) -> dict[str, Column]:
    """Return the columns of :class:`Finding`, :class:`Entity` or :class:`Publication` by name.

    >>> columns_of(Finding)["msc_source"].label
    'MSC source'
    """
    if record not in _made:
        _made[record] = {
            name: _column(name, annotation) for name, annotation in record.__annotations__.items()
        }
    return _made[record]


def _column(name: str, annotation: Any) -> Column:
    (column,) = annotation.__metadata__
    found: Column = column._replace(
        name=name,
        many=annotation.__origin__ not in (str, bool),
        label=column.label or name.replace("_", " "),
        rdf=column.rdf or f"mscgraph:{name}",
    )
    return found


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
