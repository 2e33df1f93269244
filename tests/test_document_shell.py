"""Every shell line that is no command of inboxd: it is run, by stand-ins where it takes root, a network or a provider."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from shown import DOCUMENTS, ROOT, Piece, all_blocks, blocks, command_of, shell_lines
from typer.testing import CliRunner

from inboxd.cli import app
from inboxd.commands.init import make_desk

HERE = "tests/test_document_shell.py"
ARCHIVE = "usr/share/gocode/src/github.com/gatherstars-com/jwz/test/testdata/ham"
# Programs that tests cannot have: why, and what stands in for each. It fails where it is called in another way than
# its manual page has it, and writes down what it was asked.
STAND_INS = {
    "useradd": ("makes an account of the system", "[ $# -eq 6 ] && [ $6 = inboxd ]"),
    "systemctl": (
        "needs a running systemd; the units are read by tests/test_deploy.py",
        "case $1 in enable|start|restart|daemon-reload) ;; *) false ;; esac",
    ),
    "systemd-creds": (
        "needs the machine's key; gives the file it is to encrypt",
        '[ $1 = encrypt ] && cp "$3" "$4"',
    ),
    "apt-get": (
        "needs the network and root",
        'case $1 in install) ;; download) touch "$2_1_all.deb" ;; *) false ;; esac',
    ),
    "dpkg-deb": ("needs the package", f'[ $1 = -x ] && [ -f "$2" ] && mkdir -p "$3/{ARCHIVE}"'),
    "make": ("would take minutes; each target is looked at below", '[ -d "${2#MBOX=}" ]'),
    "docker": (
        "needs an engine; the Dockerfile is read by tests/test_deploy_container.py",
        "case $1 in build) [ -f Dockerfile ] ;; run) ;; *) false ;; esac",
    ),
    "gocryptfs": (
        "needs FUSE; played where it is installed by tests/test_deploy_encryption.py",
        '[ $1 = -init ] && [ $2 = -passfile ] && [ -s "$3" ] && [ -d "$4" ]',
    ),
    "runuser": ("needs root", '[ "$1 $2 $3" = "-u inboxd --" ] && shift 3 && exec "$@"'),
    "chown": ("needs root", "[ $1 = inboxd:inboxd ] && [ -e $2 ]"),
    "pip": ("needs the network; the wheel is installed by tests/test_wheel.py", "[ $1 = install ]"),
    "python3": ("would take seconds to make an environment", '[ "$1 $2" = "-m venv" ] && mkdir -p "$3/bin"'),
}
TABLES_READ = ROOT / "inboxd" / "intake" / "freescout_dump.py"
# Documents whose blocks are followed from the first line to the last.
FOLLOWED = ("docs/deploying.md", "docs/encryption.md")
# The rest, by how the line begins: the test that runs or checks it, and how it does.
CHECKED = {
    "apt-get download ": (HERE, "def test_the_public_archive_is_where_it_is_said_to_be"),
    "dpkg-deb -x ": (HERE, "def test_the_public_archive_is_where_it_is_said_to_be"),
    "make ": (HERE, "def test_every_make_line_is_one"),
    "PIP_EXTRA_INDEX_URL=": (HERE, "def test_every_make_line_is_one"),
    "python benchmarks/": (HERE, "def test_every_benchmark_shown_is_a_program"),
    "git ": (HERE, "def test_the_git_lines_run_on_a_desk"),
    "mkdir -m 700 ../desk/var": (HERE, "def test_the_password_is_its_owners_alone"),
    "(umask 077; cat > ../desk/var/password)": (HERE, "def test_the_password_is_its_owners_alone"),
    "84 received, 84 filed, 0 unexplained": (
        "tests/test_document_commands.py",
        "def test_output_shown_is_what",
    ),
    "mysqldump --xml": (HERE, "def test_the_dump_has_the_tables_that_are_read"),
    "kill -9": ("tests/journeys/test_processes.py", "signal.SIGKILL"),
    "pip freeze --all": ("tests/test_house.py", "def test_what_is_installed_is_what_is_pinned"),
    "pip install --editable '.[dev,fuzz]'": (HERE, "def test_the_extras_shown_are_there"),
    "postmap /etc/postfix/transport": (
        "tests/test_deploy_mail_servers.py",
        'running_postfix(folder, main, master, folder / "transport")',
    ),
    "install -m 0755 deploy/inboxd-accept": ("tests/test_deploy_mail_servers.py", 'DEPLOY / "inboxd-accept"'),
    "systemd-analyze security": ("tests/test_deploy.py", '"systemd-analyze", "security", "--offline=true"'),
}


def others() -> list[Piece]:
    """Return the shell lines that are no command of inboxd and in no document that is followed."""
    return [
        line
        for document in DOCUMENTS
        for line in shell_lines(document)
        if not command_of(line.text)
        and not (line.kind == "sh" and line.document in FOLLOWED and _in_block(line))
    ]


def _in_block(line: Piece) -> bool:
    document = ROOT / line.document
    return any(
        block.kind == "sh" and block.line < line.line <= block.line + block.text.count("\n")
        for block in blocks(document)
    )


@pytest.mark.parametrize("line", others(), ids=lambda one: f"{one.where} {one.text[:40]}")
def test_every_other_line_is_checked(line: Piece) -> None:
    """Each is valid shell, and its line of the table above names what runs or checks it, and that is so."""
    found = [how for begins, how in CHECKED.items() if line.text.startswith(begins)]

    assert found, f"{line.where}: nothing runs or checks `{line.text}`"
    assert all(how in (ROOT / file).read_text("utf-8") for file, how in found)


def test_every_shell_line_can_be_read() -> None:
    """All of them together are valid shell."""
    lines = "\n".join(line.text for document in DOCUMENTS for line in shell_lines(document))
    subprocess.run(["bash", "-n"], input=lines, text=True, check=True)


def test_exceptions_are_used() -> None:
    """Nothing is excused that no document shows any more."""
    texts = [line.text for line in others()]
    shown = "".join(block.text for block in all_blocks("sh"))

    assert [begins for begins in CHECKED if not any(text.startswith(begins) for text in texts)] == []
    assert [name for name in STAND_INS if not re.search(rf"(?:^|/){name} ", shown, re.MULTILINE)] == []


def test_every_make_line_is_one() -> None:
    """Make knows what to do for each target shown, with the variables shown."""
    lines = {line.text for line in others() if re.search(r"(?:^|\s)make ", line.text)}
    goals = sorted({word for line in lines for word in line.split("make ")[1].split()})
    done = subprocess.run(
        ["make", "--dry-run", *goals], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert len(lines) > 15
    assert done.returncode == 0, done.stderr


def test_every_benchmark_shown_is_a_program() -> None:
    """Each `python benchmarks/…` is a script that compiles and says how it is called."""
    for line in others():
        if line.text.startswith("python "):
            source = (ROOT / line.text.split()[1]).read_text("utf-8")
            compile(source, line.text, "exec")
            assert '__name__ == "__main__"' in source


def test_the_git_lines_run_on_a_desk(tmp_path: Path) -> None:
    """They are run in a desk under git, as somebody who has never used git before."""
    make_desk(tmp_path / "desk")
    who = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "a@acme.test", "HOME": str(tmp_path)}
    who |= {"GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "a@acme.test", "GIT_EDITOR": "echo words >"}
    lines = dict.fromkeys(line.text for line in others() if line.text.startswith("git "))
    script = "\n".join(("git init -q", "git add -A", *lines))

    subprocess.run(
        ["bash", "-ec", script],
        cwd=tmp_path / "desk",
        env={**os.environ, **who},
        capture_output=True,
        check=True,
    )


def test_the_password_is_its_owners_alone(tmp_path: Path) -> None:
    """The README's two lines make a folder and a file that nobody else on the machine can read."""
    lines = [line.text for line in others() if "../desk/var" in line.text and line.document == "README.md"]
    (tmp_path / "desk").mkdir()
    (tmp_path / "inboxd").mkdir()

    script = "\n".join(lines)
    subprocess.run(["bash", "-ec", script], cwd=tmp_path / "inboxd", input=b"secret\n", check=True)

    var = tmp_path / "desk" / "var"
    assert (var / "password").read_bytes() == b"secret\n"
    assert [path.stat().st_mode & 0o777 for path in (var, var / "password")] == [0o700, 0o600]


