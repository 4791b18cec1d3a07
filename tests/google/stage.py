"""The three processes of the product, configured as an operator does it, and the proxy between them."""

import os
import pathlib
import signal
import subprocess
import time
import urllib.request

import ports
from phone import Phone
from proxy import Proxy
from report import Stop

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The simulators say both themselves when they start.
PUENTES_SECRET, CLIENT_SECRET = "demo-secret", "simulated-secret-of-no-value"
CLIENT = "pasarela-simulated.apps.googleusercontent.com"
SCRIPT_TOKEN = "a-token-for-this-check"
USER = "ana@example.com"
PATIENCE = 30


class Stage:
    """Who plays. `folder` keeps what they say; it is there afterwards, for whoever wants to know what went wrong."""

    def __init__(self, binary, folder, judge):
        self.binary, self.folder, self.children = binary, pathlib.Path(folder), []
        self.folder.mkdir(parents=True)
        self.ports = ports.hold(3)
        google, puentes, gateway = map(ports.number, self.ports)
        self.google, self.puentes, self.gateway = (f"http://127.0.0.1:{port}" for port in (google, puentes, gateway))
        self.proxy = Proxy(google, judge, self.folder / "exchanges.log")
        try:
            self.start("google", "simulate", "google", "--listen", f"127.0.0.1:{google}", "--user", USER, "--token", SCRIPT_TOKEN)
            self.start("puentes", "simulate", "puentes", "--listen", f"127.0.0.1:{puentes}")
            self.await_answer(self.google + "/__sim/")
            self.await_answer(self.puentes + "/__sim/")
            settings = self.configure()
            self.start("gateway", "serve", "--config", str(settings), environment=self.environment())
            self.await_answer(self.gateway + "/readyz")
        except BaseException:
            self.stop()
            raise

    def configure(self):
        """`pasarela init`, and the client's secret in a file of its own. The rest comes from the environment."""
        place = self.folder / "etc"
        subprocess.run([self.binary, "init", "--dir", place], check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE)
        secret(place / "puentes.secret", PUENTES_SECRET)
        secret(place / "google.secret", CLIENT_SECRET)
        return place / "config.toml"

    def environment(self):
        return {
            "SERVER__LISTEN": self.gateway.removeprefix("http://"),
            "SERVER__PUBLIC_URL": self.gateway,
            "PUENTES__EVENTS_URL": self.puentes + "/events",
            "GOOGLE__CLIENT_ID": CLIENT,
            "GOOGLE__CLIENT_SECRET_FILE": str(self.folder / "etc" / "google.secret"),
            "GOOGLE__AUTHORIZATION_URL": self.google + "/o/oauth2/v2/auth",
            "GOOGLE__TOKEN_URL": self.proxy.url + "/token",
            "GOOGLE__REVOCATION_URL": self.proxy.url + "/revoke",
            "GOOGLE__API_URL": self.proxy.url,
            # The real budget would make this check last minutes.
            "GOOGLE__USER_REQUESTS_PER_MINUTE": "10000",
            "SYNC__TICK": "100ms",
        }

    def start(self, name, *arguments, environment=None):
        more = {f"PASARELA_{key}": value for key, value in (environment or {}).items()}
        clean = {key: value for key, value in os.environ.items() if not key.startswith("PASARELA_")}
        with open(self.folder / f"{name}.log", "ab") as log:
            # They end with this check, however that ends.
            command = ["setpriv", "--pdeathsig", "TERM", self.binary, *arguments]
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=clean | more)
        self.children.append((name, child))

    def await_answer(self, url):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for name, child in self.children:
                if child.poll() is not None:
                    raise Stop(f"{name} ended with {child.returncode}: {self.log(name)[-2000:]}")
            try:
                with urllib.request.urlopen(url, timeout=5):
                    return
            except OSError:
                time.sleep(0.05)
        raise Stop(f"{url} does not answer")

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def phone(self, number):
        return Phone(self.gateway, number, PUENTES_SECRET)

    def stop(self):
        """The gateway first, so that nothing is cut off for it."""
        for _, child in reversed(self.children):
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.children = []
        for port in self.ports:
            port.close()
        self.proxy.stop()


def secret(path, text):
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")
