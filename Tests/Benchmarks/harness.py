# SPDX-License-Identifier: LGPL-3.0-or-later
"""Runs the programs of the benchmark in turns and prints one line a measure."""

import os
import re
import select
import socket
import statistics
import subprocess

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "0.5"))


class Failed(Exception):
    pass


class Cpus:
    """Where programs run. `one` for sequential calls: on two CPUs these would measure how fast a CPU wakes up."""

    def __init__(self):
        free = sorted(os.sched_getaffinity(0))
        self.server, self.one = free[-1], (free[-1], free[-1])
        self.two = (free[-1], free[0])  # server, client


CPUS = Cpus()


def pinned(cpu, command):
    return ["taskset", "-c", str(cpu)] + command


def numbers(text):
    return {key: float(value) for key, value in re.findall(r"(\w+)=([-\d.]+)", text)}


def run_program(command, environment=None):
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60 + 10 * SECONDS)
    except subprocess.TimeoutExpired:
        raise Failed("no answer: " + " ".join(command)) from None
    if done.returncode != 0:
        raise Failed((done.stderr.strip() or f"status {done.returncode}").splitlines()[-1])
    return numbers(done.stdout)


class Server:
    """A server program on a free loopback port, until the `with` block ends."""

    def __init__(self, program, cpu, environment=None, address="127.0.0.1"):
        with socket.socket() as probe:
            probe.bind((address, 0))
            self.port = probe.getsockname()[1]
        command = pinned(cpu, [program, str(self.port)])
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.binding = f"ncacn_ip_tcp:{address}[{self.port}]"

    def __enter__(self):
        ready, _, _ = select.select([self.process.stdout], [], [], 20)
        if not ready or self.process.stdout.readline() != b"ready\n":
            self.process.kill()
            raise Failed("server: " + self.process.stderr.read().decode(errors="replace").strip()[-200:])
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    @property
    def pid(self):
        return self.process.pid


class Stack:
    """Closes what was entered, last first."""

    def __init__(self):
        self.entered = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for manager in reversed(self.entered):
            manager.__exit__()

    def enter(self, manager):
        self.entered.append(manager)
        return manager.__enter__()


def rounds_on(cpus):
    """Two CPUs that wake each other scatter more, so they get more rounds."""
    return ROUNDS * (2 if cpus == CPUS.two else 1)


def in_turns(candidates, rounds=None):
    """Runs each candidate once a round and returns the medians of its numbers; one that fails has none."""
    results, failures = {name: [] for name in candidates}, {}
    for _ in range(rounds or ROUNDS):
        for name, run in candidates.items():
            if name in failures:
                continue
            try:
                results[name].append(run())
            except Failed as error:
                failures[name] = str(error)
    medians = {}
    for name, runs in results.items():
        if name not in failures:
            medians[name] = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    return medians, failures


class Report:
    """Prints measures and counts them."""

    def __init__(self):
        self.passed = self.missed = self.failed = 0

    def line(self, name, ours, peer, ratio=None, limit=None, good=None, extra=""):
        """Values are text with their unit. `good`: whether the limit holds, None where there is none."""
        verdict = "" if good is None else " PASS" if good else " MISS"
        self.passed += good is True
        self.missed += good is False
        ratio_text = "-" if ratio is None else f"{ratio:.2f}"
        print(f"bench {name} ours={ours} peer={peer} ratio={ratio_text} limit={limit or '-'}{verdict}"
              f"{' ' + extra if extra else ''}", flush=True)

    def failure(self, name, reason):
        self.failed += 1
        print(f"bench {name} failed: {reason}", flush=True)

    def failures(self, group, failures):
        for name, reason in failures.items():
            self.failure(f"{group}/{name}", reason)

    def compare(self, name, medians, key, ours, peer, unit, limit=None, extra=""):
        """A rate of ours against a peer's; the limit is on the ratio. Half a pair is no measure."""
        if ours not in medians or peer not in medians:
            value = medians.get(ours) or medians.get(peer)
            if value:
                texts = {ours: "-", peer: "-"}
                texts[ours if ours in medians else peer] = show(value[key], unit)
                self.line(name, texts[ours], texts[peer], None, limit and f"{limit}x", None, extra)
            return
        left, right = medians[ours][key], medians[peer][key]
        ratio = left / right
        self.line(name, show(left, unit), show(right, unit), ratio, limit and f"{limit}x",
                  None if limit is None else ratio >= limit, extra)


def show(value, unit):
    digits = 0 if value >= 1000 else 1 if value >= 100 else 2 if value >= 1 else 3
    return f"{value:.{digits}f}{unit}"
