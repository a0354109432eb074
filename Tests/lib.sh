# SPDX-License-Identifier: LGPL-3.0-or-later
#
# Sourced by the test scripts. Each script prints a line a failure and closes with "N passed, M failed, K skipped".

passed=0 failed=0 skipped=0

pass() { passed=$((passed + 1)); }

fail() {
    failed=$((failed + 1))
    printf 'FAIL %s\n' "$*"
}

skip() {
    skipped=$((skipped + 1))
    printf 'skip %s\n' "$*"
}

# check NAME COMMAND...: passes when the command succeeds; shows what it printed otherwise.
check() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        pass
    else
        fail "$name"
        [ -z "$output" ] || printf '%s\n' "$output" | sed 's/^/    /'
    fi
}

summary() {
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" = 0 ]
}
