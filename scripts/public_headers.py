# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reads the prototypes of the public headers, as the compiler sees them."""
import os
import re
import subprocess
import tempfile


def prototypes(include):
    """name -> (header, line) of every function that dcerpc.h declares in a header of its own directory."""
    directory = os.path.join(include, "dcerpcswift")
    flags = subprocess.run(["pkg-config", "--cflags", "talloc", "tevent"], check=True, capture_output=True,
                           text=True).stdout.split()
    with tempfile.NamedTemporaryFile(suffix=".X") as listing:
        subprocess.run(["gcc", "-fsyntax-only", "-aux-info", listing.name, "-I", include, *flags,
                        "-x", "c", os.path.join(directory, "dcerpc.h")], check=True)
        text = open(listing.name).read()
    found = {}
    for header, line, declaration in re.findall(r"^/\* (\S+):(\d+):\w+ \*/ extern (.*)$", text, re.M):
        if os.path.dirname(header) != directory:
            continue
        # The function's name is the first word that an opening parenthesis follows.
        name = re.search(r"(\w+) \(", declaration)
        found[name.group(1)] = (header, int(line))
    return found
