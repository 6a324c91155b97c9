# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Checks of the sources that need no build; each counts as one. Sourced, never run.

# check NAME COMMAND...: passes when the command ends well.
check() {
    local name=$1 said
    shift
    if said=$("$@" 2>&1); then
        pass "$name"
    else
        fail "$name"
        head -n 40 <<<"$said"
    fi
}

# Prints what matches and fails if anything does. none_match PATTERN PATH...
none_match() {
    local pattern=$1
    shift
    local found status=0
    found=$(cd "$root" && grep -rnIE "$pattern" "$@" --exclude-dir='.*' --exclude-dir=__pycache__) || status=$?
    if ((status > 1)); then
        say "grep failed: $found"
        return 1
    fi
    if [[ -n $found ]]; then
        say "$found"
        return 1
    fi
}

sources_are_formatted() {
    (cd "$root" && run_swift format lint --strict --recursive --parallel \
        Package.swift Sources Tests Core/Package.swift Core/Sources Core/Tests Benchmarks Fuzz)
}

core_cannot_act() {
    none_match '^ *((public|internal|package|private|fileprivate) +)?(@[A-Za-z_]+(\([a-z]*\))? +)?import +(struct +|func +|class +)?(NIO|Logging|GRDB|Crypto|AsyncHTTPClient|Hummingbird|FoundationNetworking)' \
        Core/Sources
}

core_has_no_clock() {
    none_match '\b(Date|ContinuousClock|SuspendingClock)\(\)|\b(Date|ContinuousClock|SuspendingClock)\.now\b|[(=:] *\.now\b|\b(time|gettimeofday|clock_gettime)\(' \
        Core/Sources/{MIME,Grammars,Markup,Templates,Jira,Planning}
}

core_has_no_chance() {
    none_match '\bUUID\(\)|SystemRandomNumberGenerator|\.random\(|\.shuffled?\(|\.randomElement\(|\bHasher\(\)|arc4random' \
        Core/Sources/{MIME,Grammars,Markup,Templates,Jira,Planning}
}

core_has_no_world() {
    none_match '\b(ProcessInfo|FileManager|FileHandle|URLSession|Process)\b *[.(]|\b(getenv|fopen|open|socket|print)\(' \
        Core/Sources/{MIME,Grammars,Markup,Templates,Jira,Planning}
}

stand_ins_stay_out() {
    none_match '^ *((public|internal|package|private|fileprivate) +)?(@[A-Za-z_]+ +)?import +(Sandbox|LocalServers|Fakes|TestStores)' \
        Sources/{Vault,MailTransport,WebClient,Store,Engine,Console,Sandbox}
}

no_machine_paths() {
    none_match '/(root|work)/|/home/[a-z]+/' \
        Package.swift Core/Package.swift Core/Sources Core/Tests Sources Tests Scripts/demo Scripts/test .ci/run Examples ./*.md
}

files_are_short() {
    local file lines long=()
    while IFS= read -r file; do
        lines=$(wc -l <"$file")
        if ((lines > 400)) && ! head -n 5 "$file" | grep -qiE '^// (generated|a table)'; then long+=("$file: $lines lines"); fi
    done < <(find "$root/Sources" "$root/Core/Sources" -name '*.swift')
    if [[ -f $root/ARCHITECTURE.md ]]; then
        lines=$(wc -l <"$root/ARCHITECTURE.md")
        if ((lines > 200)); then long+=("ARCHITECTURE.md: $lines lines"); fi
    fi
    if ((${#long[@]} > 0)); then
        printf '%s\n' "${long[@]}"
        return 1
    fi
}

# Every letter among the fixtures says what it must be read as.
letters_have_expectations() {
    local letter count=0 bare=()
    while IFS= read -r letter; do
        count=$((count + 1))
        if [[ ! -s ${letter%.eml}.json ]]; then bare+=("$letter has no ${letter##*/} .json"); fi
    done < <(find "$root/Fixtures/messages" -name '*.eml')
    if ((count == 0)); then
        say "no letters found in Fixtures/messages"
        return 1
    fi
    if ((${#bare[@]} > 0)); then
        printf '%s\n' "${bare[@]}"
        return 1
    fi
}

promises_are_listed() {
    python3 "$root/Scripts/lib/promises.py" "$root" --check
}

check_sources() {
    check "the sources are formatted" sources_are_formatted
    check "Core imports nothing that acts" core_cannot_act
    check "Core reads no clock" core_has_no_clock
    check "Core leaves nothing to chance" core_has_no_chance
    check "Core reads neither files nor environment" core_has_no_world
    check "stand-ins are used by the demo and by tests only" stand_ins_stay_out
    check "no path of one machine is in the sources" no_machine_paths
    check "no file is over its budget of lines" files_are_short
    check "each promise has its tests in docs/promises.md" promises_are_listed
    check "each letter among the fixtures has its expectation" letters_have_expectations
}
