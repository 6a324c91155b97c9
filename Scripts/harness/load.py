# SPDX-License-Identifier: Apache-2.0
"""Letters by Postfix's smtp-source."""

import subprocess
import time

from .peers import program


def letters_per_second(port, sessions, letters, size, recipient="help@demo.example", sender="sam@example.org"):
    """Every session keeps its connection, as a busy mail server does."""
    began = time.monotonic()
    said = subprocess.run(
        [program("smtp-source"), "-d", "-s", str(sessions), "-m", str(letters), "-l", str(size),
         "-f", sender, "-t", recipient, f"127.0.0.1:{port}"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    if said.returncode != 0:
        raise RuntimeError(f"smtp-source: {said.stderr}")
    return letters / (time.monotonic() - began)
