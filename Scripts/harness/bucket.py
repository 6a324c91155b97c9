# SPDX-License-Identifier: Apache-2.0
"""A bucket and a queue on loopback: moto, behind a door that checks each signature by botocore and fails when it is told to.

    python -m harness.bucket PORT SECRET       serves the bucket `martlet-test` of S3 and the queue `martlet-test.fifo` of
                                               SQS, for the access key it prints

Besides S3 and SQS it answers, without a signature:

    POST /-/faults     [{"do": "500", "method": "PUT", "query": "partNumber", "times": 2}, ...]
    POST /-/share      {"share": 0.1, "seed": 1}: a tenth of all requests fails, in all ways in turn
    GET  /-/faults     those that did not come yet
    GET  /-/failures   how many failed by `share`, in each way
    GET  /-/requests   [["PUT", "/martlet-test/letters/...", "", 200], ...]
    POST /-/queues/NAME      one more queue of SQS
    GET  /-/objects/PREFIX   all bytes of all objects whose names begin with this

Faults: a status (500, 503 and so on); `hang`: no answer; `drop`: the connection ends; `lost`: done, and then no answer
but a status 500; `cut`: half of the answer; `blank`: 200 and nothing, and not done; `refuse`: 200, and in it that one object
is not deleted; `slow`: the body is taken a little at a time, and then all is done.
"""

import argparse
import collections
import hashlib
import io
import json
import os
import random
import re
import socket
import threading
import time
import urllib.request

from .processes import Program, free_port

BUCKET = "martlet-test"
ACCESS_KEY = "AKIALOOPBACKONLY0000"
HANG = 2.0


class Door:
    """Passes requests on to S3, or fails them."""

    def __init__(self, inner, objects, make_queue, secret):
        self.inner = inner
        self.make_queue = make_queue
        self.secret = secret
        self.objects = objects
        self.lock = threading.Lock()
        self.faults = []
        self.share = 0.0
        self.random = random.Random(1)
        self.requests = []
        self.failures = collections.Counter()

    def __call__(self, environ, start):
        if environ["PATH_INFO"].startswith("/-/"):
            return self.control(environ, start)
        fault = self.next_fault(environ)
        if fault == "slow":
            self.take_slowly(environ)
            fault = None
        if fault is None and (name := self.flaw(environ)):
            return self.note(environ, start, lambda begin: refuse(begin, "403", name))
        if fault is None:
            return self.note(environ, start, lambda begin: self.inner(environ, begin))
        if fault == "hang":
            time.sleep(HANG)
            return self.drop(environ)
        if fault == "drop":
            return self.drop(environ)
        if fault == "lost":
            list(self.inner(environ, lambda *_: None))
            return self.note(environ, start, lambda begin: refuse(begin, "500"))
        if fault == "cut":
            return self.cut(environ, start)
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if fault in ("blank", "refuse"):
            start("200 OK", [("Content-Type", "application/xml")])
            error = b"<Error><Key>k</Key><Code>AccessDenied</Code><Message>A fault for a test.</Message></Error>"
            return [b"<DeleteResult>" + error + b"</DeleteResult>"] if fault == "refuse" else []
        return self.note(environ, start, lambda begin: refuse(begin, fault))

    def flaw(self, environ):
        """What is wrong with a request's signature, if anything."""
        from botocore.auth import S3SigV4Auth, SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        given = environ.get("HTTP_AUTHORIZATION", "")
        words = dict(re.findall(r"(Credential|SignedHeaders|Signature)=([^,]+)", given))
        if not given.startswith("AWS4-HMAC-SHA256 ") or len(words) != 3:
            return "AccessDenied"
        key, day, region, *rest = words["Credential"].split("/")
        kinds = {"s3": S3SigV4Auth, "sqs": SigV4Auth}
        if key != ACCESS_KEY or rest not in [[service, "aws4_request"] for service in kinds]:
            return "InvalidAccessKeyId"
        names = {name: name.upper().replace("-", "_") for name in words["SignedHeaders"].split(";")}
        headers = {name: environ.get("HTTP_" + variable, environ.get(variable, "")) for name, variable in names.items()}
        if headers.get("x-amz-content-sha256") != hashlib.sha256(body).hexdigest():
            return "XAmzContentSHA256Mismatch"
        request = AWSRequest(
            method=environ["REQUEST_METHOD"], url=f"http://{headers['host']}{environ['REQUEST_URI']}", headers=headers,
            data=body)
        request.context["timestamp"] = headers["x-amz-date"]
        signer = kinds[rest[0]](Credentials(key, self.secret), rest[0], region)
        canonical = signer.canonical_request(request)
        right = signer.signature(signer.string_to_sign(request, canonical), request)
        return None if headers["x-amz-date"].startswith(day) and right == words["Signature"] else "SignatureDoesNotMatch"

    def next_fault(self, environ):
        with self.lock:
            for fault in self.faults:
                if fault.get("method") in (None, environ["REQUEST_METHOD"]) and (
                        fault.get("query", "") in environ.get("QUERY_STRING", "")):
                    fault["times"] = fault.get("times", 1) - 1
                    if fault["times"] == 0:
                        self.faults.remove(fault)
                    return fault["do"]
            if self.random.random() < self.share:
                fault = self.random.choice(["500", "503", "drop", "lost", "cut"])
                self.failures[fault] += 1
                return fault
        return None

    def note(self, environ, start, answer):
        def begin(status, headers, *more):
            with self.lock:
                self.requests.append([
                    environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", ""),
                    int(status.split()[0])])
            return start(status, headers, *more)
        return answer(begin)

    @staticmethod
    def take_slowly(environ):
        # Else the system takes megabytes at once.
        environ["werkzeug.socket"].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 128 << 10)
        taken = []
        left = int(environ.get("CONTENT_LENGTH") or 0)
        while left > 0 and (some := environ["wsgi.input"].read(min(left, 64 << 10))):
            taken.append(some)
            left -= len(some)
            time.sleep(0.02)
        environ["wsgi.input"] = io.BytesIO(b"".join(taken))

    @staticmethod
    def drop(environ):
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return []

    def cut(self, environ, start):
        kept = {}

        def begin(status, headers, *_):
            kept["head"] = (status, headers)
        body = b"".join(self.inner(environ, begin))
        start(*kept["head"])
        yield body[:len(body) // 2]
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)

    def control(self, environ, start):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        what = environ["PATH_INFO"]
        with self.lock:
            if what == "/-/faults":
                if environ["REQUEST_METHOD"] == "POST":
                    self.faults = json.loads(body)
            elif what == "/-/share":
                self.share = json.loads(body)["share"]
                self.random = random.Random(json.loads(body)["seed"])
            elif what.startswith("/-/queues/"):
                self.make_queue(what.removeprefix("/-/queues/"))
            elif what.startswith("/-/objects/"):
                start("200 OK", [("Content-Type", "application/octet-stream")])
                return [self.objects(what.removeprefix("/-/objects/"))]
            answer = json.dumps({
                "/-/failures": self.failures, "/-/faults": self.faults}.get(what, self.requests)).encode()
        start("200 OK", [("Content-Type", "application/json")])
        return [answer]


