"""The rules of CONTRIBUTING.md that a machine can hold."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src" / "gigacampus").rglob("*.py"))
AREAS = {"buildout", "compute", "power", "cooling", "neighbours", "products", "company"}
ROOMS = [
    "foundation",
    "schema",
    "registry",
    "library",
    "scenario",
    "areas",
    "measure",
    "pipeline",
    "results",
    "rerun",
    "answers",
    "explore",
    "report",
    "api",
    "sweep",
    "atlas",
    "ask",
    "validation",
    "forecasts",
    "server",
    "cli",
]
"""Nothing imports from a room further down this list, but for the arrows below."""
MAY_RUN_UP = {("schema", "registry")}
FORBIDDEN_CLASSES = {"Model", "Manager", "System", "World", "Helper"}
PRIVATE_WORDS = re.compile(r"(/wor[k]/|/far[m]/|/tm[p]/bash|subagen[t]|assistan[t])", re.IGNORECASE)

ROLE_ON_THE_WIRE = re.compile(r'"role": "assistan[t]"')
"""A value that the chat-completions protocol prescribes."""


def docstring_lines(tree: ast.AST) -> int:
    """Lines of the docstrings of all functions in a tree."""
    functions = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and ast.get_docstring(n) is not None]
    return sum((n.body[0].end_lineno or 0) - n.body[0].lineno + 1 for n in functions)


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    said = isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant) and len(node.body) > 1
    first = node.body[1] if said else node.body[0]
    return (node.end_lineno or 0) - first.lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT / "src" / "gigacampus")))
def test_sizes_and_comments(path):
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    told = docstring_lines(ast.parse(text))
    assert len(lines) - told <= 400, f"{len(lines) - told} lines besides docstrings"
    comments = [line for line in lines if line.lstrip().startswith("#") and not line.startswith("#!")]
    assert len(comments) <= max(3, 0.06 * len(lines)), f"{len(comments)} comment lines of {len(lines)}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert body_lines(node) <= 40, f"{node.name} has a body of {body_lines(node)} lines"
        if isinstance(node, ast.ClassDef):
            assert (node.end_lineno or 0) - node.lineno - docstring_lines(node) < 250, node.name
            assert node.name not in FORBIDDEN_CLASSES
    assert path.name not in ("utils.py", "helpers.py")


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT / "src" / "gigacampus")))
def test_every_module_says_what_it_is(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not tree.body or ast.get_docstring(tree), "no module docstring"


def imports_of(tree: ast.AST, known: set[str]) -> set[str]:
    """Modules of ``known`` that a file imports anywhere, inside functions and for types alone included."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" if f"{node.module}.{alias.name}" in known else node.module for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & known


@pytest.fixture(scope="module")
def graph() -> dict[str, set[str]]:
    """Module -> modules of this package that it imports."""
    paths = {".".join(p.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__"): p for p in SOURCES}
    return {m: imports_of(ast.parse(p.read_text(encoding="utf-8")), set(paths)) - {m} for m, p in paths.items()}


def room(module: str) -> str:
    return [*module.split("."), "__init__"][1]


def level(module: str) -> int:
    """Place in the order of rooms; areas stand side by side, the package's own front door above all."""
    name = "areas" if room(module) in AREAS else room(module)
    return ROOMS.index(name) if name in ROOMS else len(ROOMS)


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Sets of nodes that reach one another, by Tarjan's walk."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        order[node] = lowest[node] = len(order)
        stack.append(node)
        for other in graph.get(node, ()):
            if other not in order:
                visit(other)
            if other in stack:
                lowest[node] = min(lowest[node], lowest[other])
        if lowest[node] == order[node]:
            ring = [stack.pop()]
            while ring[-1] != node:
                ring.append(stack.pop())
            if len(ring) > 1:
                found.append(sorted(ring))

    for node in graph:
        if node not in order:
            visit(node)
    return found


def test_every_room_has_its_place_in_the_order(graph):
    assert {room(m) for m in graph} - AREAS - set(ROOMS) == {"__init__", "__main__"}


def test_rooms_import_from_rooms_below(graph):
    up = {(room(m), room(other)): (m, other) for m, below in graph.items() for other in below if level(other) > level(m)}
    assert set(up) <= MAY_RUN_UP and len(MAY_RUN_UP) <= 3, up


def test_areas_do_not_reach_sideways(graph):
    beside = {(room(m), room(other)) for m, below in graph.items() for other in below if room(m) in AREAS and room(other) in AREAS}
    assert {pair for pair in beside if len(set(pair)) == 2} <= {("power", "cooling")}


def test_no_files_import_in_a_circle(graph):
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == [["b", "c"]]
    assert circles(graph) == []


def test_no_scripts_of_the_viewer_import_in_a_circle():
    scripts = {p.stem: p.read_text(encoding="utf-8") for p in (ROOT / "web" / "src").glob("*.ts")}
    imports = {name: set(re.findall(r'from "\./([\w-]+)"', text)) for name, text in scripts.items()}
    assert any(imports.values()) and circles(imports) == []


def test_no_file_speaks_of_the_workplace():
    written = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "scenarios").rglob("*.yaml")]
    for path in [*SOURCES, *written]:
        assert not PRIVATE_WORDS.search(ROLE_ON_THE_WIRE.sub("", path.read_text(encoding="utf-8"))), path


def test_browser_tests_click_where_the_page_is_seen_to_be():
    forced = [f.name for f in sorted((ROOT / "tests" / "e2e").glob("*.py")) if re.search(r"force\s*=\s*True", f.read_text())]
    assert not forced, f"a forced click lands beside what still moves: {forced}"
