# SPDX-License-Identifier: LGPL-3.0-or-later
"""Programs with the hooks of this directory (hooks/X.c): what Samba marshals or counts with C of its own, written anew for this
library. One program for each IDL file, made when it is first needed: Samba's file through dcerpc-idl, the hooks, hooks/main.c.
What a file wants and has no hook is an error of the marshaller that needs it."""
import pathlib
import re
import shlex
import subprocess
import threading

HERE = pathlib.Path(__file__).resolve().parent / "hooks"
# Files whose types another file's functions use.
USES = {"winspool": ["spoolss"], "dns": ["dnsp"], "oxidresolver": ["orpc"], "remact": ["orpc"]}
INCLUDE = re.compile(r'^#include "(\.\./[^"]*)"$', re.M)
MISSING = re.compile(r"undefined reference to `(\w+)'")


class Hooked:
    def __init__(self, stage, options, work):
        self.stage, self.options, self.work = pathlib.Path(stage), options, work / "hooked"
        self.work.mkdir()
        self.programs, self.locks, self.guard = {}, {}, threading.Lock()
        pkg = subprocess.run(["pkg-config", "--cflags", "--libs", "talloc"], capture_output=True, text=True, check=True)
        self.talloc = shlex.split(pkg.stdout)

    def program(self, idl):
        """The program for an IDL file; None where no hooks are written."""
        name = idl.stem
        if not any((HERE / (n + ".c")).exists() for n in [name] + USES.get(name, [])):
            return None
        with self.guard:
            lock = self.locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self.programs:
                self.programs[name] = None
                try:
                    self.programs[name] = self.build(idl, self.work / name)
                except RuntimeError as error:
                    print("FAIL the hooks of %s: %s" % (name, error))
            return self.programs[name]

    def build(self, idl, directory):
        out = directory / "out"
        out.mkdir(parents=True)
        sources, names = [HERE / "main.c", HERE / "names.c", directory / "tables.c"], []
        for file in [idl] + [self.find(n) for n in USES.get(idl.stem, [])]:
            self.call([self.stage / "bin/dcerpc-idl", "--outputdir=%s" % out, "--header", "--ndr-parser", "--ndr-functions",
                       *self.options, file])
            text = (out / ("ndr_%s.c" % file.stem)).read_text()
            for header in INCLUDE.findall(text):  # Samba's header for its C functions is ours
                (out / header).parent.resolve().mkdir(parents=True, exist_ok=True)
                own = sorted(HERE.glob("*.h"))
                (out / header).write_text("".join('#include "%s"\n' % h for h in own))
            names += re.findall(r"^const struct ndr_interface_table (\w+) = \{$", text, re.M)
            sources += [out / ("ndr_%s.c" % file.stem)] + list(HERE.glob(file.stem + ".c"))
        (directory / "tables.c").write_text(
            "#include <dcerpcswift/ndr_format.h>\n%sextern const struct ndr_interface_table *const tables[];\n"
            "const struct ndr_interface_table *const tables[] = { %s, 0 };\n"
            % ("".join("extern const struct ndr_interface_table %s;\n" % n for n in names), ", ".join("&" + n for n in names)))
        program = directory / "program"
        command = ["gcc", "-std=gnu11", "-g", "-Wall", "-Wextra", "-Werror", "-I", self.stage / "include", "-I", out, "-I", HERE,
                   "-o", program, *sources]
        end = ["-L", self.stage / "lib", "-Wl,-rpath,%s" % (self.stage / "lib"), "-ldcerpcswift", *self.talloc]
        linked = subprocess.run([str(c) for c in command + end], capture_output=True, text=True)
        missing = sorted(set(MISSING.findall(linked.stderr)))
        if linked.returncode:
            if not missing:
                raise RuntimeError(linked.stderr)
            # What no vector needs: NDR_ERR_VALIDATE.
            (directory / "missing.c").write_text("".join("int %s(void);\nint %s(void) { return 10; }\n" % (m, m) for m in missing))
            self.call(command + [directory / "missing.c"] + end)
        return program

    def find(self, name):
        return next(pathlib.Path(d) / (name + ".idl") for d in self.options[1::2] if (pathlib.Path(d) / (name + ".idl")).exists())

    @staticmethod
    def call(command):
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError("%s\n%s" % (" ".join(map(str, command)), done.stderr))
