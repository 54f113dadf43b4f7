"""What is done in the background again and again: partners' programs are told what moved."""

from __future__ import annotations

from procrastinate.contrib.django import app

#: Every ten seconds.
OFTEN = "* * * * * */10"


@app.periodic(cron=OFTEN)
@app.task(queue="notices", name="cases.send_notices", queueing_lock="cases.send_notices")
def send_notices(timestamp: int) -> tuple[int, int]:
    """Write down what moved, and send what is due."""
    from cases.exchange.notices import send_due
    from cases.services.webhook import write_notices

    write_notices()
    return send_due()
