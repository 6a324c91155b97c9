# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Runs Swift: one build at a time, in build folders outside of the clone, with an environment that stays the same.
# Sourced, never run; needs say.sh and options.sh.

minimum_swift=6.2

debug_build=$cache/build-debug
release_build=$cache/build-release
core_build=$cache/core-debug
bench_build=$cache/bench-release
package_build=$cache/build-package

prepare_cache() {
    mkdir -p "$cache/logs" || give_up "No build folder can be made at $cache. Set MARTLET_CACHE to a folder of yours."
}

require_swift() {
    if command -v swift >/dev/null; then return 0; fi
    complain "Martlet is written in Swift, and no swift was found in PATH."
    complain "Install Swift $minimum_swift or newer for your system from swift.org, add its usr/bin to PATH, and run this again."
    exit 1
}

require_swift_version() {
    local said version
    said=$(swift --version 2>&1) || give_up "swift does not run here: $said"
    version=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<<"$said" | head -n 1)
    if [[ -z $version ]]; then give_up "swift --version gives no version: $said"; fi
    if [[ $(printf '%s\n' "$minimum_swift" "$version" | sort -V | head -n 1) != "$minimum_swift" ]]; then
        complain "Swift $version is too old: Martlet needs Swift $minimum_swift or newer, from swift.org."
        exit 1
    fi
    say "Swift $version"
}

# SwiftPM evaluates every manifest again whenever any variable changes, so a build sees only these.
run_swift() {
    local -a environment=(HOME="$HOME" PATH="$PATH" LANG=C.UTF-8)
    local name
    for name in CI MARTLET_REFERENCE MARTLET_TEST_PYTHON TMPDIR PKG_CONFIG_PATH SSL_CERT_FILE SSL_CERT_DIR GIT_SSL_CAINFO \
        http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
        if [[ -n ${!name:-} ]]; then environment+=("$name=${!name}"); fi
    done
    # At a terminal Control-C must reach Swift; without one all that it started must end with it.
    local -a limit=(timeout --kill-after=30)
    if [[ -t 0 ]]; then limit+=(--foreground); fi
    limit+=("${swift_limit:-2h}")
    flock --exclusive --close "$cache/swift.lock" env -i "${environment[@]}" "${limit[@]}" swift "$@"
}

# Prints at most one line of progress in 15 seconds, and everything that is not progress.
thin_progress() {
    local line shown=-15
    while IFS= read -r line; do
        if [[ $line =~ ^\[[0-9]+/[0-9]+\] ]]; then
            if ((SECONDS - shown < 15)); then continue; fi
            shown=$SECONDS
        fi
        printf '%s\n' "$line"
    done
}

# build_swift FOLDER ARGUMENT...: builds the package in FOLDER, with progress.
build_swift() {
    local folder=$1 began=$SECONDS status=0
    shift
    if [[ -t 1 ]]; then
        (cd "$folder" && run_swift build "$@") || status=$?
    else
        (cd "$folder" && run_swift build "$@" 2>&1) | thin_progress || status=$?
    fi
    if ((status == 0)); then say "Built in $(minutes $((SECONDS - began)))."; fi
    return "$status"
}

# announce_build BUILD_FOLDER
announce_build() {
    if [[ -d $1/checkouts || -d $1/debug || -d $1/release ]]; then
        say "Build folder: $1 (kept from last time; what has not changed is not built again)"
    else
        say "Build folder: $1 (new)"
        say "The first build fetches the Swift packages and builds them all: 5 to 10 minutes on two cores. Later ones take seconds."
    fi
}
