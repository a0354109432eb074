# SPDX-License-Identifier: LGPL-3.0-or-later
"""vectors.py DCERPC SAMBA-SOURCE [FILE...]: Samba's own test vectors through `dcerpc ndrdump`, with Samba's own IDL files,
compiled when they are needed. Each must decode without bytes left over (or fail with the error that Samba's test wants), come
back as the same bytes when it is pushed, and print as Samba's ndrdump prints it, where that is installed. Where Samba's own
test does not push, the bytes are a capture of Windows: the numbers of its pointers and what lies in its gaps come back
otherwise, from libndr too. The same bytes are then those but for the numbers of pointers, or exactly those that libndr
makes. What Samba marshals with C of its own, a program with hooks shows instead of the tool (hooked.py). The file
`exceptions` beside this one names what is different, and why."""
import base64
import fnmatch
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

import hooked
import registrations

HERE = pathlib.Path(__file__).resolve().parent
SHIPPED = HERE.parent.parent / "idl"
# What `dcerpc ndrdump` says of a type with a hand-written marshaller or expression.
BY_HAND = "that only a program has"
LEAST = 100  # per cent that must come back as the same bytes; raise it with what the compiler learns
REFUSED = re.compile(r"error: (.*?) is not supported yet")
STATUS = re.compile(r": (WERR_|NT_STATUS_|HRES_)\w+$|: (DOS code|NT code|HRES code) 0x[0-9a-f]{8}$")
AM = re.compile(r"( \d\d:\d\d:\d\d) AM\b")  # another locale printed the files
# The files of source4/librpc/tests: what Samba's own tests ask of ndrdump. The text is a file's, else what the installed
# ndrdump says today. {} is that directory. What these tests ask with the bytes in the command follows.
PAIRS = """
dns     decode_dns_name_packet     in      --hex-input                {}/dns-decode_dns_name_packet-hex.dat
dns     dns_name_packet            struct  --hex-input                {}/dns-decode_dns_name_packet-hex.dat             dns-decode_dns_name_packet-hex
krb5pac PAC_DATA                   struct                             {}/krb5pac-PAC_DATA.dat
krb5pac PAC_DATA                   struct  --validate --base64-input  {}/krb5pac_upn_dns_info_ex.b64.txt                krb5pac_upn_dns_info_ex
krb5pac PAC_DATA                   struct  --validate --base64-input  {}/krb5pac_upn_dns_info_ex_not_supported.b64.txt  krb5pac_upn_dns_info_ex_not_supported
misc    GUID                       struct                             {}/misc-GUID.dat
samr    samr_CreateUser            in                                 {}/samr-CreateUser-in.dat
samr    samr_CreateUser            out                                {}/samr-CreateUser-out.dat
samr    samr_CreateUser            out     -c {}/samr-CreateUser-in.dat  {}/samr-CreateUser-out.dat
drsuapi drsuapi_DsAddEntry         in      --validate --base64-input  {}/fuzzed_drsuapi_DsAddEntry_1.b64.txt            fuzzed_drsuapi_DsAddEntry_1
drsuapi 17                         out     --base64-input             {}/fuzzed_drsuapi_DsaAddressListItem_V1-in.b64.txt
drsuapi drsuapi_DsReplicaAttribute struct  --validate --base64-input  {}/fuzzed_drsuapi_DsReplicaAttribute.b64.txt      fuzzed_drsuapi_DsReplicaAttribute
ntlmssp AUTHENTICATE_MESSAGE       struct  --validate --base64-input  {}/fuzzed_ntlmssp-AUTHENTICATE_MESSAGE.b64.txt    fuzzed_ntlmssp-AUTHENTICATE_MESSAGE
xattr   xattr_NTACL                struct  --validate --hex-input     {}/xattr_NTACL.dat                                xattr_NTACL
krb5ccache CCACHE                  struct  --validate                 {}/../../../source3/selftest/ktest-krb5_ccache-2
krb5ccache CCACHE                  struct  --validate                 {}/../../../source3/selftest/ktest-krb5_ccache-3
"""
# What ndrdump calls errors.
ERRORS = {"Buffer Size Error": "NDR_ERR_BUFSIZE", "Character Conversion Error": "NDR_ERR_CHARCNV",
          "Maximum Recursion Exceeded": "NDR_ERR_MAX_RECURSION_EXCEEDED", "Bad Array Size": "NDR_ERR_ARRAY_SIZE"}
