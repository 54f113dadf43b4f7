"""`manage.py run`: the demonstration, up to date, with the sample case, on http://127.0.0.1:8000."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from config.serving import (
    Background,
    Server,
    chosen_port,
    migrate_as_owner,
    pending_migrations,
    refuse_port_in_use,
)

HOST: Final = "127.0.0.1"


class Command(BaseCommand):
    """Bring the database up to date, load the sample into an empty one, and serve the demonstration."""

    help = "Serve the demonstration with the sample case; PORT chooses the port. For real cases: serve."
    # What they would find is found by `make check`; here they would only cost the start time.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Start, and say where, as whom, and how to stop."""
        if not settings.TAPHOS_DEMO:
            raise CommandError(
                _(
                    "`run` serves the demonstration, with public accounts: set TAPHOS_DEMO=1, or use `make run`. "
                    "To serve real cases use `manage.py serve`."
                )
            )
        port = chosen_port()
        refuse_port_in_use(HOST, port)
        console = Console(file=self.stdout, highlight=False, soft_wrap=True)  # type: ignore[arg-type]
        if pending := pending_migrations():
            console.print(_("Preparing the database: %(number)d migrations ...") % {"number": len(pending)})
            migrate_as_owner()
        load_sample_into_empty_database(console)
        write_checkpoint(console)
        settings.STATIC_ROOT.mkdir(
            parents=True, exist_ok=True
        )  # static files come from the apps themselves here
        background = Background()

        def ready() -> None:
            background.start()
            welcome(console, port)

        def ended() -> None:
            background.stop()
            console.print(_("Stopped serving. The database still runs: `make stop` stops it."))

        Server(f"{HOST}:{port}", when_ready=ready, on_exit=ended).run()


def load_sample_into_empty_database(console: Console) -> None:
    """Load the sample when there is no case at all; a database that is in use is left as it is."""
    from cases.models import Case

    if not Case.objects.exists():
        console.print(_("Loading the sample case ..."))
        call_command("load_sample", verbosity=0)


def write_checkpoint(console: Console) -> None:
    """Sign where the ledger stands at this start; show it where it contradicts what was signed before."""
    from cases.ledger.witness import write_checkpoints

    _written, report = write_checkpoints()
    for fault in report.faults:
        console.print(str(fault), style="bold red")
    if not report.intact:
        console.print(_("The ledger contradicts its checkpoints. Run `manage.py verify_ledger`."))


def welcome(console: Console, port: int) -> None:
    """Say where Taphos is, as whom to sign in, and how to stop it."""
    from cases.demo import DEMO_ACCOUNTS

    table = Table(title=None, box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for heading in (_("Role"), _("User name"), _("Password")):
        table.add_column(heading, overflow="fold")
    for account in DEMO_ACCOUNTS:
        table.add_row(str(account.role_label), account.username, account.password)
    console.print()
    console.print(_("Taphos is ready: %(address)s") % {"address": f"http://{HOST}:{port}/"}, style="bold")
    console.print(_("What the public reads: %(address)s") % {"address": f"http://{HOST}:{port}/updates/"})
    console.print()
    console.print(table)
    console.print()
    console.print(_("A demonstration: these accounts are public. Enter nothing that is real."))
    console.print(_("Ctrl-C stops serving; `make stop` stops the database too."))
