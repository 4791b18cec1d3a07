"""Ports for servers that must be told theirs.

usage: ports.py COUNT FILE   writes that many into FILE, and holds them until it is ended

A port is chosen below those that the system gives away, so that no outgoing connection and no server on "any free port" gets it. Held is
its number at 127.0.0.2: nobody serves there, and whoever chooses in the same way passes it by, while 127.0.0.1 is free for the server.
"""

import os
import random
import signal
import socket
import sys

LOWEST, HIGHEST = 20_000, 31_999


def hold(count):
    """That many sockets; whoever drops them gives the ports away."""
    held = []
    while len(held) < count:
        port = random.randint(LOWEST, HIGHEST)
        holder, probe = socket.socket(), socket.socket()
        try:
            holder.bind(("127.0.0.2", port))
            holder.listen()
            probe.bind(("127.0.0.1", port))
            held.append(holder)
        except OSError:
            holder.close()
        finally:
            probe.close()
    return held


def number(holder):
    return holder.getsockname()[1]


if __name__ == "__main__":
    ports = hold(int(sys.argv[1]))
    with open(sys.argv[2] + ".new", "w", encoding="ascii") as file:
        print(*map(number, ports), file=file)
    os.rename(sys.argv[2] + ".new", sys.argv[2])
    signal.pause()