# Samba's ndrdump shows no enumerations, and its test is that it says so.
ENUMERATIONS = ["netr_SchannelType"]
# text: what has to come out, None for what the installed ndrdump says.
Pair = namedtuple("Pair", "title interface name part options data text")
KINDS = {"decode": "does not decode", "bytes": "comes back as other bytes", "text": "prints otherwise"}


class Library:
    """Which IDL file and which interface of Samba's has a name."""

    def __init__(self, samba, work):
        self.directories = [samba / d for d in ("librpc/idl", "source4/librpc/idl", "source3/librpc/idl")]
        (work / "include").mkdir()
        (work / "include/config.h").touch()
        self.options = [o for d in self.directories + [samba, work / "include"] for o in ("-I", str(d))]
        # The second is a macro of Samba's C; hooks/dcerpc.h has what it is here.
        self.options += ["-D", "MAXSUBAUTHS=15", "-D", "NDR_DCERPC_REQUEST_OBJECT_PRESENT=request_object_present()"]
        self.texts = {path: registrations.plain(path.read_text(errors="replace"))
                      for d in self.directories for path in sorted(d.glob("*.idl"))}

    def find(self, name, part, near):
        pattern = re.compile(r"\b%s\s*\(" % name if part != "struct" else
                             r"\}\s*%s\s*;|\b(?:struct|union|enum|bitmap)\s+%s\s*\{|\btypedef[^;{}]*\b%s\s*;" % ((name,) * 3))
        order = sorted(self.texts, key=lambda p: p.stem != near)
        for path in order:
            found = pattern.search(self.texts[path])
            if found:
                interfaces = re.findall(r"\binterface\s+(\w+)", self.texts[path][:found.start()])
                return path, interfaces[-1] if interfaces else path.stem
        for path, text in self.texts.items():  # a name that a macro of the file makes
            if path.stem.lower() == near:
                return path, re.search(r"\binterface\s+(\w+)", text).group(1)
        raise KeyError("no IDL file has '%s'" % name)

    def with_interface(self, name):
        return next(path for path, text in self.texts.items() if re.search(r"\binterface\s+%s\b" % name, text))


def pairs(tests, ndrdump):
    """Of the directory of pairs, and of the test of ndrdump."""
    for line in PAIRS.strip().split("\n"):
        words = line.replace("{}", str(tests)).split()
        expected = words.pop() if "/" not in words[-1] else None
        interface, name, part, *options, data = words
        content = pathlib.Path(data).read_bytes()
        if "--hex-input" in options:
            rows = [l[l.index("]") + 1:][:51] if l.startswith("[") else l for l in content.decode().splitlines()]
            content = bytes.fromhex("".join(re.sub(r"\s", "", row) for row in rows))
        elif "--base64-input" in options:
            content = base64.b64decode(content)
        text = (tests / (expected + ".txt")).read_text() if expected else None
        yield Pair(expected or pathlib.Path(data).stem, interface, name, part, options, content, text)
    for title, words in registrations.commands(ndrdump):
        interface, name, part = [w for w in words if not w.startswith("-")]
        content = next(w for w in words if w.startswith("--input=")).partition("=")[2]
        content = registrations.base64_bytes(content) if "--base64-input" in words else content.encode()
        if name in ENUMERATIONS:
            continue
        yield Pair(title, interface, name, part, [w for w in words if w == "--validate"], content, None)


