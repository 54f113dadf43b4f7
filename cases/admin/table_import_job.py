"""The work behind the import pages: looking at an uploaded table, and importing it, each at most once.

Small tables are done in the request; larger ones in a thread, whose progress the page shows. A lock that ends with the
process tells work that goes on from work that broke off.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.db import connections
from django.utils import translation
from django.utils.translation import gettext as _

from cases.importing.uploads import Upload
from cases.models.case import Case
from cases.models.user import User
from cases.refusals import Refusal
from cases.services.table_import import FAILURES
from cases.services.table_import_result import TableResult

#: Imports a table: what `import_sites` takes and gives, and besides it what the upload's form asked for.
Importer = Callable[..., TableResult]

LOOK: Final = "look"
IMPORT: Final = "import"
#: A table of at most this size is done while the browser waits: some 2,000 rows. A workbook is packed.
AT_ONCE_BYTES: Final = 500_000
PACKED: Final = 5


def start(upload: Upload, stage: str, user: User, importer: Importer) -> None:
    """Begin a stage unless it is going on or done; a second click finds one of both."""
    lock = upload.hold(stage)
    if lock is None:
        return
    if upload.read(stage) is not None:
        os.close(lock)
        return
    upload.note(f"{stage}.progress", {"done": 0, "total": None})
    size_bytes = upload.table.stat().st_size * (PACKED if upload.table.suffix.lower() == ".xlsx" else 1)
    if size_bytes <= AT_ONCE_BYTES:
        _work(upload, stage, user.pk, lock, importer)
        return
    threading.Thread(
        target=_in_thread,
        args=(upload, stage, user.pk, lock, importer, translation.get_language()),
        name=f"table import {stage}",
        daemon=True,
    ).start()


def state(upload: Upload, stage: str) -> tuple[str, dict[str, Any]]:
    """Return `none`, `running` with progress, `broken` or `done` with what came of it."""
    is_held = upload.is_held(stage)
    done = upload.read(stage)
    if done is not None:
        return "done", done
    progress = upload.read(f"{stage}.progress")
    if progress is None:
        return "none", {}
    return ("running" if is_held else "broken"), progress


def _in_thread(  # noqa: PLR0917 - the arguments of a thread
    upload: Upload, stage: str, user_id: UUID, lock: int, importer: Importer, language: str | None
) -> None:
    try:
        with translation.override(language):
            _work(upload, stage, user_id, lock, importer)
    finally:
        connections.close_all()


def _work(upload: Upload, stage: str, user_id: UUID, lock: int, importer: Importer) -> None:
    """Do a stage and note what came of it. The person is read anew: rights may have changed."""
    try:
        upload.note(stage, _outcome(upload, stage, user_id, importer))
    finally:
        os.close(lock)


def _outcome(upload: Upload, stage: str, user_id: UUID, importer: Importer) -> dict[str, Any]:
    try:
        result = importer(
            actor=User.objects.select_related("agency").get(pk=user_id),
            case=Case.objects.get(pk=upload.ticket["case"]),
            path=upload.table,
            mapping=upload.mapping,
            dry_run=stage == LOOK,
            encoding=upload.ticket["encoding"] or None,
            separator=upload.ticket["separator"] or None,
            progress=lambda done, total: upload.note(f"{stage}.progress", {"done": done, "total": total}),
            refused_file=_fresh(upload, stage),
            file_name=upload.ticket["shown_name"],
            expected_sha256=_looked_at(upload) if stage == IMPORT else "",
            **upload.ticket.get("asked", {}),
        )
    except Refusal as refusal:
        return {
            "refusal": {
                "code": refusal.code,
                "message": refusal.message,
                "rule": refusal.rule_in_words,
                "way_forward": refusal.way_forward,
            }
        }
    except FAILURES:
        logging.getLogger("taphos").exception("import of a table broke off")
        return {
            "refusal": {
                "code": "import.broke_off",
                "message": _("The import broke off; nothing was imported."),
                "rule": "",
                "way_forward": _(
                    "Start it again; if it happens once more, tell your administrator the time."
                ),
            }
        }
    return {"result": result.as_dict()}


def _looked_at(upload: Upload) -> str:
    looked = upload.read(LOOK) or {}
    return str(looked.get("result", {}).get("sha256", ""))


def _fresh(upload: Upload, stage: str) -> Any:
    """Return where refused rows go; what a run that broke off left there is removed."""
    path = upload.folder / f"{stage}.refused.csv"
    path.unlink(missing_ok=True)
    return path