def test_the_dump_has_the_tables_that_are_read() -> None:
    """What mysqldump is told to write is what `inboxd import freescout` reads, but for the tags it names beside."""
    (line,) = [line.text for line in others() if line.text.startswith("mysqldump")]
    tables = line.partition(" freescout ")[2].partition(" >")[0].split()
    reads = set(re.findall(r'"([a-z_]+)"', TABLES_READ.read_text("utf-8")))

    assert {*tables, "tags", "conversation_tag"} <= reads


def test_the_extras_shown_are_there() -> None:
    """`.[dev,fuzz]` names groups of pyproject.toml."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert {"dev", "fuzz"} <= set(extras)


def test_the_backup_of_every_night_runs(tmp_path: Path) -> None:
    """The line for cron, as cron would run it: a percent sign stands escaped, the command goes to /bin/sh."""
    (line,) = [block.text for block in all_blocks("") if "inboxd backup" in block.text]
    schedule, command = line[:10].split(), line[10:].strip().replace("\\%", "%")
    make_desk(tmp_path / "srv" / "desk")
    (tmp_path / "backups").mkdir()
    config = str(tmp_path / "srv" / "desk" / "config.toml")
    assert CliRunner().invoke(app, ["-c", config, "run", "--until-idle"]).exit_code == 0

    _sh(tmp_path, command)

    assert len(schedule) == 5
    assert [path.name[:6] for path in (tmp_path / "backups").iterdir()] == [
        "desk-" + "1234567"[_weekday() - 1]
    ]


def test_the_public_archive_is_where_it_is_said_to_be(tmp_path: Path) -> None:
    """The package is fetched, unpacked, and measured from the folder that its mails lie in."""
    (script,) = [block.text for block in blocks(ROOT / "docs" / "performance.md") if block.kind == "sh"]

    _sh(tmp_path, script, tmp_path)


def test_deploying_and_encryption_can_be_followed(tmp_path: Path) -> None:
    """From the first line to the last, below another root: in the end the desk lies on its disk, with its backup."""
    for folder in ("opt", "srv", "etc/systemd/system"):
        (tmp_path / folder).mkdir(parents=True)
    lines = [block.text for name in FOLLOWED for block in blocks(ROOT / name) if block.kind == "sh"]

    _sh(tmp_path, "".join(lines))

    root = tmp_path / "srv" / "inboxd"
    assert {"inboxd.db", "before.backup"} <= {path.name for path in (root / "var").iterdir()}
    assert (root / "var").stat().st_mode & 0o777 == 0o700
    units = {path.name for path in (tmp_path / "etc" / "systemd" / "system").iterdir()}
    assert units == {"inboxd.service", "inboxd-disk.service", "inboxd.service.d"}


def _sh(root: Path, script: str, folder: Path = ROOT) -> None:
    """Run a script in a folder with /opt, /srv, /etc and /backups below a root, and stand-ins for programs."""
    programs = root / "programs"
    programs.mkdir()
    inboxd = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m inboxd "$@"\n'
    (programs / "inboxd").write_text(inboxd, "utf-8")
    for name, (_, does) in STAND_INS.items():
        (programs / name).write_text(f"#!/bin/bash\nset -e\n{does}\n", "utf-8")
    # Who owns it is the system's affair; all else `install` does itself.
    (programs / "install").write_text(
        '#!/bin/bash\nwords=("$@")\n[ "$2" = -o ] && words=("$1" "${@:6}")\nexec /usr/bin/install "${words[@]}"\n',
        "utf-8",
    )
    with (programs / "python3").open("a", encoding="utf-8") as file:
        file.write(f'ln -s {programs}/pip {programs}/inboxd "$3/bin/"\n')
    for program in programs.iterdir():
        program.chmod(0o755)
    below = re.sub(r"(?<![\w.])/(opt|srv|etc|backups)/", rf"{root}/\1/", script)
    below = re.sub(r"(-v )?/srv/inboxd:/srv/inboxd", rf"\1{root}/srv/inboxd:/srv/inboxd", below)
    path = f"{programs}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euxc", below],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _weekday() -> int:
    return int(subprocess.run(["date", "+%u"], capture_output=True, check=True).stdout)
