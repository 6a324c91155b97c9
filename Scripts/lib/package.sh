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

# try_package FILE VERSION TREE: installs, upgrades and removes it in a Debian of its own. TREE is what the package was made of.
try_package() {
    local file=$1 version=$2 tree=$3 system
    ((EUID == 0)) || give_up "Only root can make a Debian to try the package in."
    system=$(mktemp -d)
    chmod 0755 "$system"
    [[ $(health) != 200 ]] || give_up "A Martlet serves on this machine already: stop it first."
    step "Trying the package in a fresh Debian"
    # shellcheck disable=SC2064
    trap "umount -l '$system/proc' 2>/dev/null || true; rm -rf --one-file-system '$system' '$work'" EXIT
    debootstrap --variant=minbase "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$system" >"$cache/logs/debootstrap.log" 2>&1 \
        || give_up "debootstrap failed; see $cache/logs/debootstrap.log."
    mount -t proc proc "$system/proc"
    install -m 0644 "$file" "$system/martlet.deb"
    repackage "$tree" "$version+next" "$system/next.deb"
    cp /etc/resolv.conf "$system/etc/"
    inside() { chroot "$system" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8 "$@"; }
    as_martlet() { inside setpriv --reuid=martlet --regid=martlet --clear-groups "$@"; }
    # Proxies and the like, as outside.
    local name
    for name in $(grep -ls '^Acquire::' /etc/apt/apt.conf.d/*); do cp "$name" "$system/etc/apt/apt.conf.d/"; done

    try_installing "$system" "$version"
    try_upgrading "$system" "$version+next"
    inside apt-get remove -y martlet >>"$cache/logs/package.log" 2>&1
    expect "leaves its data when it is removed" yes "$([[ -d $system/var/lib/martlet/keys ]] && echo yes)"
    inside apt-get purge -y martlet >>"$cache/logs/package.log" 2>&1
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
    if command -v systemd-analyze >/dev/null; then
        expect "has a unit without a flaw" "" \
            "$(systemd-analyze verify --man=no --recursive-errors=no "--root=$1" martlet.service 2>&1 || echo "failed")"
    fi
    serve_inside "$1"
    expect "answers after installing" 200 "$(health)"
    expect "keeps the first passwords for its user alone" "martlet 600" \
        "$(inside stat -c '%U %a' /var/lib/martlet/first-accounts)"
    stop_inside
    expect "refuses to let root write into its data" 78 "$(inside martlet tenant list >/dev/null 2>&1; echo $?)"
}

# try_upgrading SYSTEM VERSION: over the data of an older Martlet, in which a letter waits.
try_upgrading() {
    local data=$1/var/lib/martlet before
    local copy=$data/store/martlet.sqlite.before-upgrade
    find "$data" -mindepth 1 ! -name first-accounts -delete
    tar -xzf "$root/Fixtures/upgrades/0003.tar.gz" -C "$data" --no-same-owner
    inside chown -R martlet:martlet /var/lib/martlet
    echo "# An admin was here." >>"$1/etc/martlet/martlet.yaml"
    before=$(inside sha256sum /var/lib/martlet/first-accounts /etc/martlet/martlet.yaml /var/lib/martlet/master.key)
    inside apt-get install -y /next.deb >>"$cache/logs/package.log" 2>&1 \
        || give_up "The package does not upgrade; see $cache/logs/package.log."
    expect "is upgraded" "$2" "$(inside dpkg-query -W -f '${Version}' martlet)"
    expect "leaves the data as they are until it serves" "" "$([[ -e $copy ]] && echo changed)"
    serve_inside "$1"
    expect "answers after an upgrade" 200 "$(health)"
    expect "copies an older database before it changes it" "martlet 600" \
        "$(inside stat -c '%U %a' "${copy#"$1"}")"
    as_martlet martlet person export ada@example.com /tmp/ada >>"$cache/logs/package.log" 2>&1 || true
    expect "reads a letter that was kept before" "This letter waits." \
        "$(cat "$1"/tmp/ada/*.eml 2>/dev/null | tail -n 1 | tr -d '\r')"
    stop_inside
    expect "keeps settings, passwords and master key through an upgrade" "$before" \
        "$(inside sha256sum /var/lib/martlet/first-accounts /etc/martlet/martlet.yaml /var/lib/martlet/master.key)"
}

# serve_inside SYSTEM: starts it as the unit would, and waits until it answers.
serve_inside() {
    chroot "$1" setpriv --reuid=martlet --regid=martlet --clear-groups env -i PATH=/usr/bin HOME=/var/lib/martlet \
        martlet serve --config /etc/martlet/martlet.yaml --accounts-to /var/lib/martlet/first-accounts >"$cache/logs/package-serve.log" 2>&1 &
    serving=$!
    local try
    for try in {1..100}; do
        if [[ $(health) == 200 && -s $1/var/lib/martlet/first-accounts ]]; then return; fi
        sleep 0.2
    done
}

stop_inside() {
    kill "$serving"
    wait "$serving" || true
}

health() { curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8025/health || true; }

# expect NAME WANTED FOUND
expect() {
    if [[ $2 == "$3" ]]; then pass "the package $1"; else fail "the package $1" "wanted \"$2\", found \"$3\""; fi
}
