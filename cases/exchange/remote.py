"""The other end: an installation of Taphos that is asked over HTTP, as the client that it knows us by."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
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

    def __init__(self, said: str, *, code: str = "", status: int = 0, wait_s: float = 0) -> None:
        super().__init__(said)
        #: `wait_s`: after how long it asked to be asked again.
        self.code, self.status, self.wait_s = code, status, wait_s


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

    def read(self, path: str, **parameters: str) -> dict[str, Any]:
        """Return what is at an address. Raises RemoteFault."""
        return _whole(self._ask("GET", path, params=parameters))

    def post(self, path: str, body: Mapping[str, Any], key: str) -> dict[str, Any]:
        """Do something there, once for each key, however often it is sent. Raises RemoteFault."""
        content = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        return _whole(self._ask("POST", path, content=content, headers=headers))

    def lines(self, path: str, **parameters: int) -> Iterator[bytes]:
        """Yield the lines of a stream, as they arrive. Raises RemoteFault where it breaks off."""
        answer = self._ask("GET", path, params=parameters)
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

    def _ask(self, method: str, path: str, **asked: Any) -> httpx.Response:
        had_token = bool(self._token)
        answer = self._sent(method, path, asked)
        if answer.status_code == httpx.codes.UNAUTHORIZED and had_token:
            answer.close()
            self._token = ""
            answer = self._sent(method, path, asked)
        if answer.status_code not in {httpx.codes.OK, httpx.codes.CREATED}:
            raise _refusal(answer)
        return answer

    def _sent(self, method: str, path: str, asked: dict[str, Any]) -> httpx.Response:
        self._token = self._token or self._new_token()
        headers = {**asked.get("headers", {}), "Authorization": f"Bearer {self._token}"}
        request = self._http.build_request(method, path, **{**asked, "headers": headers})
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


def _whole(answer: httpx.Response) -> dict[str, Any]:
    try:
        answer.read()
        return read_json(answer.content)
    except (httpx.HTTPError, BadLine) as error:
        raise _unreachable(error) from error
    finally:
        answer.close()


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
    sentences = [said[name] for name in ("title", "way_forward") if said.get(name)]
    detail = " ".join(sentences) or said.get("error_description") or said.get("error") or ""
    wait = answer.headers.get("Retry-After", "")
    return RemoteFault(
        _("The other end answered %(status)d: %(detail)s") % {"status": answer.status_code, "detail": detail},
        code=str(said.get("code", "")),
        status=answer.status_code,
        wait_s=float(wait) if wait.isdecimal() else 0,
    )
