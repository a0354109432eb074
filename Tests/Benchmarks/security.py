# SPDX-License-Identifier: LGPL-3.0-or-later
"""The group `security`: signed and sealed calls, and what protection costs beside its primitives."""

import os
import re
import subprocess

import harness
from harness import CPUS, Failed, Server, Stack, in_turns, pinned, rounds_on, run_program, show

MECHANISMS = [(mechanism, level) for mechanism in ("ntlm", "krb5") for level in ("sign", "seal")]
ECHO_SIZE = 1000000
# Request and response, each protected by one side and verified by the other.
PROTECTED_BYTES = 4 * ECHO_SIZE


class Domain:
    """A throw-away domain controller: the KDC, and the accounts and keys of both servers."""

    def __init__(self, command, environment):
        self.command, self.environment = command, dict(os.environ, **environment)

    def __enter__(self):
        up = subprocess.run(pinned(CPUS.two[1], [self.command, "up"]), env=self.environment, check=False,
                            capture_output=True, text=True)
        if up.returncode != 0:
            self.__exit__()
            raise Failed((up.stderr.strip() or "samba-dc up").splitlines()[-1])
        text = subprocess.run([self.command, "env"], env=self.environment, check=True, capture_output=True, text=True).stdout
        lab = dict(re.findall(r"(\w+)='([^']*)'", text))
        account = {"BENCH_USER": lab["LAB_USER2"], "BENCH_PASSWORD": lab["LAB_USER2_PASSWORD"],
                   "BENCH_DOMAIN": lab["LAB_DOMAIN"], "BENCH_REALM": lab["LAB_REALM"], "KRB5_CONFIG": lab["KRB5_CONFIG"]}
        self.address = lab["LAB_IP"]
        self.client = dict(os.environ, SMB_CONF_PATH=lab["SMB_CONF_PATH"], **account)
        self.anonymous = {key: value for key, value in self.client.items() if key != "BENCH_USER"}
        self.ours = dict(os.environ, BENCH_KEYTAB="FILE:" + lab["LAB_KEYTAB"], **account)
        # Samba's server is the domain controller itself, once more, with rpcecho alone and one process.
        self.samba = dict(os.environ, SMB_CONF_PATH=os.path.join(lab["LAB_DIR"], "etc", "smb.conf"),
                          KRB5_CONFIG=lab["KRB5_CONFIG"])
        return self

    def __exit__(self, *_):
        subprocess.run([self.command, "down"], env=self.environment, check=False, capture_output=True)


def measure(bench, report, program, controller):
    """`controller`: the command and environment of the domain controller."""
    primitives = primitive_costs(report, program)
    if os.geteuid() != 0 or not bench.have_samba:
        print("bench security skipped: the domain controller needs root", flush=True)
        return
    with Stack() as stack:
        domain = stack.enter(Domain(*controller))
        plain = calls(bench, report, program, domain, None, CPUS.one, "echo")
        for mechanism, level in MECHANISMS:
            name, option = f"{mechanism}-{level}", f"{mechanism},{level}"
            medians = calls(bench, report, program, domain, option, CPUS.one, "addone")
            report.compare(f"addone-{name}", medians, "rate", "ours", "samba", "/s", 1.3)
            one = calls(bench, report, program, domain, option, CPUS.one, "echo")
            two = calls(bench, report, program, domain, option, CPUS.two, "echo")
            report.compare(f"echo-1m-{name}-one-cpu", one, "mbps", "ours", "samba", "MB/s")
            report.compare(f"echo-1m-{name}-two-cpus", two, "mbps", "ours", "samba", "MB/s")
            best = {side: max(one[side], two[side], key=lambda m: m["mbps"]) for side in one if side in two}
            report.compare(f"echo-1m-{name}/samba", best, "mbps", "ours", "samba", "MB/s", 1.5)
            cost(report, name, one, plain, primitives)


def calls(bench, report, program, domain, option, cpus, op):
    """Our pair and Samba's, each with its own server on the domain controller's address."""
    server_cpu, cpu = cpus
    size = ECHO_SIZE if op == "echo" else 0
    environment = domain.client if option else domain.anonymous
    candidates = {}
    with Stack() as stack:
        for side, host, where, server_environment in (("ours", "swift.lab.test", "127.0.0.1", domain.ours),
                                                      ("samba", "dc.lab.test", domain.address, domain.samba)):
            if side == "ours" and not bench.have_ours:
                continue
            server = stack.enter(Server(program(f"{side}_server"), server_cpu, server_environment, where))
            binding = server.binding if option is None else server.binding[:-1] + f",target_hostname={host},{option}]"
            arguments = [program(f"{side}_client"), binding, op, str(size), "0", str(harness.SECONDS), str(server.pid)]
            candidates[side] = lambda a=arguments: run_program(pinned(cpu, a), environment)
        medians, failures = in_turns(candidates, rounds_on(cpus))
    report.failures(f"security-{op}-{option}", failures)
    return medians


def primitive_costs(report, program):
    runs = {f"{mechanism}-{level}": lambda a=(mechanism, level): run_program(
        pinned(CPUS.server, [program("primitives"), *a, str(harness.SECONDS)])) for mechanism, level in MECHANISMS}
    medians, failures = in_turns(runs)
    report.failures("primitives", failures)
    return {name: values["ns"] for name, values in medians.items()}


def cost(report, name, medians, plain, primitives):
    """Processor time that protection adds to a call, both sides', per byte and side."""
    added = {side: (medians[side]["client_us"] + medians[side]["server_us"] - plain[side]["client_us"]
                    - plain[side]["server_us"]) * 1000 / PROTECTED_BYTES
             for side in ("ours", "samba") if side in medians and side in plain}
    floor = primitives.get(name)
    if "ours" not in added or floor is None:
        return
    extra = f"samba={show(added['samba'], 'ns/B')}" if "samba" in added else ""
    limited = name.endswith("seal")
    report.line(f"cost-{name}/primitives", show(added["ours"], "ns/B"), show(floor, "ns/B"), floor / added["ours"],
                "1.3 times" if limited else None, added["ours"] <= 1.3 * floor if limited else None, extra)
