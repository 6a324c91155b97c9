# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Installs Debian packages: only missing ones, only after asking, never starting a service, never removing a package.
# Sourced, never run; needs say.sh and options.sh.

# What a build needs, and why.
build_packages=(
    ca-certificates # fetches the Swift packages
    git             # fetches the Swift packages
    g++             # C++ library, headers and linker files that Swift uses
    libcurl4        # the Swift toolchain's own
    libncurses6     # the Swift toolchain's own
    libxml2         # the Swift toolchain's own
    tzdata          # time zones
    pkg-config      # finds libgumbo
    libgumbo-dev    # reads HTML
    libsqlite3-dev  # the database
    libpq-dev       # the database where it is a server
    zlib1g-dev      # compressed HTTP
)

# What only the tests need, and why.
test_packages=(
    chromium      # shows sanitised mail as a browser does
    curl          # asks at the doors of the built product
    openssl       # certificates of the tests' own servers
    python3       # the catching mail server and the checks of requests
    python3-venv  # keeps Python packages out of the system
    dovecot-imapd # a real mailbox
    postfix       # a real mail server, and its smtp-source and smtp-sink
    postgresql    # a real database server
    strace        # sees which connections a process opens
)

missing_packages() {
    local name
    for name in "$@"; do
        if [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) != installed ]]; then say "$name"; fi
    done
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        complain "Root is needed for: $*. Run it as root, or install sudo."
        return 1
    fi
}

# install_packages PURPOSE NAME...: 0 when all are there at the end.
install_packages() {
    local purpose=$1
    shift
    if ! command -v dpkg-query >/dev/null; then
        say "Not a Debian system: $purpose ($*) must be there already; going on."
        return 0
    fi
    local missing
    mapfile -t missing < <(missing_packages "$@")
    if ((${#missing[@]} == 0)); then return 0; fi
    say "Missing $purpose: ${missing[*]}"
    agree "Install ${#missing[@]} Debian package(s) by apt-get?" || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq || complain "apt-get update failed; trying all the same."
    local name harmless=()
    for name in "${missing[@]}"; do
        if removes_nothing "$name"; then harmless+=("$name"); fi
    done
    if ((${#harmless[@]} > 0)); then install_without_starting "${harmless[@]}" || return 1; fi
    ((${#harmless[@]} == ${#missing[@]}))
}

# Two mail servers cannot be installed side by side: yours stays.
removes_nothing() {
    local plan removed
    if ! plan=$(apt-get install --simulate --no-install-recommends "$1" 2>&1); then
        complain "apt-get cannot install $1: $(tail -n 1 <<<"$plan")"
        return 1
    fi
    removed=$(awk '$1 == "Remv" { printf "%s%s", separator, $2; separator = ", " }' <<<"$plan")
    if [[ -n $removed ]]; then
        complain "$1 is not installed, since that would remove $removed."
        return 1
    fi
}

# Debian starts a service when its package is installed, unless a policy says no.
# The policy is put for this one installation; one that was there is put back.
install_without_starting() (
    policy=/usr/sbin/policy-rc.d
    saved=
    if [[ -e $policy ]]; then
        saved=$policy.before-martlet
        as_root cp -p "$policy" "$saved"
    fi
    put_back() {
        if [[ -n $saved ]]; then as_root mv -f "$saved" "$policy"; else as_root rm -f "$policy"; fi
    }
    trap put_back EXIT
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    if [[ " $* " == *" postfix "* ]] && command -v debconf-set-selections >/dev/null; then
        say "postfix postfix/main_mailer_type select No configuration" | as_root debconf-set-selections
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >"$cache/logs/apt.log" 2>&1 || {
        tail -n 20 "$cache/logs/apt.log" >&2
        exit 1
    }
    say "Installed: $*"
    keep_from_starting "$@"
)

# A server that was installed for tests must not start with the machine either.
keep_from_starting() {
    local name unit
    for name in "$@"; do
        case $name in
            dovecot-imapd) unit=dovecot.service ;;
            postfix) unit=postfix.service ;;
            postgresql) unit=postgresql.service ;;
            *) continue ;;
        esac
        if command -v systemctl >/dev/null && as_root systemctl disable "$unit" >/dev/null 2>&1; then
            say "$name is installed for tests; it is not started, nor with the machine."
        fi
    done
}
