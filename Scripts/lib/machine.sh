# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Runs the systemd of a Debian in a folder, as process 1 of namespaces of its own; the network is that of this machine.
# Sourced, never run; needs root, say.sh and options.sh.

machine=
machine_group=martlet-try.$$

# boot_machine SYSTEM: returns when its systemd is up. SYSTEM must have systemd.
boot_machine() {
    local try
    unshare --mount --pid --ipc --uts --propagation private --fork --kill-child \
        bash -euc "$(declare -f begin_machine); begin_machine '$1' '$machine_group'" >"$cache/logs/machine.log" 2>&1 &
    machine_parent=$!
    for try in {1..150}; do
        # A child of unshare's, from the beginning: what it is replaced by keeps its number.
        machine=$(cat "/proc/$machine_parent/task/$machine_parent/children" 2>/dev/null) || break
        machine=${machine%% *}
        case $(inside systemctl is-system-running 2>/dev/null) in running | degraded) return ;; esac
        sleep 0.2
    done
    give_up "No systemd runs in a namespace on this machine; see $cache/logs/machine.log."
}

# begin_machine SYSTEM GROUP: in the new namespaces; becomes systemd. Its processes are in a group of their own, which it
# takes for the root of all groups.
begin_machine() {
    cd "$1" || return
    mount --bind . .
    cd "$1" || return
    mount -t proc proc proc
    mount -t sysfs sysfs sys
    mount -t tmpfs -o mode=0755 tmpfs run
    mount -t tmpfs -o mode=0755 tmpfs dev
    local name
    for name in null zero full random urandom tty; do
        touch "dev/$name"
        mount --bind "/dev/$name" "dev/$name"
    done
    mkdir dev/pts dev/shm run/before
    mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
    ln -s pts/ptmx dev/ptmx
    mount -t tmpfs -o mode=1777 tmpfs dev/shm
    mount -t cgroup2 cgroup2 sys/fs/cgroup
    mkdir "sys/fs/cgroup/$2"
    echo $$ >"sys/fs/cgroup/$2/cgroup.procs"
    umount sys/fs/cgroup
    exec unshare --cgroup bash -euc '
        mount -t cgroup2 cgroup2 sys/fs/cgroup
        pivot_root . run/before
        umount -l /run/before
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=martlet-try /lib/systemd/systemd'
}

# inside COMMAND...
inside() {
    nsenter --target "$machine" --all env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8 "$@"
}

# Ends all that runs in it.
halt_machine() {
    if [[ -z $machine ]]; then return; fi
    kill -KILL "$machine_parent" 2>/dev/null || true
    wait "$machine_parent" 2>/dev/null || true
    machine=
    # shellcheck disable=SC2016
    unshare --mount --propagation private bash -c '
        mount -t cgroup2 cgroup2 /sys/fs/cgroup
        for try in {1..50}; do
            find "/sys/fs/cgroup/$1" -depth -type d -exec rmdir {} + 2>/dev/null
            if [[ ! -e /sys/fs/cgroup/$1 ]]; then exit; fi
            sleep 0.1
        done' _ "$machine_group"
}
