# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Folders and questions that all scripts share. Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${MARTLET_CACHE:-$HOME/.cache/martlet}
assume_yes=no
if [[ ${CI:-} == true ]]; then assume_yes=yes; fi

# Asks on the terminal; without a terminal and without --yes the answer is no.
agree() {
    if [[ $assume_yes == yes ]]; then return 0; fi
    if ! { exec 3<>/dev/tty; } 2>/dev/null; then
        complain "$1 Nobody is there to ask: run again with --yes to agree."
        return 1
    fi
    local answer=
    printf '%s [y/N] ' "$1" >&3
    read -r answer <&3 || true
    exec 3>&-
    [[ $answer == [yY]* ]]
}
