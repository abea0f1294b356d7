"""Files and processes (issue 12 C): whole or not at all, nobody else's removed, killed runs swept up."""

import errno
import json
import multiprocessing
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import mscgraph as mg
from mscgraph import working_folders
from mscgraph.files import left_over, whole_file, write_whole, write_whole_folder

pytestmark = pytest.mark.slow

MARK = "test.mark"
LIMIT = 60  # seconds that any wait may last
# Writes a folder or a file, says so, and waits for its end; what it is ended by is the test's choice.
WRITER = """
import select, signal, sys
from pathlib import Path
from mscgraph.files import whole_file, write_whole_folder
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # which nohup has set to be ignored
def hold(place):
    place.write_text("half")
    print("writing", flush=True)
    while not select.select([sys.stdin], [], [], 0.1)[0]:  # a signal just before a wait without end is lost
        pass
kind, target = sys.argv[1:]
if kind == "file":
    with whole_file(target) as beside:
        hold(beside)
else:
    write_whole_folder(target, lambda place: hold(place / "a"), mark="test.mark")
"""


def write_folder(target: Path, text: str) -> None:
    write_whole_folder(target, lambda place: (place / "a").write_text(text), mark=MARK)


def ended(kind: str, target: Path, number: int) -> int:
    """Start a writer, end it by a signal while it writes, and return its exit code."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, kind, str(target)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        assert child.stdout.readline() == "writing\n"
        child.send_signal(number)
        return child.wait(LIMIT)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("kind", ["file", "folder"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_leaves_nothing(kind: str, number: int, tmp_path: Path) -> None:
    assert ended(kind, tmp_path / "target", number) != 0
    assert names(tmp_path) == set()


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_the_next_run_removes_what_a_killed_one_left(kind: str, tmp_path: Path) -> None:
    target = tmp_path / "target"
    for _ in range(3):
        assert ended(kind, target, signal.SIGKILL) == -signal.SIGKILL
        assert len(left_over(target)) == 1  # left-overs do not grow
    assert left_over(tmp_path / "another") == []
    write_whole(tmp_path / "another", b"")  # whatever the next run writes there
    assert names(tmp_path) == {"another"}


def test_nothing_of_the_user_or_of_a_living_writer_is_removed(tmp_path: Path) -> None:
    kept = {
        ".config.old": "my only backup",
        ".config.1.part": "mine",
        ".mscgraph-0123456789abcdef": "named as ours, but not proven",
        ".mscgraph-0123456789abcde0": json.dumps({"program": "mscgraph", "target": "config"}),
    }
    for name, text in kept.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "notes.txt").write_text(text)
        (tmp_path / name / "made-by-mscgraph.json").write_text(text)
        for path in [*(tmp_path / name).iterdir(), tmp_path / name]:
            os.utime(path, (0, 0))
    with whole_file(tmp_path / "other") as living:
        living.write_text("not yet ready")
        write_folder(tmp_path / "config", "new")
        write_folder(tmp_path / "config", "newer")
        assert living.read_text() == "not yet ready"
    assert names(tmp_path) == {*kept, "config", "other"}
    assert all((tmp_path / name / "notes.txt").read_text() == text for name, text in kept.items())


def test_a_copy_of_a_working_folder_is_the_users(tmp_path: Path) -> None:
    ended("folder", tmp_path / "target", signal.SIGKILL)
    (left,) = left_over(tmp_path / "target")
    copy = tmp_path / ".mscgraph-00000000000000ff"
    subprocess.run(["cp", "-a", left, copy], check=True)
    write_folder(tmp_path / "target", "new")
    assert names(tmp_path) == {"target", copy.name}


def test_a_folder_with_a_users_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(mg.OutputError, match="did not write"):
        write_folder(tmp_path, "new")
    assert names(tmp_path) == {"notes.txt"}


@pytest.mark.parametrize("place", ["", ".", "-", "nowhere/x", "file", "a\0b"])
def test_targets_of_a_folder_that_cannot_be(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(mg.OutputError, match="cannot write"):
        write_whole_folder(place, lambda _: None, mark=MARK)
    assert names(tmp_path) == {"file"}


def without_exchange(*_: object) -> bool:
    return False


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_is_replaced_whole(
    exchange: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchange:
        monkeypatch.setattr(working_folders, "exchange_at_once", without_exchange)
    for text in ("one", "two"):
        write_folder(tmp_path / "target", text)
        assert (tmp_path / "target" / "a").read_text() == text
        assert names(tmp_path) == {"target"}


def test_killed_between_two_renames_it_is_put_back(tmp_path: Path) -> None:
    target = tmp_path / "target"
    write_folder(target, "old")
    if os.fork() == 0:  # a system that cannot exchange two names, and a kill after the first rename
        working_folders.exchange_at_once = without_exchange
        replace = Path.replace

        def first(self: Path, other: Path) -> Path:
            replace(self, other)
            os.kill(os.getpid(), signal.SIGKILL)
            return other

        Path.replace = first
        write_folder(target, "new")
    os.wait()
    assert not target.exists()
    write_whole(tmp_path / "other", b"")
    assert (target / "a").read_text() == "old"
    assert names(tmp_path) == {"target", "other"}


def write_often(target: Path) -> list[str]:
    faults = []
    for _ in range(30):
        try:
            write_folder(target, f"{os.getpid()}")
        except mg.OutputError as error:
            faults.append(str(error))
    return faults


def test_eight_writers_of_one_folder(tmp_path: Path) -> None:
    target = tmp_path / "target"
    write_folder(target, "0")
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        writing = pool.map_async(write_often, [target] * 8)
        while not writing.ready():
            assert (target / "a").read_text()  # never absent, never half
        assert [fault for faults in writing.get(LIMIT) for fault in faults] == []
    assert names(tmp_path) == {"target"}


def test_a_pipe_gets_the_bytes(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        assert write_whole(pipe, b"bytes") == pipe
        assert reader.communicate(timeout=LIMIT)[0] == b"bytes"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert names(tmp_path) == {"pipe"}


@pytest.mark.parametrize("place", ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_gets_the_bytes(place: str, tmp_path: Path) -> None:
    code = f"from mscgraph.files import write_whole\nwrite_whole({place!r}, b'bytes')"
    with (tmp_path / "out").open("wb") as out:  # what was written before stays
        out.write(b"before ")
        out.flush()
        subprocess.run([sys.executable, "-c", code], stdout=out, cwd=tmp_path, check=True)
    assert (tmp_path / "out").read_bytes() == b"before bytes"
    assert names(tmp_path) == {"out"}


def test_a_device_stays_one(tmp_path: Path) -> None:
    device = tmp_path / "null"
    try:
        os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        write_whole(device, b"bytes")
    except (PermissionError, mg.OutputError):
        pytest.skip("only root may make a device")
    assert stat.S_ISCHR(device.stat().st_mode)


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    for name, target in [("file", "real/file"), ("folder", "real/folder")]:
        (tmp_path / name).symlink_to(target)
    for text in ("old", "new"):  # first the link leads nowhere
        write_whole(tmp_path / "file", text.encode())
        write_folder(tmp_path / "folder", text)
        assert (tmp_path / "real" / "file").read_text() == text
        assert (tmp_path / "real" / "folder" / "a").read_text() == text
    assert all((tmp_path / name).is_symlink() for name in ("file", "folder"))
    assert names(tmp_path / "real") == {"file", "folder"}


def test_permissions_stay(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_whole(tmp_path / "file", b"")
        write_folder(tmp_path / "folder", "")
    finally:
        os.umask(mask)
    mode = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert mode == {"file": 0o640, "folder": 0o750}
    for name, bits in [("file", 0o600), ("folder", 0o700)]:
        (tmp_path / name).chmod(bits)
    write_whole(tmp_path / "file", b"new")
    write_folder(tmp_path / "folder", "new")
    mode = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert mode == {"file": 0o600, "folder": 0o700}


def test_a_folder_that_another_program_holds_locked_is_written(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # as `flock . mscgraph export …` does
        write_whole(tmp_path / "file", b"new")
    finally:
        os.close(folder)
    assert names(tmp_path) == {"file"}


def test_a_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")

    def flock(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    monkeypatch.setattr(working_folders, "PATIENCE", 0)
    write_whole(tmp_path / "file", b"new")
    assert names(tmp_path) == {"file"}


def test_a_file_that_somebody_put_into_a_folder_of_ours_stays(tmp_path: Path) -> None:
    target = tmp_path / "target"
    write_folder(target, "old")
    (target / ".DS_Store").touch()  # is no work of anybody
    write_folder(target, "new")
    (target / "notes.txt").write_text("mine")
    with pytest.raises(mg.OutputError, match=r"notes\.txt is in it"):
        write_folder(target, "newer")
    assert (target / "notes.txt").read_text() == "mine"
    assert (target / "a").read_text() == "new"


def test_what_is_killed_while_it_removes_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    removed = 0

    def unlink(path: str, **options: int) -> None:
        nonlocal removed
        removed += 1
        if removed > at:
            raise Killed
        real(path, **options)

    real = os.unlink
    for at in range(6):
        removed = 0
        with monkeypatch.context() as patched:
            patched.setattr(os, "unlink", unlink)
            with pytest.raises((Killed, ZeroDivisionError)):
                write_whole_folder(tmp_path / "target", part_of_many, mark=MARK)
        write_whole(tmp_path / "another", b"")
        assert names(tmp_path) == {"another"}, at


def part_of_many(place: Path) -> None:
    for number in range(4):
        (place / str(number)).touch()
    raise ZeroDivisionError
