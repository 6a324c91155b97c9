# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Runs Swift's tests and counts them by their own records. Sourced, never run; needs say.sh, options.sh and swift.sh.

# run_suites NAME FOLDER BUILD_FOLDER ARGUMENT...: 0 when the package was built, whatever its tests said.
run_suites() {
    local name=$1 folder=$2 build=$3 status=0 began=$SECONDS
    shift 3
    # These start real servers and programs, of which two cores bear only one set at a time.
    local order=()
    [[ $name == Martlet ]] && order=(--no-parallel)
    local log=$cache/logs/$name-tests.log record=$cache/logs/$name-tests.xml
    step "$name: build"
    announce_build "$build"
    if ! build_swift "$folder" --build-tests --scratch-path "$build" "$@"; then
        fail "$name builds"
        return 1
    fi
    pass "$name builds"
    step "$name: tests"
    rm -f "$record"
    # A test that hangs must not hang the run.
    (cd "$folder" && swift_limit=30m run_swift test --skip-build --disable-xctest "${order[@]}" --scratch-path "$build" --xunit-output "$record" "$@") \
        >"$log" 2>&1 || status=$?
    grep -E '^(✘|➜|↳|\(.*error)|^error:|^Fatal error' "$log" || true
    count_suites "$name" "$record" "$log" "$status"
    say "$name: tested in $(minutes $((SECONDS - began))); all that the tests said is in $log"
}

# count_suites NAME RECORD LOG STATUS
count_suites() {
    local name=$1 record=$2 log=$3 status=$4 good=0 bad=0 left=0
    if [[ ! -s $record ]]; then
        fail "$name: the tests ran to their end" "exit $status; 124 and 137 are a test that hangs"
        tail -n 40 "$log"
        return
    fi
    read -r good bad left < <(awk '
        /<testcase/ { if (open) close_case(); open = 1; failure = 0; skipping = 0; if (/\/>/) close_case() }
        /<failure/ { failure = 1 }
        /<skipped/ { skipping = 1 }
        /<\/testcase>/ { close_case() }
        function close_case() {
            if (!open) return
            if (failure) bad++; else if (skipping) left++; else good++
            open = 0
        }
        END { printf "%d %d %d\n", good, bad, left }' "$record")
    passed=$((passed + good))
    failed=$((failed + bad))
    skipped=$((skipped + left))
    say "$name: $good passed, $bad failed, $left skipped"
    if ((good + bad == 0)); then fail "$name has tests"; fi
    if ((status != 0 && bad == 0)); then
        fail "$name: the tests ended well" "exit $status"
        tail -n 40 "$log"
    fi
}
