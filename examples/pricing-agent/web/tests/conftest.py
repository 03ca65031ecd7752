"""An inference service of the tests' own, on a real socket."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from pytest_django import Settings


class Inference(HTTPServer):
    """Answers every question the same way, and keeps what it was asked."""

    status = 200
    answer = '{"price_cents": 2599, "expected_units": 12.5, "model": "demand-1"}'
    asked: list[object]


class Handler(BaseHTTPRequestHandler):
    server: Inference

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.asked.append((self.path, json.loads(body)))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.answer.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def inference(settings: Settings) -> Iterator[Inference]:
    with Inference(("127.0.0.1", 0), Handler) as server:
        server.asked = []
        settings.INFERENCE_URL = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
