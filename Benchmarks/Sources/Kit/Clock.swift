// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Seconds of a processor that this process has taken.
public func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
