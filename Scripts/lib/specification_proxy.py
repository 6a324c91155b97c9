# SPDX-License-Identifier: Apache-2.0
"""Stands between tests and their stand-in Jira, and holds both to Atlassian's specifications.

specification_proxy.py REFERENCE PORT

The checks are those of REFERENCE/jira/validate_proxy.py. One process serves a whole test run: each test opens a door of
its own, a port before the server that it names, and gets what was found there when it closes it.

POST /doors  {"upstream": URL or null, "context": "/jira" or "", "document": "cloud" or "dataCenter"}  ->  {"port": N}
DELETE /doors/N  ->  [what was found, ...], once all that came to the door is answered and checked

Without an upstream the checker's own stand-in answers. Ends by itself when who started it has ended.
"""

import argparse
import functools
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DOCUMENTS = {
    "cloud": ["jira-cloud-platform-v3.json", "jira-cloud-platform-v2.json", "jira-cloud-servicedesk.json",
              "jira-cloud-software.json"],
    "dataCenter": ["jira-dc-10.3.json"],
}


def import_checker(reference):
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.path.join(reference, "jira"))
    import validate_proxy

    class QuickChecker(validate_proxy.Checker):
        """Looks up each operation in a document of its own path alone: among all paths that takes longer than the rest."""

        def __init__(self, document):
            folder = os.path.join(reference, "jira")
            super().__init__([os.path.join(folder, "specs", name) for name in DOCUMENTS[document]],
                             os.path.join(folder, "adf", "full-57.3.4.json"))
            self.narrow, self.lock = {}, threading.Lock()
            self.knows_tokens = document == "cloud"

        def request(self, method, path, query, headers, body, content_type):
            # Data Center's document knows no personal access tokens, and of whom it does not know it checks nothing more.
            if not self.knows_tokens and headers.get("authorization", "").startswith("Bearer "):
                headers = dict(headers, authorization="Basic eDp5")
            return super().request(method, path, query, headers, body, content_type)

        def route(self, method, path):
            spec, hit = super().route(method, path)
            return (spec and self.narrowed(spec, hit[0])), hit

        def narrowed(self, spec, template):
            key = (spec.path, template)
            with self.lock:
                if key not in self.narrow:
                    document = dict(spec.doc, paths={template: spec.doc["paths"][template]})
                    narrow = object.__new__(type(spec))
                    narrow.__dict__.update(spec.__dict__)
                    narrow.api = validate_proxy.OpenAPI.from_dict(
                        document, config=validate_proxy.Config(spec_validator_cls=None))
                    self.narrow[key] = narrow
                return self.narrow[key]

    return validate_proxy, QuickChecker


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, handler, port=0):
        super().__init__(("127.0.0.1", port), handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, request, address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, address)


class Door:
    """A port before one server, and what was found there."""

    def __init__(self, proxy, checker, upstream, context):
        self.sink = proxy.Sink(os.devnull)
        self.quiet = threading.Condition()
        self.busy = 0
        door = self
        arguments = argparse.Namespace(upstream=upstream, strict=False)
        # Only a door without an upstream keeps anything, and it does not know its port before it has one.
        store = None if upstream else proxy.Store("http://127.0.0.1")
        plain = proxy.make_handler(arguments, checker, store, self.sink)

        class Counted(plain):
            disable_nagle_algorithm = True

            def go(self):
                with door.quiet:
                    door.busy += 1
                self.path = self.path.removeprefix(context)
                try:
                    plain.do_GET(self)
                finally:
                    with door.quiet:
                        door.busy -= 1
                        door.quiet.notify_all()

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = go

        self.server = Server(Counted)

    @property
    def port(self):
        return self.server.server_address[1]

    def close(self):
        with self.quiet:
            is_quiet = self.quiet.wait_for(lambda: self.busy == 0, timeout=60)
        if not is_quiet:
            unchecked = {"kind": "unchecked", "where": "", "message": "not all was answered and checked within 60 s"}
            self.sink.put("request", "any", "/", None, [unchecked])
        self.server.shutdown()
        self.server.server_close()
        return self.sink.rows


def control(reference):
    proxy, checker_type = import_checker(reference)
    checker = functools.cache(checker_type)
    lock, doors = threading.Lock(), {}

    class Control(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *arguments):
            pass

        def answer(self, value):
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                specification = checker(wish["document"])
            door = Door(proxy, specification, wish.get("upstream"), wish["context"])
            doors[door.port] = door
            self.answer({"port": door.port})

        def do_DELETE(self):
            self.answer(doors.pop(int(self.path.rsplit("/", 1)[1])).close())

    return Control


def main():
    reference, port = sys.argv[1], int(sys.argv[2])
    parent = os.getppid()
    Server(control(reference), port)
    while os.getppid() == parent:
        time.sleep(1)


main()