def refuse(start, status, name=None):
    name = name or {"503": "SlowDown"}.get(status, "InternalError")
    start(f"{status} Fault", [("Content-Type", "application/xml")])
    return [f"<Error><Code>{name}</Code><Message>A fault for a test.</Message></Error>".encode()]


def serve(port, secret):
    # Less than what S3 demands, so that tests need not be slow.
    os.environ["S3_UPLOAD_PART_MIN_SIZE"] = str(256 * 1024)
    from moto.s3.models import s3_backends
    from moto.sqs.models import sqs_backends
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    buckets = s3_backends["123456789012"]["aws"]
    buckets.create_bucket(BUCKET, "eu-central-1")

    def make_queue(name):
        sqs_backends["123456789012"]["eu-central-1"].create_queue(name, {}, FifoQueue="true")

    make_queue(BUCKET + ".fifo")

    def objects(prefix):
        return b"\n".join(
            key.name.encode() + b"\n" + key.value for key in buckets.buckets[BUCKET].keys.values()
            if key.name.startswith(prefix))

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log(self, *_):
            pass

    application = Door(DomainDispatcherApplication(create_backend_app), objects, make_queue, secret)
    server = make_server("127.0.0.1", port, application, threaded=True, request_handler=Quiet)
    print(f"key {ACCESS_KEY}", flush=True)
    server.serve_forever()


class Bucket:
    """The same as a program of its own."""

    SECRET = "not-a-secret/loopback+only"

    def __init__(self, python, folder):
        self.port = free_port()
        self.program = Program(
            [python, "-m", "harness.bucket", self.port, self.SECRET], folder / "bucket.log")

    def start(self):
        self.program.start([self.port], within=60)
        said = self.program.tail()
        while "key " not in said:
            time.sleep(0.05)
            said = self.program.tail()
        endpoint = f"http://127.0.0.1:{self.port}"
        keys = {"region": "eu-central-1", "accessKey": said.split("key ")[1].split()[0],
                "secretKey": {"environment": "MARTLET_TEST_S3_KEY"}}
        self.settings = {"s3": {"bucket": BUCKET, "endpoint": endpoint, **keys}}
        self.queue_settings = {"sqs": f"{endpoint}/123456789012/{BUCKET}.fifo", **keys}
        os.environ["MARTLET_TEST_S3_KEY"] = self.SECRET
        return self

    def fail(self, share, seed):
        body = json.dumps({"share": share, "seed": seed}).encode()
        url = f"http://127.0.0.1:{self.port}/-/share"
        with urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST"), timeout=30):
            pass

    def failures(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/failures", timeout=30) as answer:
            return json.loads(answer.read())

    def stop(self):
        self.program.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bucket", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("port", type=int)
    parser.add_argument("secret")
    options = parser.parse_args()
    serve(options.port, options.secret)
