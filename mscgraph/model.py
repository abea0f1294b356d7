"""The nouns of the project: immutable records, no input or output.

One :class:`Finding` is what one publication reports about one relation in one setting. All findings on
one (subject, predicate, object, aspect) make an :class:`Association`, the only word for an edge.
"""

# Annotations are evaluated, not kept as text: NamedTuple would compile the text of each.

import math
from enum import Enum, IntEnum

from mscgraph.named_tuples import NamedTuple
from mscgraph.schema import NOT_REPORTED, Entity, Finding, Publication

try:  # the plain function without OpenSSL, as random.py does it: hashlib costs a quarter of a bare start
    from _sha2 import sha256  # type: ignore[import-not-found, unused-ignore]
except ImportError:  # before Python 3.12
    try:
        from _sha256 import sha256  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        from hashlib import sha256

__all__ = [
    "NOT_REPORTED", "OURS", "Aspect", "Association", "Edge", "Entity", "EvidenceLevel", "Finding",
    "Grade", "KnowledgeSource", "Place", "Predicate", "PredicateKind", "Problem", "Publication",
    "Reason", "Sign", "Term", "association_id", "effect_word",
]  # fmt: skip

OURS = "infores:mscgraph"  # the primary knowledge source of what is curated here


class Sign(IntEnum):
    """A direction of effect. Signs multiply: unknown absorbs, minus times minus is plus.

    Examples
    --------
    >>> import mscgraph as mg
    >>> mg.Sign(mg.Sign.NEGATIVE * mg.Sign.NEGATIVE)
    <Sign.POSITIVE: 1>
    """

    NEGATIVE = -1
    UNKNOWN = 0
    POSITIVE = 1


def effect_word(sign: int) -> str:
    """Return ``"increase"``, ``"decrease"`` or ``"unknown"`` for a sign."""
    return ("unknown", "increase", "decrease")[sign]


class PredicateKind(str, Enum):
    """The kind of statement that a predicate makes. Only effects are walked by the path engine.

    An observation was seen, or not seen, after treatment and held against nothing: it has no sign and
    neither supports nor disputes an effect.
    """

    EFFECT = "effect"
    NULL = "null"
    OBSERVATION = "observation"
    CORRELATION = "correlation"
    DESCRIPTION = "description"
    STRUCTURE = "structure"


class EvidenceLevel(IntEnum):
    """Levels of evidence, weakest first: a path is as good as its weakest step."""

    STATEMENT = 0
    IN_VITRO = 1
    ANIMAL = 2
    HUMAN_OBSERVATIONAL = 3
    RANDOMIZED = 4

    @property
    def words(self) -> str:
        """The level as people say it, such as ``"human observational"``."""
        return self.name.lower().replace("_", " ")


class Predicate(NamedTuple):
    """A relation type of the sign lexicon.

    ``sign`` is None unless ``kind`` is effect; ``disputes`` names the predicates that a finding with
    this one speaks against, on the same subject, object and aspect.

    Examples
    --------
    >>> import mscgraph as mg
    >>> lowers = mg.load().predicates["decreases"]
    >>> lowers.sign, lowers.symmetric, "increases" in lowers.disputes
    (<Sign.NEGATIVE: -1>, False, True)
    """

    id: str
    label: str
    kind: PredicateKind
    sign: Sign | None
    disputes: tuple[str, ...]
    symmetric: bool
    biolink: str
    biolink_direction: str
    negated: bool
    ro: str
    definition: str


class Aspect(NamedTuple):
    """What of the object changes.

    ``polarity`` says what more of this aspect means for how much the object does: more proliferation
    of a cell is more of that cell (+), more apoptosis is less (−), more migration is open (unknown).
    """

    id: str
    label: str
    polarity: Sign
    biolink: str
    go: str
    definition: str


class Term(NamedTuple):
    """A permitted value of a column of the findings, such as ``intrathecal`` for ``route``.

    ``also`` are other words that a filter finds it by; several terms may share one, such as ``in vitro``.
    """

    column: str
    id: str
    label: str
    maps_to: str
    definition: str
    also: tuple[str, ...] = ()


class Reason(NamedTuple):
    """One term of a grade's sum: what was seen, and what it costs in micro-nats."""

    text: str
    cost: int


class Grade(NamedTuple):
    """How well an association is supported: a letter, its cost, and reasons that add up to it.

    ``cost`` is −log(strength) in micro-nats (10⁻⁶ nats), an integer so that ties are exact; it is None
    and the letter ``"–"`` when nothing supports the association.

    Examples
    --------
    >>> import mscgraph as mg
    >>> grade = mg.load().find_associations(subject="IDO1", object="Th17 cell")[0].grade
    >>> grade.cost == sum(reason.cost for reason in grade.reasons)
    True
    """

    letter: str
    cost: int | None
    evidence_level: EvidenceLevel
    studies: int
    reasons: tuple[Reason, ...]

    @property
    def strength(self) -> float:
        """exp(−cost): 1 is the best that can be, 0 is no support."""
        return 0.0 if self.cost is None else math.exp(-self.cost / 1e6)


