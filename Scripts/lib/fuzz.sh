# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Runs the grammars under libFuzzer. Sourced, never run; needs say.sh, options.sh and swift.sh.

fuzz_build=$cache/fuzz-release

build_fuzz() {
    announce_build "$fuzz_build"
    build_swift "$root/Fuzz" --configuration release --scratch-path "$fuzz_build" --product fuzz \
        -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld # gold stumbles over the coverage sections
}

known_grammars() {
    SWIFT_BACKTRACE=enable=no "$fuzz_build/release/fuzz" --grammars
}

# fuzz_grammars SECONDS [GRAMMAR...]: two at once, since a grammar keeps one core busy.
fuzz_grammars() {
    local seconds=$1 name
    shift
    local names=("$@")
    if ((${#names[@]} == 0)); then mapfile -t names < <(known_grammars); fi
    if ((${#names[@]} == 0)); then fail "Grammars are fuzzed" "the program names none"; fi
    for ((index = 0; index < ${#names[@]}; index += 2)); do
        for name in "${names[@]:index:2}"; do fuzz_grammar "$seconds" "$name" & done
        wait
        for name in "${names[@]:index:2}"; do report_grammar "$name"; done
    done
}

# With `fuzz_seed` set nothing learnt before is read, so that the inputs are the same each time, as far as one gets.
fuzz_grammar() {
    local seconds=$1 name=$2 folder=$cache/fuzz/$2 seeds=("$root/Fixtures/fuzz/$2")
    local learnt=$folder/learnt
    if [[ -n ${fuzz_seed:-} ]]; then
        learnt=$folder/seeded
        rm -rf "$learnt"
    fi
    mkdir -p "$learnt" "$folder/found"
    # Those that read whole letters learn from letters.
    case $name in fields | multipart | mbox | reports) seeds+=("$root/Fixtures/messages") ;; esac
    rm -f "$folder/status"
    local status=0
    # Swift's own crash reporter would wait for ever on a crash under libFuzzer.
    SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 timeout --kill-after=10 $((seconds + 120)) \
        "$fuzz_build/release/fuzz" "--grammar=$name" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 \
        -max_len=20000 -seed="${fuzz_seed:-0}" -print_final_stats=1 -artifact_prefix="$folder/found/" "$learnt" "${seeds[@]}" \
        >"$cache/logs/fuzz-$name.log" 2>&1 || status=$?
    printf '%d\n' "$status" >"$folder/status"
}

report_grammar() {
    local name=$1 log=$cache/logs/fuzz-$1.log status count
    status=$(cat "$cache/fuzz/$name/status")
    count=$(sed -nE 's/^stat::number_of_executed_units: ([0-9]+)/\1/p' "$log")
    if ((status == 0)); then
        pass "$name bears ${count:-no} inputs"
    else
        fail "$name" "exit $status; the input is in $cache/fuzz/$name/found, what was said in $log"
        grep -E 'ERROR|Fatal error|Precondition|SUMMARY|Test unit written' "$log" | head -n 5 || true
    fi
}
