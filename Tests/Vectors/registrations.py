# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reads Samba's own NDR tests: the byte arrays of source4/torture/ndr/*.c and what is registered for them. No C compiler:
the sources consist of arrays of numbers, base64 strings and calls of a dozen macros. And the calls of ndrdump in Samba's test of that."""
import ast
import base64
import re
import shlex
from collections import namedtuple

# name: a function or type; part: in, out or struct; context: the bytes of the [in] part; validated: Samba compares too.
Check = namedtuple("Check", "file name part data_name data context flags validated error")

TOKENS = re.compile(r'"(?:\\.|[^"\\])*"|/\*.*?\*/|//[^\n]*', re.S)
ARRAY = re.compile(r"\b(?:uint8_t|unsigned\s+char|char)\s+(\w+)\s*\[\s*\d*\s*\]\s*=\s*\{(.*?)\}", re.S)
TEXT = re.compile(r'\bconst\s+char\s*\*\s*(\w+)\s*=\s*((?:"[^"]*"\s*)+);', re.S)
BLOB = re.compile(r"\b(\w+)\s*=\s*base64_decode_data_blob_talloc\(\s*\w+\s*,\s*(\w+)\s*\)")
PATCH = re.compile(r"\b(\w+)\.data\[\s*\1\.length\s*-\s*(\d+)\s*\]\s*=\s*(\w+)\s*;")
CALL = re.compile(r"\btorture_suite_add_ndr_(pull\w*)\s*\(")


def plain(source):
    """Without comments and what #if 0 hides."""
    source = TOKENS.sub(lambda m: m.group() if m.group()[0] == '"' else " ", source)
    return re.sub(r"^#if 0\b.*?^#endif\b[^\n]*", "", source, flags=re.S | re.M)


def arguments(text, start):
    """What stands between the parentheses that open before start, cut at the commas of the outermost level."""
    depth, result, current, position = 1, [], "", start
    while depth:
        token = TOKENS.match(text, position)
        if token:
            current += token.group()
            position = token.end()
            continue
        character = text[position]
        depth += (character == "(") - (character == ")")
        if (character == "," and depth == 1) or depth == 0:
            result.append(current.strip())
            current = ""
        else:
            current += character
        position += 1
    return result


def number(text):
    text = text.strip()
    return ord(text[1:-1]) if text.startswith("'") else int(text, 0)


def base64_bytes(text):
    # Samba's decoder stops at the first '=', and one text has more behind it.
    text = text.partition("=")[0]
    return base64.b64decode(text + "=" * (-len(text) % 4))


def base64_text(literals):
    return base64_bytes("".join(re.findall(r'"([^"]*)"', literals)))


class Source:
    def __init__(self, path):
        self.file = path.stem
        self.text = plain(path.read_text(errors="replace"))
        self.arrays = {name: bytes(number(n) & 255 for n in content.split(",") if n.strip())
                       for name, content in ARRAY.findall(self.text)}
        self.texts = {name: base64_text(content) if self.is_base64(content) else b""
                      for name, content in TEXT.findall(self.text)}
        self.blobs = {name: bytearray(self.texts[text]) for name, text in BLOB.findall(self.text) if text in self.texts}
        for name, back, value in PATCH.findall(self.text):
            if name in self.blobs:
                self.blobs[name][-int(back)] = int(value, 0)

    @staticmethod
    def is_base64(content):
        joined = "".join(re.findall(r'"([^"]*)"', content))
        return "=" in joined and re.fullmatch(r"[A-Za-z0-9+/=]+", joined) or \
            len(joined) % 4 == 0 and re.fullmatch(r"[A-Za-z0-9+/]*", joined)

    def data(self, argument):
        decoded = re.fullmatch(r"base64_decode_data_blob_talloc\(\s*\w+\s*,\s*(\w+)\s*\)", argument)
        name = decoded.group(1) if decoded else argument
        for values in (self.arrays, self.blobs, self.texts):
            if name in values:
                return name, bytes(values[name])
        raise KeyError("%s.c: no bytes are known as '%s'" % (self.file, argument))

    def check(self, name, part, data, context=None, flags="0", validated=False, error=None):
        data_name, content = self.data(data)
        return Check(self.file, name, part, data_name, content, self.data(context)[1] if context else None,
                     set(re.findall(r"LIBNDR_FLAG_(\w+)", flags)), validated, error)

    def checks(self):
        part = {"NDR_IN": "in", "NDR_OUT": "out"}
        for call in CALL.finditer(self.text):
            a = arguments(self.text, call.end())
            kind = call.group(1)
            if kind == "pull_test":
                yield self.check(a[1], "struct", a[2])
            elif kind in ("pull_validate_test", "pull_validate_test_blob"):
                yield self.check(a[1], "struct", a[2], validated=True)
            elif kind == "pull_validate_test_b64":
                yield self.check(a[1], "struct", a[3], validated=True)
            elif kind == "pull_invalid_data_test":
                yield self.check(a[1], "struct", a[2], error=a[3])
            elif kind == "pull_fn_test":
                yield self.check(a[1], part[a[3]], a[2])
            elif kind in ("pull_fn_test_flags", "pullpush_fn_test_flags"):
                yield self.check(a[1], part[a[3]], a[2], flags=a[4], validated="push" in kind)
            elif kind in ("pull_io_test", "pull_io_test_flags"):
                flags = a[4] if kind.endswith("flags") else "0"
                yield self.check(a[1], "in", a[2], flags=flags)
                yield self.check(a[1], "out", a[3], context=a[2], flags=flags)
            else:
                raise KeyError("%s.c: torture_suite_add_ndr_%s is unknown" % (self.file, kind))


def read(directory):
    """All checks, and how many arrays and registrations there are."""
    sources = [Source(path) for path in sorted(directory.glob("*.c")) if path.stem != "ndr"]
    checks = [check for source in sources for check in source.checks()]
    arrays = sum(len(s.arrays) + len([t for t in s.texts.values() if t]) for s in sources)
    return checks, arrays


def text_of(node, names):
    """Strings that are added up, or the name of one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [text_of(n, names) for n in (node.left, node.right)]
        return None if None in parts else "".join(parts)
    return None


def commands(path):
    """What Samba's own test of ndrdump runs, where the input is in it: the test's name and the words of the command."""
    for test in ast.walk(ast.parse(path.read_text())):
        if not isinstance(test, ast.FunctionDef):
            continue
        names = {n.targets[0].id: text_of(n.value, {}) for n in ast.walk(test)
                 if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)}
        for call in ast.walk(test):
            text = text_of(call.args[0], names) if isinstance(call, ast.Call) and call.args else None
            if text and text.startswith("ndrdump ") and " --input" in text:
                yield test.name.replace("test_ndrdump_", ""), shlex.split(text.replace("--input ", "--input="))[1:]
