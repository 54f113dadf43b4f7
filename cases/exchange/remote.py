"""The other end: an installation of Taphos that is asked over HTTP, as the client that it knows us by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from django.utils.translation import gettext as _

from cases.exchange.lines import LONGEST, BadLine, read_json

#: To connect, and to hear something: longer than a call may wait for news (s).
TIMEOUT: Final = httpx.Timeout(90.0, connect=15.0)
_LOCAL: Final = {"localhost", "127.0.0.1", "::1"}


class RemoteFault(Exception):
    """The other end refused, or could not be reached."""

    def __init__(self, said: str, *, code: str = "", status: int = 0) -> None:
        super().__init__(said)
        self.code, self.status = code, status


class Remote:
    """One installation, asked with a token that is got for the client's secret and got anew when it has expired."""

    def __init__(
        self, url: str, client: str, secret: str, transport: httpx.BaseTransport | None = None
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
            raise RemoteFault(_("%(url)s is not https: the secret would be sent in clear.") % {"url": url})
        self.url = url.rstrip("/")
        self._credentials = (client, secret)
        self._token = ""
        self._http = httpx.Client(
            base_url=f"{self.url}/api/v1", timeout=TIMEOUT, transport=transport, follow_redirects=False
        )

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def read(self, path: str) -> dict[str, Any]:
        """Return what is at an address. Raises RemoteFault."""
        answer = self._ask(path, {})
        try:
            answer.read()
            return read_json(answer.content)
        except (httpx.HTTPError, BadLine) as error:
            raise _unreachable(error) from error
        finally:
            answer.close()

    def lines(self, path: str, **parameters: int) -> Iterator[bytes]:
        """Yield the lines of a stream, as they arrive. Raises RemoteFault where it breaks off."""
        answer = self._ask(path, parameters)
        try:
            rest = b""
            for part in answer.iter_bytes():
                *whole, rest = (rest + part).split(b"\n")
                yield from whole
                if len(rest) > LONGEST:
                    raise RemoteFault(_("A line is longer than %(most)d bytes.") % {"most": LONGEST})
            if rest:
                raise RemoteFault(_("The stream broke off in the middle of a line."))
        except httpx.HTTPError as error:
            raise _unreachable(error) from error
        finally:
            answer.close()

    def _ask(self, path: str, parameters: dict[str, int]) -> httpx.Response:
        had_token = bool(self._token)
        answer = self._sent(path, parameters)
        if answer.status_code == httpx.codes.UNAUTHORIZED and had_token:
            answer.close()
            self._token = ""
            answer = self._sent(path, parameters)
        if answer.status_code != httpx.codes.OK:
            raise _refusal(answer)
        return answer

    def _sent(self, path: str, parameters: dict[str, int]) -> httpx.Response:
        self._token = self._token or self._new_token()
        request = self._http.build_request(
            "GET", path, params=parameters, headers={"Authorization": f"Bearer {self._token}"}
        )
        try:
            return self._http.send(request, stream=True)
        except httpx.HTTPError as error:
            raise _unreachable(error) from error

    def _new_token(self) -> str:
        try:
            answer = self._http.post(
                "/token", data={"grant_type": "client_credentials"}, auth=self._credentials
            )
        except httpx.HTTPError as error:
            raise _unreachable(error) from error
        if answer.status_code != httpx.codes.OK:
            raise _refusal(answer)
        try:
            return str(answer.json()["access_token"])
        except (ValueError, KeyError, TypeError) as error:
            raise RemoteFault(_("The other end gave no token, and is perhaps no Taphos.")) from error


def _unreachable(error: Exception) -> RemoteFault:
    return RemoteFault(
        _("The other end could not be read: %(why)s") % {"why": f"{type(error).__name__} {error}".strip()}
    )


def _refusal(answer: httpx.Response) -> RemoteFault:
    try:
        answer.read()
        said = read_json(answer.content)
    except (httpx.HTTPError, BadLine):
        said = {}
    finally:
        answer.close()
    detail = said.get("detail") or said.get("error_description") or said.get("error") or ""
    return RemoteFault(
        _("The other end answered %(status)d: %(detail)s") % {"status": answer.status_code, "detail": detail},
        code=str(said.get("code", "")),
        status=answer.status_code,
    )
