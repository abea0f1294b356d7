"""One target a reader: small valid files, one of which is changed at random and then read.

A fault is an error that is none of ours, a reading of more than ten seconds or more than a gigabyte, and a
row that changed in silence: of what the whole files say, all must still be there that stands in lines which
were not touched, and what the touched line said is there, replaced by something else, or noted.

``python -m tests.fuzz.readers MINUTES [NAME…]`` runs each target so long and prints the faults, with the
seed that makes each again: ``python -m tests.fuzz.readers --again NAME SEED``.
"""

from __future__ import annotations

import itertools
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import mscgraph as mg
from tests.code import small
from tests.fuzz import addresses

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 10
MEMORY = 1 << 30  # bytes
ODD = (
    b"", b"\x00", b"\xff", b"\r", b"\n", b"\t", b'"', b"'", b"\\", b"|", b":", b"nan", b"None", b"-1",
    b"1e999", b"9" * 400, b"[" * 3000, b"{" * 3000, b"<" * 200, b"\xef\xbb\xbf", "é\u202e𝛾⁻".encode(),
    b"\\ud800", b"PMID:", b"A:", b"://", b"%ff", b"true", b"null", b"0",
)  # fmt: skip
_IFNG = "ENTITYA\tTYPEA\tIDA\tDATABASEA\tENTITYB\tTYPEB\tIDB\tDATABASEB\tEFFECT\tPMID\tSENTENCE"


class Read(NamedTuple):
    """What was read: what it says, a text each, and whether something was noted."""

    said: frozenset[str]
    noted: bool = False


class Target(NamedTuple):
    """A reader: its files, those that may be changed, and what reads a folder that holds them."""

    files: Callable[[], dict[str, bytes]]
    read: Callable[[Path], Read]
    changed: Callable[[str], bool] = lambda name: True
    by_line: bool = False  # each line says something of its own


def _graph(kg: mg.KnowledgeGraph) -> frozenset[str]:
    edges = (f"{a.subject} {a.predicate} {a.object} {a.aspect}" for a in kg.associations.values())
    return frozenset(edges)


def _import(form: str, *names: str) -> Callable[[Path], Read]:
    def read(folder: Path) -> Read:
        files = [folder / name for name in names]
        done = mg.import_graph(form, files, folder / "out", base=small.graph(), memory_limit="200MB")
        return Read(_graph(mg.open_graph(done.folder, base=small.graph())), bool(done.notes))

    return read


def _exported(form: str, name: str) -> Callable[[], dict[str, bytes]]:
    @cache
    def files() -> dict[str, bytes]:
        with tempfile.TemporaryDirectory() as folder:
            place = mg.export(small.graph(), form, Path(folder) / name).target
            return _files(place, place.parent)

    return files


@cache
def _directory() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        mg.write_graph(small.graph(), Path(folder) / "g")
        return _files(Path(folder) / "g", Path(folder))


def _files(place: Path, top: Path) -> dict[str, bytes]:
    found = sorted(place.rglob("*")) if place.is_dir() else [place]
    return {p.relative_to(top).as_posix(): p.read_bytes() for p in found if p.is_file()}


def _ontology() -> dict[str, bytes]:
    return _files(small.folder(), small.folder())


def _tables(folder: Path) -> Read:
    problems = mg.validate(folder)
    return Read(_graph(mg.load(folder)), bool(problems))


def _query(folder: Path) -> Read:
    text = (folder / "q.rq").read_bytes().decode(errors="replace")
    limits = mg.QueryLimits(seconds=3, memory="200MB")
    mg.query(small.graph(), text, limits=limits)
    return Read(frozenset())


def _overlay(folder: Path) -> Read:
    found = mg.read_overlay(small.graph(), folder / "o.tsv")
    return Read(frozenset(found.values), bool(found.problems))


def _sources() -> dict[str, bytes]:
    folder = Path(__file__).parents[1] / "code/sources"
    return {name: (folder / name).read_bytes() for name in ("nodes.tsv", "edges.tsv")}


def _address(folder: Path) -> Read:
    addresses.follow(folder / "addresses")
    return Read(frozenset())


def _text(**files: str) -> Callable[[], dict[str, bytes]]:
    return lambda: {name.replace("__", "."): text.encode() for name, text in files.items()}


def _signor(a: str, b: str, effect: str) -> str:
    return (
        f"{a}\tprotein\tP0157{a[-1]}\tUNIPROT\t{b}\tprotein\tQ0732{b[-1]}\tUNIPROT\t{effect}\t123\ttext"
    )


