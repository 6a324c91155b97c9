# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the scripts say, and how they count. Sourced, never run.

say() { printf '%s\n' "$*"; }
step() { printf '\n== %s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }
give_up() {
    complain "$*"
    exit 1
}

passed=0
failed=0
skipped=0

pass() {
    passed=$((passed + 1))
    say "ok: $1"
}

# fail NAME [WHY]
fail() {
    failed=$((failed + 1))
    say "FAILED: $1${2:+ ($2)}"
}

# skip NAME WHY
skip() {
    skipped=$((skipped + 1))
    say "skipped: $1 ($2)"
}

# The last line of a run, in the form that CI systems read.
closing_line() {
    if ((skipped > 0)); then
        printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    else
        printf '%d passed, %d failed\n' "$passed" "$failed"
    fi
}

# minutes SECONDS
minutes() {
    if (($1 < 60)); then printf '%d s' "$1"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}