class Runner:
    def __init__(self, tool, library, work):
        self.tool, self.library, self.work = tool, library, work
        self.peer = shutil.which("ndrdump")
        stage = pathlib.Path(tool).parent.parent
        installed = (stage / "lib/libdcerpcswift.so").exists()
        self.hooked = hooked.Hooked(stage, library.options, work) if installed else None

    def ours(self, path, options):
        """What shows these bytes: the tool, or, where C has to help, the program with the hooks that are written here."""
        own = ["-I", str(SHIPPED)] if path.parent == SHIPPED else self.library.options
        command = [self.tool, "ndrdump", *own, *options, str(path)]

        def show(*subject, extra=()):
            if command[0] == self.tool:
                ours = self.output(command[:-1] + list(extra) + command[-1:] + list(subject))
                program = self.hooked and BY_HAND in ours.stderr and self.hooked.program(path)
                if not program:
                    return ours
                command[:] = [str(program), *options]
            return self.output(command + list(extra) + list(subject))
        return show

    def run_shipped(self, numbered):
        return self.run(numbered, SHIPPED / (numbered[1].file + ".idl"))

    def run(self, numbered, shipped=None):
        number, check = numbered
        data = self.work / ("%d.data" % number)
        data.write_bytes(check.data)
        options = ["--ndr64"] if "NDR64" in check.flags else []
        if check.context is not None:
            context = self.work / ("%d.context" % number)
            context.write_bytes(check.context)
            options += ["-c", str(context)]
        try:
            path, interface = self.library.find(check.name, check.part, check.file)
            path = shipped or path
        except KeyError as error:
            return {"decode": error.args[0]}
        show = self.ours(path, options)
        subject = [check.name, check.part, str(data)]
        ours = show(*subject)
        if check.error:
            return {} if check.error in ours.stderr else {"decode": "not %s but %s" % (check.error, self.why(ours))}
        if ours.returncode or "unread bytes" in ours.stdout:
            return {"decode": self.why(ours)}
        result = {}
        peer = [self.peer, "--debug-stdout", "-d0", *options, interface, *subject]
        back = show(*subject, extra=["--validate", "--dump-data"])
        if back.returncode:
            pushed = self.pushed(back)
            if check.validated or pushed is None:
                result["bytes"] = self.why(back)
            elif same_but_for_pointers(check.data, pushed, 8 if "NDR64" in check.flags else 4):
                result["how"] = "pointers"
            elif self.peer and pushed == self.pushed(self.output(peer + ["--validate", "--dump-data"])):
                result["how"] = "libndr"
            else:
                result["bytes"] = self.why(back)
        if self.peer:
            theirs = self.output(peer)
            if "dump OK" in theirs.stdout:
                different = self.difference(theirs.stdout, ours.stdout)
                if different:
                    result["text"] = different
            elif "dump OK" not in theirs.stdout:
                result["peer"] = (theirs.stdout + theirs.stderr).strip().split("\n")[0]
        return result

    def pair(self, numbered):
        """Its key and what is different."""
        number, pair = numbered
        key = "pair:%s:%s:%s" % (pair.name, pair.part, pair.title)
        # Two of them have the same key, and all run at once.
        plain = self.work / ("pair-%d.data" % number)
        plain.write_bytes(pair.data)
        options = [o for o in pair.options if not o.endswith("-input")]
        subject = [pair.name, pair.part, str(plain)]
        ours = self.ours(self.library.with_interface(pair.interface), options)(*subject)
        theirs = pair.text
        if theirs is None and self.peer:
            theirs = self.output([self.peer, "--debug-stdout", "-d0", *options, pair.interface, *subject]).stdout
        if theirs is None:
            return key, {}
        if not re.search(r"pull returned Success|^dump OK", theirs):
            said = re.search(r"pull returned (.*)", theirs)
            error = ERRORS.get(said.group(1), said.group(1)) if said else None
            if not ours.returncode:
                return key, {"decode": "Samba refuses these bytes"}
            return key, {} if error and error in ours.stderr else {"decode": "not %s but %s" % (error, self.why(ours))}
        # What ndrdump shows behind a push depends on its bytes and its version.
        theirs, text = ("".join(x.partition("push returned Success\n")[:2]) for x in (theirs, ours.stdout))
        text = text if "dump OK" in theirs else "".join(text.splitlines(True)[:theirs.count("\n")])
        different = self.difference(theirs, text)
        if not different:
            return key, {}
        return key, {"text": different} if "pull returned Success" in ours.stdout else {"decode": self.why(ours)}

    @staticmethod
    def pushed(result):
        """The bytes behind "N bytes generated (validate)"."""
        head, found, dump = result.stdout.partition(" bytes generated (validate)\n")
        if not found:
            return None
        data = bytearray(int(head.rsplit("\n", 1)[-1]))
        for line in dump.split("\n"):
            row = re.match(r"\[([0-9A-F]{4,})\] (.{50})", line + " " * 60)
            if not row:
                break
            octets = bytes.fromhex(row.group(2))
            offset = int(row.group(1), 16)
            data[offset:offset + len(octets)] = octets
        return bytes(data)

    @staticmethod
    def output(command):
        return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=60,
                              env=dict(os.environ, TZ="UTC"))

    @staticmethod
    def why(result):
        lines = [l for l in (result.stderr + "\n" + result.stdout).split("\n")
                 if re.search(r"dcerpc: |WARNING!|error: |push returned NDR", l)]
        return "; ".join(l.strip() for l in lines[:3]) or "exit status %d" % result.returncode

    @staticmethod
    def difference(theirs, ours):
        """The first line that differs; not names of status codes, which have no name here."""
        # With bytes left over, --validate is no success here.
        theirs, ours = (re.sub("dump FAILED\n$", "dump OK\n", x).split("\n") for x in (theirs, ours))
        theirs = [AM.sub(r"\1", line) for line in theirs]
        for a, b in zip(theirs, ours):
            if a != b and STATUS.sub("", a) != STATUS.sub("", b):
                return "Samba '%s', here '%s'" % (a.strip(), b.strip())
        return None if len(theirs) == len(ours) else "one text is longer"


