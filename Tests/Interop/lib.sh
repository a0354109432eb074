# SPDX-License-Identifier: LGPL-3.0-or-later
#
# Sourced by the parts as `. lib.sh NAME "$@"`. A part is called with the prefix of an installed tree, prints one line a
# check (ok NAME, not ok NAME: REASON, skip NAME: REASON) and ends with `finish`.
set -uo pipefail

part=$1 prefix=${2:-}
interop=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(cd "$interop/../.." && pwd)/build/interop/$part
server_address=${INTEROP_SERVER_ADDRESS:-127.0.0.1}
dc_address=${LAB_IP:-127.0.0.10}
failures=0

ok() { printf 'ok %s\n' "$1"; }
not_ok() { failures=$((failures + 1)); printf 'not ok %s: %s\n' "$1" "$2"; }
skip() { printf 'skip %s: %s\n' "$1" "$2"; }
finish() { [ $failures = 0 ]; exit; }

# attempt NAME COMMAND...: runs it for at most 100 seconds with its output in $work/NAME.log; not ok, with the last line of
# that as the reason, when it fails.
attempt() {
    local name=$1 log=$work/$1.log status
    shift
    if [ "$(type -t "$1")" = function ]; then "$@" >"$log" 2>&1; else timeout 100 "$@" >"$log" 2>&1; fi
    status=$?
    [ $status = 0 ] ||
        not_ok "$name" "status $status, $(grep -v '^ *$' "$log" | tail -n 1 | cut -c 1-200) (see $log)"
    return $status
}
check() { attempt "$@" && ok "$1"; }
# A step that is no check by itself, but without which the part makes no sense.
require() { attempt "$@" || finish; }

if [ "$(id -u)" != 0 ]; then
    skip "$part" "needs root"
    exit 0
fi
if [ -z "$prefix" ] || [ ! -d "$prefix" ]; then
    echo "usage: Tests/Interop/parts/$part PREFIX" >&2
    exit 2
fi
prefix=$(cd "$prefix" && pwd)
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
rm -rf "$work"
mkdir -p "$work/generated"

installed() { "$interop/install" "$@"; }

# build PROGRAM IDL... [-- LIBRARY...]: compiles c/PROGRAM.c and the stubs that dcerpc-idl makes of the installed IDL
# files. The libraries are linked before ours.
build() {
    local program=$1 sources=()
    shift
    while [ $# != 0 ] && [ "$1" != -- ]; do
        "$(pkg-config --variable=idlc dcerpcswift)" --outputdir "$work/generated" \
            "$(pkg-config --variable=idldir dcerpcswift)/$1.idl" || return
        sources+=("$work/generated/ndr_$1.c" "$work/generated/ndr_$1_c.c")
        shift
    done
    shift || true
    gcc -std=gnu11 -g -Wall -Wextra -Werror -o "$work/$program" "$interop/c/$program.c" "${sources[@]}" \
        -I "$work/generated" "$@" $(pkg-config --cflags --libs dcerpcswift) "-Wl,-rpath,$prefix/lib:$work"
}

# A server under test that runs already is tested when INTEROP_SERVER_RUNS lists its ports; its address is INTEROP_SERVER_ADDRESS.
start_server() {
    [ -z "${INTEROP_SERVER_RUNS:-}" ] || return 0
    local i
    # shellcheck disable=SC2086 # options, one a word
    "$work/torture_server" "$server_address" ${server_options:-} >"$work/server.out" 2>"$work/server.err" &
    server_pid=$!
    trap 'kill -KILL $server_pid 2>/dev/null' EXIT
    for i in $(seq 50); do
        ! grep -q '^ready' "$work/server.out" || return 0
        kill -0 $server_pid 2>/dev/null || break
        sleep 0.1
    done
    cat "$work/server.err"
    return 1
}

# The ports that the server printed, one a line.
server_ports() { grep '^ready' "$work/server.out" | grep -o '\[[0-9]*\]' | tr -d '[]'; }

# SIGTERM: it must end by itself, cleanly.
stop_server() {
    [ -z "${INTEROP_SERVER_RUNS:-}" ] || return 0
    local i
    kill -TERM $server_pid || return
    for i in $(seq 50); do
        kill -0 $server_pid 2>/dev/null || break
        sleep 0.1
    done
    trap - EXIT
    ! kill -KILL $server_pid 2>/dev/null || { echo "the server does not end on SIGTERM"; return 1; }
    wait $server_pid || { echo "the server ended with status $?: $(tail -n 1 "$work/server.err")"; return 1; }
}

# A Samba client's configuration that reads and writes nothing outside the work directory.
samba_configuration() {
    mkdir -p "$work/samba"
    {
        printf '[global]\n\tname resolve order = host\n\tdisable netbios = yes\n\tlog level = 0\n'
        printf '\t%s = %s\n' "private dir" "$work/samba" "state directory" "$work/samba" "cache directory" "$work/samba" \
            "lock directory" "$work/samba" "pid directory" "$work/samba" "ncalrpc dir" "$work/samba/ncalrpc"
    } >"$work/smb.conf"
    export SMB_CONF_PATH=$work/smb.conf
}

# Runs a command with what it exchanges with an address captured in $work/NAME.pcapng.
capture() { # NAME ADDRESS COMMAND...
    local name=$1 address=$2 pid i status
    shift 2
    dumpcap -q -i lo -B 64 -f "tcp and host $address" -w "$work/$name.pcapng" >"$work/$name.dumpcap" 2>&1 &
    pid=$!
    for i in $(seq 50); do
        ! grep -q '^File: ' "$work/$name.dumpcap" || break
        sleep 0.1
    done
    "$@" >"$work/$name.out" 2>&1
    status=$?
    sleep 0.5 # what the kernel still holds
    kill -INT $pid
    wait $pid
    [ $status = 0 ] || tail -n 1 "$work/$name.out"
    return $status
}
