# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Makes a Debian package, and tries it. Sourced, never run; needs say.sh, options.sh and swift.sh.

# make_package TREE VERSION FILE: lays the files out in TREE and packs them.
make_package() {
    local tree=$1 version=$2 file=$3 program=$1/usr/bin/martlet name
    install -D -m 0755 "$package_build/release/martlet" "$program"
    strip --strip-unneeded "$program"
    install -D -m 0644 "$root/Examples/martlet.service" "$tree/usr/lib/systemd/system/martlet.service"
    install -D -m 0644 "$root/Packaging/martlet.yaml" "$tree/etc/martlet/martlet.yaml"
    install -D -m 0644 "$root/Packaging/martlet.8" "$tree/usr/share/man/man8/martlet.8"
    gzip -9n "$tree/usr/share/man/man8/martlet.8"
    for name in martlet.yaml setup.yaml nginx.conf; do
        install -D -m 0644 "$root/Examples/$name" "$tree/usr/share/doc/martlet/examples/$name"
    done
    for name in README.md SECURITY.md CHANGELOG.md; do
        install -D -m 0644 "$root/$name" "$tree/usr/share/doc/martlet/$name"
    done
    install -D -m 0644 "$root/LICENSE" "$tree/usr/share/doc/martlet/copyright"
    completions "$program" bash "$tree/usr/share/bash-completion/completions/martlet"
    completions "$program" zsh "$tree/usr/share/zsh/vendor-completions/_martlet"
    completions "$program" fish "$tree/usr/share/fish/vendor_completions.d/martlet.fish"
    mkdir -p "$tree/DEBIAN"
    for name in postinst prerm postrm; do install -m 0755 "$root/Packaging/$name" "$tree/DEBIAN/$name"; done
    echo /etc/martlet/martlet.yaml >"$tree/DEBIAN/conffiles"
    control "$tree" "$version" >"$tree/DEBIAN/control"
    dpkg-deb --root-owner-group --build "$tree" "$file" >&2
}

# completions PROGRAM SHELL FILE
completions() {
    mkdir -p "$(dirname "$3")"
    "$1" --generate-completion-script "$2" >"$3"
}

# control TREE VERSION: the package's own description.
control() {
    cat <<END
Package: martlet
Version: $2
Architecture: $(dpkg --print-architecture)
Maintainer: The authors of Martlet <martlet@localhost>
Section: mail
Priority: optional
Depends: $(libraries "$1"), passwd, ca-certificates, tzdata
Installed-Size: $(du -sk --exclude=DEBIAN "$1" | cut -f 1)
Description: mail handler for Jira
 Mail becomes issues and comments in Jira, and Jira's news goes out as mail.
 What comes in is kept, sealed, before it is acknowledged, and each letter has
 a report of what became of it and why.
END
}

# libraries TREE: what the program is linked against, as Debian's packages and versions.
libraries() {
    local folder
    folder=$(mktemp -d)
    mkdir "$folder/debian"
    printf 'Source: martlet\n\nPackage: martlet\nArchitecture: any\n' >"$folder/debian/control"
    (cd "$folder" && dpkg-shlibdeps -O "$1/usr/bin/martlet" 2>/dev/null) | sed -n 's/^shlibs:Depends=//p'
    rm -rf "$folder"
}

# repackage TREE VERSION FILE: packs the same files once more under another version.
repackage() {
    sed -i "s/^Version: .*/Version: $2/" "$1/DEBIAN/control"
    dpkg-deb --root-owner-group --build "$1" "$3" >&2
}