def same_but_for_pointers(original, pushed, size):
    """Whether the bytes differ only where a pointer that is not NULL has a number, which push counts from 0x20000."""
    if len(original) != len(pushed):
        return False
    for at in range(0, len(original), 4):
        a, b = (int.from_bytes(x[at:at + size], "little") for x in (original, pushed))
        if original[at:at + 4] != pushed[at:at + 4]:
            if not (a and 0x20000 <= b < 0x20000 + 4 * len(original) and b % 4 == 0) and not (size == 8 and at % 8 == 4 and b == 0):
                return False
    return True


def exceptions():
    result = []
    for line in (HERE / "exceptions").read_text().splitlines():
        if line and not line.startswith("#"):
            kind, pattern, reason = line.split(None, 2)
            assert kind in KINDS, line
            result.append([kind, pattern, reason, 0])
    return result


def main():
    tool, samba, only = os.path.realpath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3:]
    checks, arrays = registrations.read(samba / "source4/torture/ndr")
    checks = [c for c in checks if not only or c.file in only]
    known = exceptions()
    passed = failed = skipped = 0
    came_back = unseen = 0
    how = {"pointers": 0, "libndr": 0, "shipped": 0}
    with tempfile.TemporaryDirectory() as directory:
        work = pathlib.Path(directory)
        runner = Runner(tool, Library(samba, work), work)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(runner.run, enumerate(checks)))
            # The PACs once more, with the interface that is shipped.
            again = [(len(checks) + i, c) for i, c in enumerate(checks) if c.file == "krb5pac"]
            shipped = list(pool.map(runner.run_shipped, again))
            listed = [] if only else pairs(samba / "source4/librpc/tests", samba / "python/samba/tests/blackbox/ndrdump.py")
            beside = list(pool.map(runner.pair, enumerate(listed)))
    named = [("%s:%s:%s:%s" % (c.file, c.name, c.part, c.data_name), r) for c, r in zip(checks, results)]
    named_shipped = [("shipped:%s:%s:%s:%s" % (c.file, c.name, c.part, c.data_name), dict(r, how="shipped") if "how" in r else r)
                     for (_, c), r in zip(again, shipped)]
    for key, result in named + named_shipped + beside:
        unseen += result.pop("peer", None) is not None
        if "how" in result:
            how[result.pop("how")] += 1
        refused = REFUSED.search(result.get("decode", ""))
        if refused:
            skipped += 1
            print("skip %s: the compiler has no %s yet" % (key, refused.group(1)))
            continue
        if not key.startswith(("pair:", "shipped:")):
            came_back += not ("decode" in result or "bytes" in result)
        bad = False
        for kind, why in result.items():
            reason = next((e for e in known if e[0] == kind and fnmatch.fnmatch(key, e[1])), None)
            if reason:
                reason[3] += 1
                skipped += 1
                print("skip %s %s: %s" % (key, KINDS[kind], reason[2]))
            else:
                bad = True
                print("FAIL %s %s: %s" % (key, KINDS[kind], why))
        failed += bad
        passed += not result
    if not only:
        for kind, pattern, _, times in known:
            if not times and (kind != "text" or runner.peer):
                failed += 1
                print("FAIL the exception '%s %s' is none any more" % (kind, pattern))
        if came_back * 100 < LEAST * len(checks):
            failed += 1
            print("FAIL less than %d %% come back as the same bytes" % LEAST)
    print("vectors: %d byte arrays, %d checks (with the requests of responses); %.1f %% come back: %d the same, %d but for the "
          "numbers of pointers, %d as libndr pushes them; %d have no text of Samba's to compare"
          % (arrays, len(checks), 100 * came_back / max(len(checks), 1), came_back - how["pointers"] - how["libndr"], how["pointers"],
             how["libndr"], unseen if runner.peer else len(checks)))
    if beside:
        print("pairs: %d, of which %d are the same" % (len(beside), sum(not result for _, result in beside)))
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
