"""A partner's receiver of notices on a port of its own: it keeps what came, and answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """What came, in order, and what is answered to each."""

    def __init__(self, answers: Callable[[int], int]) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answers = answers
        self.address = ""


@contextmanager
def receiving(answers: Callable[[int], int] = lambda _number: 204) -> Iterator[Receiver]:
    """Listen; `answers` gives the status for each request by its number, and 0 breaks the connection."""
    receiver = Receiver(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            said = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.answers(len(receiver.came))
            receiver.came.append((said, body))
            if status == 0:
                self.close_connection = True
                return
            if 200 <= status < 300:
                receiver.taken.append((said, body))
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{receiver.address}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.address = f"http://127.0.0.1:{server.server_address[1]}"
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
