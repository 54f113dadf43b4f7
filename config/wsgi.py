"""The WSGI application; it refuses to start in an unsafe configuration."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if not os.environ.get("DATABASE_URL"):  # empty counts as unset, as in the settings
    from config import postgres

    postgres.start()
application = get_wsgi_application()

from config.checks import refuse_unsafe_start  # noqa: E402 - needs the apps that the line above loads

refuse_unsafe_start()
