"""Science stands alone: no Django, no other part of Taphos; beside Python it knows numbers in arrays only."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import remains.science

HERE = Path(remains.science.__file__).parent


#: What it may import beside the standard library.
LIBRARIES = frozenset({"numpy"})


def test_science_imports_python_numpy_and_itself_only() -> None:
    for path in HERE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            for name in names:
                assert name.startswith("remains.science") or name.split(".")[0] in (
                    sys.stdlib_module_names | LIBRARIES
                ), path