class KnowledgeSource(NamedTuple):
    """A statement that somebody else's database makes and that no finding of ours backs.

    ``primary_knowledge_source`` is its infores CURIE, ``knowledge_level`` and ``agent_type`` are Biolink's;
    ``relation`` is what the source itself calls the relation, ``record`` its own id for the statement.
    """

    primary_knowledge_source: str
    knowledge_level: str
    agent_type: str
    relation: str
    record: str
    publications: tuple[str, ...]


class Association(NamedTuple):
    """An edge: all findings on one (subject, predicate, object, aspect), for and against.

    ``supporting`` and ``disputing`` hold findings that count; ``inconclusive`` those that report the
    direction without significance, or whose paper was retracted. ``other_settings`` are findings that say
    otherwise and dispute nothing, since they are not comparable: a study that supports the association
    saw them too, or a setting that defines what was measured is another. ``sign`` is the effect on the
    object itself: the predicate's sign times the aspect's polarity; None for what is no effect.
    ``sources`` are the statements of others, in a graph that was merged.

    Examples
    --------
    >>> import mscgraph as mg
    >>> edge = mg.load().find_associations(subject="IDO1", object="Th17 cell")[0]
    >>> edge.predicate, edge.sign, len(edge.supporting) > 0
    ('decreases', <Sign.NEGATIVE: -1>, True)
    """

    id: str
    subject: str
    predicate: str
    object: str
    aspect: str
    sign: Sign | None
    supporting: tuple[Finding, ...]
    disputing: tuple[Finding, ...]
    inconclusive: tuple[Finding, ...]
    grade: Grade
    sources: tuple[KnowledgeSource, ...] = ()
    other_settings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        relation = f"{self.subject} {self.predicate} {self.object} ({self.aspect})"
        sides = f"{len(self.supporting)} for, {len(self.disputing)} against"
        return f"<Association {self.id}: {relation}; grade {self.grade.letter}, {sides}>"

    @property
    def key(self) -> tuple[str, str, str, str]:
        """(subject, predicate, object, aspect): what the id is made from."""
        return self.subject, self.predicate, self.object, self.aspect

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Its own findings: supporting, then inconclusive (all others belong to its rivals)."""
        return self.supporting + self.inconclusive

    @property
    def contrary(self) -> tuple[Finding, ...]:
        """The findings that say otherwise: disputing, then those in other settings."""
        return self.disputing + self.other_settings

    @property
    def is_readout(self) -> bool:
        """Whether all that supports it only measured the object as an outcome."""
        return not self.sources and all(finding.readout for finding in self.supporting)

    @property
    def is_contested(self) -> bool:
        """Whether findings that count stand on both sides."""
        return bool(self.supporting and self.disputing)


class Edge(NamedTuple):
    """An association as the path engine walks it: an effect with support, its sign, cost and letter.

    ``ends`` marks a read-out, only measured as an outcome, which may only be the last step of a path. The
    last three fields are for filters; what an index returns lacks them.
    """

    source: str
    target: str
    sign: int
    cost: int
    id: str
    ends: bool = False
    predicate: str = ""
    letter: str = ""
    knowledge_source: str = ""


class Place(NamedTuple):
    """Where a record stands: file as given, line counted from 1 (the header is line 1)."""

    file: str
    line: int


class Problem(NamedTuple):
    """The result of a check that failed: what is wrong, where, and how to repair it.

    Examples
    --------
    >>> import mscgraph as mg
    >>> print(mg.Problem("canonical", "error", "cells.tsv", 7, "row out of order", "mscgraph format"))
    cells.tsv:7: error: row out of order [canonical] Repair: mscgraph format
    """

    check: str
    severity: str
    file: str
    line: int | None
    message: str
    repair: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line is not None else self.file
        repair = f" Repair: {self.repair}" if self.repair else ""
        return f"{place}: {self.severity}: {self.message} [{self.check}]{repair}"


def association_id(subject: str, predicate: str, object_: str, aspect: str) -> str:
    """Return the stable id of an association: ``MSCGA:`` and 16 hex digits of its key's SHA-256.

    >>> association_id("CL:0000134", "decreases", "CL:0000899", "abundance")
    'MSCGA:877c89114efd30ca'
    """
    key = "\t".join((subject, predicate, object_, aspect))
    digest: str = sha256(key.encode()).hexdigest()
    return "MSCGA:" + digest[:16]