# try_package FILE VERSION TREE: installs, upgrades and removes it in a Debian of its own, under the systemd there. TREE is what
# the package was made of.
try_package() {
    local file=$1 version=$2 tree=$3 system
    ((EUID == 0)) || give_up "Only root can make a Debian to try the package in."
    system=$(mktemp -d)
    chmod 0755 "$system"
    [[ $(health) != 200 ]] || give_up "A Martlet serves on this machine already: stop it first."
    step "Trying the package in a fresh Debian"
    # shellcheck disable=SC2064
    trap "halt_machine; rm -rf --one-file-system '$system' '$work'" EXIT
    debootstrap --variant=minbase --include=systemd "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$system" \
        >"$cache/logs/debootstrap.log" 2>&1 || give_up "debootstrap failed; see $cache/logs/debootstrap.log."
    install -m 0644 "$file" "$system/martlet.deb"
    repackage "$tree" "$version+next" "$system/next.deb"
    cp /etc/resolv.conf "$system/etc/"
    # Proxies and the like, as outside.
    local name
    for name in $(grep -ls '^Acquire::' /etc/apt/apt.conf.d/*); do cp "$name" "$system/etc/apt/apt.conf.d/"; done
    mkdir "$system/srv/martlet"
    boot_machine "$system"

    try_installing "$system" "$version"
    try_serving "$system"
    try_upgrading "$system" "$version+next"
    inside apt-get remove -y martlet >>"$cache/logs/package.log" 2>&1 || true
    expect "is stopped when it is removed" 000 "$(health)"
    expect "leaves its data when it is removed" yes "$([[ -d $system/var/lib/martlet/keys ]] && echo yes)"
    inside apt-get purge -y martlet >>"$cache/logs/package.log" 2>&1 || true
    expect "leaves nothing when it is purged" "" "$(inside find /var/lib/martlet /etc/martlet -type f 2>/dev/null)"
    closing_line
    ((failed == 0))
}

# try_installing SYSTEM VERSION
try_installing() {
    inside apt-get install -y --no-install-recommends /martlet.deb >"$cache/logs/package.log" 2>&1 \
        || give_up "The package does not install; see $cache/logs/package.log."
    expect "is installed with its user and folder" "martlet martlet 700" \
        "$(inside stat -c '%U %G %a' /var/lib/martlet)"
    expect "tells its version" "martlet $2" "$(inside martlet version)"
    expect "has a unit without a flaw" "" "$(inside systemd-analyze verify --man=no martlet.service 2>&1 || echo "failed")"
    expect "is switched on" enabled "$(inside systemctl is-enabled martlet)"
    expect "answers after installing" 200 "$(health_at_last)"
    at_last test -s "$1/var/lib/martlet/first-accounts" || true
    expect "keeps the first passwords for its user alone" "martlet 600" \
        "$(inside stat -c '%U %a' /var/lib/martlet/first-accounts)"
    expect "refuses to let root write into its data" 78 "$(inside martlet tenant list >/dev/null 2>&1; echo $?)"
}

# try_serving SYSTEM: what it needs, under all that its unit forbids.
try_serving() {
    local began
    began=$(inside systemctl show -P MainPID martlet)
    expect "runs without rights, and with a filter of system calls" "CapEff: 0000000000000000 NoNewPrivs: 1 Seccomp: 2" \
        "$(inside sed -n 's/^\(CapEff\|NoNewPrivs\|Seccomp\):[[:space:]]*/\1: /p' "/proc/$began/status" | xargs)"
    expect "writes into its folder and the shared one, and nowhere else" "/var/lib/martlet /srv/martlet" \
        "$(writable_places "$began" / /etc /etc/martlet /usr /home /var /var/lib/martlet /var/log /srv /srv/martlet | xargs)"
    start_sandbox "$1"
    inside install -d -o martlet -g martlet /srv/martlet
    set_up >"$1/srv/martlet/setup.yaml"
    expect "takes a set-up" 0 "$(as_martlet martlet apply /srv/martlet/setup.yaml >>"$cache/logs/package.log" 2>&1; echo $?)"
    expect "makes an issue of a letter" "created HELP-1 A letter to the unit" "$(send_letter "A letter to the unit")"
    # Another program, and an environment.
    echo "masterKey: {command: [/bin/cat, /var/lib/martlet/master.key]}" >>"$1/etc/martlet/martlet.yaml"
    inside systemctl restart martlet
    expect "fetches its master key by a program" 200 "$(health_at_last)"
    expect "makes a backup" 0 \
        "$(as_martlet martlet backup /srv/martlet/backup --keys /srv/martlet/keys >>"$cache/logs/package.log" 2>&1; echo $?)"
    expect "makes an issue of a letter after a restart" "created HELP-2 Another one" "$(send_letter "Another one")"
    inside systemctl stop martlet
    expect "stops when it is told to, and never ended by itself" "success 0" \
        "$(inside systemctl show -P Result martlet) $(inside journalctl --no-pager -u martlet | grep -c 'Scheduled restart')"
    inside systemctl stop sandbox
}

# try_upgrading SYSTEM VERSION: over the data of an older Martlet, in which a letter waits.
try_upgrading() {
    local data=$1/var/lib/martlet before began
    local copy=$data/store/martlet.sqlite.before-upgrade
    find "$data" -mindepth 1 ! -name first-accounts -delete
    tar -xzf "$root/Fixtures/upgrades/0003.tar.gz" -C "$data" --no-same-owner
    inside chown -R martlet:martlet /var/lib/martlet
    sed -i '/^masterKey:/d' "$1/etc/martlet/martlet.yaml"
    echo "# An admin was here." >>"$1/etc/martlet/martlet.yaml"
    inside systemctl disable martlet >>"$cache/logs/package.log" 2>&1
    before=$(inside sha256sum /var/lib/martlet/first-accounts /etc/martlet/martlet.yaml /var/lib/martlet/master.key) || true
    inside apt-get install -y /next.deb >>"$cache/logs/package.log" 2>&1 \
        || give_up "The package does not upgrade; see $cache/logs/package.log."
    expect "is upgraded" "$2" "$(inside dpkg-query -W -f '${Version}' martlet)"
    expect "stays off where it was switched off" "disabled inactive" \
        "$(inside systemctl is-enabled martlet) $(inside systemctl is-active martlet)"
    expect "leaves the data as they are until it serves" "" "$([[ -e $copy ]] && echo changed)"
    inside systemctl enable --now martlet >>"$cache/logs/package.log" 2>&1
    expect "answers after an upgrade" 200 "$(health_at_last)"
    expect "copies an older database before it changes it" "martlet 600" \
        "$(inside stat -c '%U %a' "${copy#"$1"}")"
    as_martlet martlet person export ada@example.com /srv/martlet/ada >>"$cache/logs/package.log" 2>&1 || true
    expect "reads a letter that was kept before" "This letter waits." \
        "$(cat "$1"/srv/martlet/ada/*.eml 2>/dev/null | tail -n 1 | tr -d '\r')"
    expect "keeps settings, passwords and master key through an upgrade" "$before" \
        "$(inside sha256sum /var/lib/martlet/first-accounts /etc/martlet/martlet.yaml /var/lib/martlet/master.key)"
    began=$(inside systemctl show -P MainPID martlet)
    inside apt-get install -y --reinstall /next.deb >>"$cache/logs/package.log" 2>&1 || true
    expect "answers after it was put over the one that serves" 200 "$(health_at_last)"
    expect "is started anew by that" yes "$([[ $(inside systemctl show -P MainPID martlet) != "$began" ]] && echo yes)"
}

as_martlet() { inside setpriv --reuid=martlet --regid=martlet --clear-groups "$@"; }

# writable_places PROCESS FOLDER...: those where the process could make a file if its user could.
writable_places() {
    local process=$1 folder
    shift
    for folder in "$@"; do
        if nsenter --target "$machine" --pid --mount nsenter --target "$process" --mount \
            sh -c 'touch "$0/martlet-tries" 2>/dev/null && rm "$0/martlet-tries"' "$folder"; then
            say "$folder"
        fi
    done
}

# start_sandbox SYSTEM: a Jira on loopback, beside the unit.
start_sandbox() {
    printf '[Service]\nUser=martlet\nExecStart=/usr/bin/martlet sandbox --port 8026 --smtp-port 8027\n' \
        >"$1/etc/systemd/system/sandbox.service"
    inside systemctl daemon-reload
    inside systemctl start sandbox
    at_last curl -s -o /dev/null http://127.0.0.1:8026/ || true
}

# For that Jira, as `martlet apply` takes it.
set_up() {
    cat <<'END'
version: 1
connections: [{id: jira, site: "http://127.0.0.1:8026", account: mail-handler@example.com, allowsPrivateAddress: true}]
profiles: [{id: support, catch: [support@example.com], project: HELP, verification: {trustFrom: true}}]
secrets: [{connection: jira, name: token, value: sandbox-token}]
END
}

# send_letter SUBJECT: says what became of it. A set-up is read a second after it is applied.
send_letter() {
    printf 'From: ada@example.com\r\nTo: support@example.com\r\nSubject: %s\r\n\r\nHello\r\n' "$1" >"$work/letter"
    at_last curl -s smtp://127.0.0.1:2525 --mail-from ada@example.com --mail-rcpt support@example.com -T "$work/letter" \
        >>"$cache/logs/package.log" 2>&1 || return 0
    at_last is_recorded "$1" || return 0
    record_of "$1"
}

record_of() { as_martlet martlet audit list --words "$1" 2>/dev/null | sed -E 's/^[^ ]+  //; s/  [^ ]+  / /'; }
is_recorded() { [[ -n $(record_of "$1") ]]; }

is_healthy() { [[ $(health) == 200 ]]; }

health_at_last() {
    at_last is_healthy || true
    health
}

# at_last COMMAND...: until it goes well, for 20 seconds and more.
at_last() {
    local try
    for try in {1..100}; do
        if "$@"; then return; fi
        sleep 0.2
    done
    return 1
}

health() { curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8025/health || true; }

# expect NAME WANTED FOUND
expect() {
    if [[ $2 == "$3" ]]; then pass "the package $1"; else fail "the package $1" "wanted \"$2\", found \"$3\""; fi
}
