// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Keeps the memory of this process, and so keys, passwords and mail, out of any dump that is made when it dies.
///
/// A limit of nothing stops a dump to a file; that no part of the memory is named stops one that is piped to a program,
/// for which the kernel knows no limit (Linux: core(5)).
public func switchOffCoreDumps() {
    var nothing = rlimit(rlim_cur: 0, rlim_max: 0)
    _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &nothing)
    guard let filter = try? SystemFile("/proc/self/coredump_filter", O_WRONLY) else { return }
    try? filter.write(Array("0".utf8), at: 0)
}

/// Lets a crash end this process at once and in silence.
///
/// QUIRK: where Swift's toolchain is installed its runtime prints a crash at length on Linux, with what each register points to:
/// bytes of keys or mail. All other threads stand still meanwhile, for half a minute, and a process that somebody else ended by
/// such a signal goes on afterwards.
public func switchOffCrashTexts() {
    for number in [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] { signal(number, SIG_DFL) }
}
