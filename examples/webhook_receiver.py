"""Receives webhooks and checks that they come from the service. Python 3, no packages.

    python3 webhook_receiver.py whsec_... [PORT]  # the secret that was shown when the webhook was registered; port 8100 unless told

The service must be told that it may send here: ./run.sh --webhook-hosts 127.0.0.1
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_SECONDS = 300
secret = base64.b64decode(sys.argv[1].removeprefix("whsec_"))
seen = set()  # a real receiver keeps these: a message may come more than once


def is_from_the_service(headers, body):
    message_id, sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not sent.isdigit() or abs(time.time() - int(sent)) > TOLERANCE_SECONDS:
        return False
    expected = hmac.new(secret, f"{message_id}.{sent}.".encode() + body, hashlib.sha256).digest()
    given = (part[3:] for part in headers.get("webhook-signature", "").split() if part.startswith("v1,"))
    return any(hmac.compare_digest(base64.b64encode(expected).decode(), each) for each in given)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if not is_from_the_service(self.headers, body):
            self.send_response(401)
        else:
            # Answer first and work afterwards: the service waits 15 seconds.
            self.send_response(204)
            if self.headers["webhook-id"] not in seen:
                seen.add(self.headers["webhook-id"])
                message = json.loads(body)
                print(message["timestamp"], message["type"], message["data"], flush=True)
        self.end_headers()


port = int(sys.argv[2]) if len(sys.argv) > 2 else 8100
ThreadingHTTPServer(("127.0.0.1", port), Receiver).serve_forever()
