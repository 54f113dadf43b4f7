"""The shape of the house: imports go one way, and nothing hides in a drawer called utils."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
#: From the ground up; an app imports those before it and none after it.
APPS = ("cases", "remains", "evidence", "config")
#: What a file imports out of the order, and why it may.
EXCEPTIONS: dict[str, set[str]] = {}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written out in full"
            yield node.module or ""


@pytest.mark.parametrize("app", APPS)
def test_imports_go_one_way(app: str) -> None:
    above = set(APPS[APPS.index(app) + 1 :])
    upward = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in sources(app)
        for module in imported(path)
        if module.split(".")[0] in above | {"tests"}
        and module not in EXCEPTIONS.get(str(path.relative_to(ROOT)), set())
    }
    assert upward == set()


@pytest.mark.parametrize("app", APPS)
def test_models_know_no_services_and_services_no_pages(app: str) -> None:
    wrong = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in sources(app)
        for module in imported(path)
        for below, beyond in (("models", {"services", "admin", "api"}), ("services", {"admin", "api"}))
        if path.parent.name == below and len(module.split(".")) > 1 and module.split(".")[1] in beyond
    }
    assert wrong == set()


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "signals", "handlers"}
    assert [
        path for path in sources(*APPS, "tests") if path.stem in drawers or path.parent.name in drawers
    ] == []


def test_nothing_happens_by_signal() -> None:
    """A signal may be sent to a library that asks for it; none is received: what happens is read where it is done."""
    received = []
    for path in sources(*APPS):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "connect"
            ):
                owner = node.func.value
                name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
                if name.startswith(("pre_", "post_", "m2m_")) or name.endswith("_signal"):
                    received.append(f"{path.relative_to(ROOT)}:{node.lineno}")
            if isinstance(node, ast.Name) and node.id == "receiver":
                received.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert received == []


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in sources("tests")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_nothing_in_access_is_caught() -> None:
    """A fault in the code that decides who may see what must never become a yes."""
    nodes = ast.walk(ast.parse((ROOT / "cases/access.py").read_text()))
    assert [node.lineno for node in nodes if isinstance(node, ast.Try)] == []


#: Where writes to records are made, beside the services: the ledger's own tests of itself excepted.
DOORS = ("services", "management", "migrations")


def test_only_services_name_a_change() -> None:
    """Every write goes through `change(...)`; whoever opens one outside the services writes past them."""
    allowed = {
        "cases/workflow.py",
        "cases/models/user.py",  # renews a password's outdated hash
        "cases/ledger/context.py",
        "config/second_factor.py",  # names the change that Django's own password page makes
    }
    others = [
        str(path.relative_to(ROOT))
        for path in sources(*APPS)
        if not set(path.relative_to(ROOT).parts) & set(DOORS)
        and str(path.relative_to(ROOT)) not in allowed
        and any(
            isinstance(node, ast.ImportFrom)
            and node.module == "cases.ledger.context"
            and any(alias.name == "change" for alias in node.names)
            for node in ast.walk(ast.parse(path.read_text()))
        )
    ]
    assert others == []
