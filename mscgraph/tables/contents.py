"""What reading a folder gives."""

# Annotations are evaluated, not kept as text: NamedTuple would compile the text of each.
from collections.abc import Mapping

from mscgraph.model import (
    OURS,
    Aspect,
    Entity,
    Finding,
    KnowledgeSource,
    Place,
    Predicate,
    Publication,
    Term,
)
from mscgraph.named_tuples import NamedTuple
from mscgraph.tables.rubric import Rubric
from mscgraph.text.curie import Prefixes


class Tables(NamedTuple):
    """All that ``ontology/`` holds, parsed. ``places`` says where each record stands.

    ``stated`` are the statements of others, by the key of the association, in a graph that was read from an
    export, and ``licences`` those of each source, as far as they are known.
    """

    folder: str
    prefixes: Prefixes
    entities: Mapping[str, Entity]
    predicates: Mapping[str, Predicate]
    aspects: Mapping[str, Aspect]
    vocabulary: Mapping[str, Mapping[str, Term]]
    publications: Mapping[str, Publication]
    findings: Mapping[str, Finding]
    rubric: Rubric
    places: Mapping[str, Place] = {}
    stated: Mapping[tuple[str, str, str, str], tuple[KnowledgeSource, ...]] = {}
    licences: Mapping[str, str] = {}

    def licence_of(self, source: str) -> str:
        """The licence of what a knowledge source states: its own, else those of all that was imported."""
        known = {name: licence for name, licence in self.licences.items() if name != OURS}
        said = [f"{licence} ({name})" for name, licence in known.items() if licence]
        return known.get(source) or "; ".join(said) or "not stated"
