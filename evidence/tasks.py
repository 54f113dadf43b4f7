"""What is done in the background, once the transaction that asked for it has been committed."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from evidence.models import Photograph


@app.task(
    queue="files", name="evidence.read_labels", retry=RetryStrategy(max_attempts=4, exponential_wait=10)
)
def read_labels(photograph: str) -> int:
    """Read the labels in a photograph; return with how many records it was linked."""
    from evidence.services.label_reading import read_photograph

    row = Photograph.objects.select_related("case").filter(pk=photograph, withdrawn_at__isnull=True).first()
    return len(read_photograph(row)) if row is not None else 0


@app.task(queue="bundles", name="evidence.make_bundle")
def make_bundle(token: str) -> None:
    """Make a bundle that somebody asked for."""
    from evidence.bundle.requests import make

    make(token)
