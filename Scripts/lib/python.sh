# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A virtual environment under the cache folder, for checks and servers that are Python packages. Sourced, never run.

venv=$cache/venv
python_packages=$root/Scripts/lib/python-packages.txt

# 0 when the virtual environment holds what python-packages.txt names.
prepare_python() {
    local mark=$venv/.martlet-packages
    if [[ -x $venv/bin/python3 ]] && cmp -s "$python_packages" "$mark"; then return 0; fi
    say "Python packages for tests go into $venv:"
    sed -n 's/^[^#]/    &/p' "$python_packages"
    if [[ ! -x $venv/bin/python3 ]] && ! python3 -m venv "$venv" >"$cache/logs/venv.log" 2>&1; then
        tail -n 5 "$cache/logs/venv.log" >&2
        complain "No virtual environment could be made: the tests that need it are skipped."
        return 1
    fi
    if ! "$venv/bin/python3" -m pip install --quiet --requirement "$python_packages" >"$cache/logs/pip.log" 2>&1; then
        tail -n 5 "$cache/logs/pip.log" >&2
        complain "pip could not install them: the tests that need them are skipped."
        return 1
    fi
    cp "$python_packages" "$mark"
}