_AGENT = '{"name": "%s", "db_refs": {"HGNC": "%s"}}'
_STATEMENT = (
    '{"type": "%s", "%s": ' + _AGENT + ', "obj": ' + _AGENT + ', "evidence": [{"source_api": "reach", '
    '"pmid": "12", "text": "x", "epistemics": {"direct": true}}], "belief": 0.7, "id": "s"}'
)
TARGETS = {
    "turtle": Target(
        _exported("turtle", "g.ttl"), lambda folder: Read(_graph(mg.read_rdf(folder / "g.ttl")))
    ),
    "nquads": Target(
        _exported("nquads", "g.nq"), lambda folder: Read(_graph(mg.read_rdf(folder / "g.nq")))
    ),
    "jsonld": Target(
        _exported("jsonld", "g.jsonld"), lambda folder: Read(_graph(mg.read_rdf(folder / "g.jsonld")))
    ),
    "kgx-jsonl": Target(
        _exported("kgx-jsonl", "k"), lambda folder: Read(_graph(mg.read_kgx(folder / "k")))
    ),
    "parquet": Target(
        _exported("parquet", "p"), lambda folder: Read(_graph(mg.read_parquet(folder / "p")))
    ),
    "directory": Target(
        _directory, lambda folder: Read(_graph(mg.open_graph(folder / "g", base=small.graph())))
    ),
    "kgx": Target(_sources, _import("kgx", "nodes.tsv", "edges.tsv"), by_line=True),
    "signor": Target(
        _text(s__tsv="\n".join([_IFNG, _signor("I1", "C1", "up-regulates"), _signor("I2", "C2",
              "down-regulates activity"), _signor("I3", "C3", "unknown"), ""])),
        _import("signor", "s.tsv"), by_line=True,
    ),
    "omnipath": Target(
        _text(o__tsv="source\ttarget\tsource_genesymbol\ttarget_genesymbol\tis_directed\tis_stimulation\t"
              "is_inhibition\tsources\treferences\nP01579\tQ07325\tIFNG\tCXCL9\t1\t1\t0\tSIGNOR\tSIGNOR:12\n"
              "P05112\tP22301\tIL4\tIL10\t1\t0\t1\tKEGG\tKEGG:13;SIGNOR:14\n"
              "P05113\tP22302\tIL5\tIL11\t1\t0\t0\tKEGG\t\n"),
        _import("omnipath", "o.tsv"), by_line=True,
    ),
    "sif": Target(
        _text(s__sif="HGNC:5438\tincreases\tHGNC:7098\nCL:0000134\tdecreases|activity|-\tCL:0000899\n"
              "HGNC:1\t-1\tHGNC:2\nHGNC:3\tpp\tHGNC:4\n"),
        _import("sif", "s.sif"), by_line=True,
    ),
    "sssom": Target(
        _text(m__sssom__tsv="#curie_map:\n#  HGNC: https://identifiers.org/hgnc/\nsubject_id\tsubject_label"
              "\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tconfidence\nHGNC:5438\tIFNG\t"
              "skos:exactMatch\tUniProtKB:P01579\tIFNG\tsemapv:ManualMappingCuration\t0.9\n"),
        _import("sssom", "m.sssom.tsv"),
    ),
    "indra": Target(
        _text(i__json="[\n" + ",\n".join([
              _STATEMENT % ("Activation", "subj", "IFNG", "5438", "CXCL9", "7098"),
              _STATEMENT % ("DecreaseAmount", "subj", "IL4", "6014", "CXCL9", "7098")]) + "\n]\n"),
        _import("indra", "i.json"),
    ),
    "tables": Target(_ontology, _tables, lambda name: name.endswith(".tsv")),
    "rubric": Target(_ontology, _tables, lambda name: name.endswith("rubric.toml")),
    "query": Target(
        _text(q__rq="PREFIX x: <http://example.org/>\nSELECT ?s (COUNT(?o) AS ?n) FROM <http://a/b>\n"
              "WHERE { ?s a mscgraph:Finding ; rdf:object ?o FILTER(?n > 2 || REGEX(STR(?s), \"a+\"))\n"
              "OPTIONAL { ?s (rdfs:subClassOf|^rdf:subject)* ?z }\nVALUES ?s { x:1 } }\nGROUP BY ?s\n"),
        _query,
    ),
    "overlay": Target(
        _text(o__tsv="entity\tlogFC\nMSC\t1.5\nTh17 cell\t-2\nCL:0000134\t0\n"), _overlay,
    ),
}  # fmt: skip
if addresses.PROGRAM:
    TARGETS["address"] = Target(_text(addresses=addresses.PLAIN), _address)


