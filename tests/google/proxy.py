"""What stands between the gateway and Google: passes everything on, shows it to a judge, and may lose answers."""

import http.client
import http.server
import socket
import threading
import time


class Proxy:
    """`judge` is told each exchange, when both halves are known and before the gateway hears the answer."""

    def __init__(self, upstream, judge, record):
        self.upstream, self.judge, self.lock = upstream, judge, threading.Lock()
        self.record, self.began = open(record, "w", encoding="utf-8"), time.monotonic()
        self.exchanges = self.lost = 0
        # Of each exchange, counted from 1: is its answer lost?
        self.loses = lambda number: False
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.proxy = self
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def counts_as_lost(self, what):
        with self.lock:
            self.exchanges += 1
            lost = self.loses(self.exchanges)
            self.lost += lost
            print(f"{time.monotonic() - self.began:.3f} s", what, "lost" if lost else "", file=self.record, flush=True)
            return lost

    def lose(self, loses):
        """From now on answers are lost, counted anew."""
        with self.lock:
            self.exchanges, self.loses = 0, loses

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.record.close()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A connection that ends is nothing to tell about; whatever else goes wrong leaves the gateway without an answer."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def pass_on(self):
        body = self.read_body()
        # The answer is to be read here.
        kept = [(name, value) for name, value in self.headers.items() if name.lower() not in ("accept-encoding", "connection", "transfer-encoding", "content-length")]
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.proxy.upstream, timeout=60)
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in kept:
            upstream.putheader(name, value)
        if body or self.command in ("POST", "PUT", "PATCH"):
            upstream.putheader("Content-Length", str(len(body)))
        upstream.endheaders(body)
        answer = upstream.getresponse()
        content = answer.read()
        upstream.close()
        self.server.proxy.judge.exchange(self.command, self.path, self.headers, body, answer.status, answer.headers, content)
        if self.server.proxy.counts_as_lost(f"{self.command} {self.path} {answer.status}"):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.headers.items():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = pass_on

    def log_message(self, *_):
        pass
