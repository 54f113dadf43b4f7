"""The pages about the interface: what there is, its description, and two ways to read that in a browser."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api import reading


class AboutSerializer(serializers.Serializer):
    """Where everything is, and who you are here."""

    version = serializers.CharField(help_text="Of the interface: what is in version 1 stays as it is.")
    you = serializers.DictField(help_text="Who is calling.")
    openapi = serializers.URLField()
    docs = serializers.URLField()
    kinds = serializers.DictField(child=serializers.URLField(), help_text="Lists by kind of record.")


class RootView(APIView):
    """Where everything is, and who you are here."""

    answer_schema = AboutSerializer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a secret in the address here too: it is the first address that anybody tries."""
        reading.refuse_secrets_in_address(request)
        super().initial(request, *args, **kwargs)

    @extend_schema(operation_id="about")
    def get(self, request: Request) -> Response:
        """Say where everything is, and who you are here."""
        from config.api import KINDS

        def to(name: str) -> str:
            return request.build_absolute_uri(reverse(f"api:{name}"))

        user: Any = request.user
        return Response(
            {
                "version": "1",
                "you": {"id": str(user.pk), "name": user.full_name, "agency": user.agency.short_name},
                "openapi": to("openapi"),
                "docs": to("docs"),
                "kinds": {name: to(f"{name}-list") for name in KINDS},
            }
        )


def in_order(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Say in the description what each kind of record is, in the order of the work."""
    from config.api import KINDS

    about = {"name": "about", "description": "Where everything is, and who you are here."}
    kinds = [{"name": name, "description": view.__doc__} for name, view in KINDS.items()]
    return {**result, "tags": [about, *kinds]}


@cache
def description() -> bytes:
    """Return the description as it is sent; it is the same for everybody, and made once."""
    document = SchemaGenerator(urlconf="config.urls").get_schema(request=None, public=True)
    return json.dumps(document, separators=(",", ":"), default=str).encode()


class DescriptionView(APIView):
    """The description of the interface, OpenAPI 3.1. It tells of no case, and anybody may read it."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """Return the description."""
        return HttpResponse(description(), content_type="application/json")


class SwaggerView(SpectacularSwaggerSplitView):
    """The description to read and to try out. Its script comes by itself, as our policy wants it."""

    authentication_classes = ()
    permission_classes = ()
    url_name = "api:openapi"
    template_name = "api/swagger.html"


#: The picture that Redoc fetches from its maker, and the one that we have.
MAKERS_MARK: Final = "https://cdn.redoc.ly/redoc/logo-mini.svg"
OUR_MARK: Final = "taphos/favicon.svg"


@cache
def redoc_script() -> bytes:
    """Return the script of Redoc, which then fetches nothing from elsewhere."""
    found: Any = finders.find("drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js")
    return Path(found).read_text().replace(MAKERS_MARK, static(OUR_MARK)).encode()


class RedocView(TemplateView):
    """The description to read, and with `?script` the script that shows it."""

    template_name = "api/redoc.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer anybody."""
        if "script" in request.GET:
            return HttpResponse(redoc_script(), content_type="text/javascript; charset=utf-8")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say where the description is."""
        return {**super().get_context_data(**kwargs), "schema_url": reverse("api:openapi")}