def change(content: bytes, dice: random.Random) -> tuple[bytes, int]:
    """Change a file once to thrice; with it goes how many lines the change has touched at most."""
    touched = 0
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        place = dice.randrange(len(content) + 1)
        odd = dice.choice((*ODD, bytes([dice.randrange(256)])))
        end = min(len(content), place + dice.choice((0, 1, 1, 2, 8, 60)))
        lines = content.splitlines(keepends=True) or [b""]
        row = dice.randrange(len(lines))
        match dice.randrange(7):
            case 0 | 1 | 2:
                touched += 1 + content[place:end].count(b"\n")
                content = content[:place] + odd + content[end:]
            case 3:  # a line twice
                content = b"".join([*lines[: row + 1], *lines[row:]])
            case 4:  # a line less
                touched += 1
                content = b"".join([*lines[:row], *lines[row + 1 :]])
            case 5:  # a cell or word replaced
                words = lines[row].split(b"\t")
                words[dice.randrange(len(words))] = odd
                touched += 1
                lines[row] = b"\t".join(words)
                content = b"".join(lines)
            case _:  # cut off
                touched += content[place:].count(b"\n") + 1
                content = content[:place]
    return content, touched


def _alarm(number: int, frame: object) -> NoReturn:
    del number, frame
    raise TimeoutError("more than ten seconds")


def fault(name: str, seed: int) -> str | None:
    """Change the files of a target by a seed and read them; return what went wrong."""
    target, dice = TARGETS[name], random.Random(f"{name} {seed}")
    files = dict(target.files())
    chosen = dice.choice(sorted(filter(target.changed, files)))
    changed, touched = change(files[chosen], dice)
    plain = files[chosen]
    files[chosen] = changed
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    signal.signal(signal.SIGALRM, _alarm)
    signal.alarm(SECONDS)
    try:
        found = _read(target, files)
    except mg.MscGraphError:
        return None
    except Exception:
        return f"{chosen}: {traceback.format_exc()}"
    finally:
        signal.alarm(0)
    if (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 > MEMORY:
        return f"{chosen}: more than a gigabyte"
    if target.by_line and changed.startswith(plain.splitlines(keepends=True)[0]):  # the header stands
        said = whole(name).said
        gone = set(plain.split(b"\n")) - set(changed.split(b"\n"))
        new = set(changed.split(b"\n")) - set(plain.split(b"\n"))
        lost, more = said - found.said, found.said - said
        if not found.noted and len(lost) > max(0, len(gone) - len(new)) + len(more):
            return f"{chosen}: lost in silence {sorted(lost)}: {changed!r}"
        if len(lost) > max(touched, len(gone)):
            return f"{chosen}: lost {sorted(lost)} where {touched} lines were touched: {changed!r}"
    return None


@cache
def whole(name: str) -> Read:
    """What the files of a target say as they are."""
    return _read(TARGETS[name], dict(TARGETS[name].files()))


def _read(target: Target, files: dict[str, bytes]) -> Read:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for file, content in files.items():
            (Path(folder) / file).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / file).write_bytes(content)
        return target.read(Path(folder))


def main(arguments: list[str]) -> int:
    """Run the targets for so many minutes each; return the number of faults."""
    if arguments[0] == "--again":
        print(fault(arguments[1], int(arguments[2])))
        return 0
    faults = 0
    for name in arguments[1:] or TARGETS:
        whole(name)
        end, kinds, inputs = time.monotonic() + 60 * float(arguments[0]), dict[str, str](), 0
        first = random.randrange(1 << 30)
        for seed in itertools.count(first):
            if time.monotonic() > end:
                break
            inputs += 1
            if (found := fault(name, seed)) and fault(name, seed):  # a busy machine is no fault
                kinds.setdefault(found.strip().splitlines()[-1][-200:], f"seed {seed}: {found}")
        print(f"{name}: {inputs} inputs, {len(kinds)} kinds of faults", flush=True)
        for text in kinds.values():
            print(text, flush=True)
        faults += len(kinds)
    return faults


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
