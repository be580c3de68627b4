"""moto behind one HTTP address: each call goes to the service that it is signed for. Prints its port."""

import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import MagicMock

# moto loads API Gateway with everything else; what only that needs is not installed.
for name in ("", ".validation", ".validation.exceptions"):
    sys.modules[f"openapi_spec_validator{name}"] = MagicMock()

import requests  # noqa: E402
from moto import mock_aws  # noqa: E402

SIGNED = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/aws4_request")
LOCK = threading.Lock()


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave together: apart, each call would wait 40 ms for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        region, service = SIGNED.search(self.headers["authorization"]).groups()
        host = f"{service}.{region}.amazonaws.com"
        passed = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection", "content-length")}
        with LOCK:
            answer = requests.post(f"https://{host}{self.path}", data=body, headers=passed)
        self.send_response(answer.status_code)
        for name in ("content-type", "x-amzn-errortype"):
            if name in answer.headers:
                self.send_header(name, answer.headers[name])
        self.send_header("content-length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)
        self.wfile.flush()

    def log_message(self, *_):
        pass


with mock_aws():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    # Ends with whoever started it.
    threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
    server.serve_forever()
