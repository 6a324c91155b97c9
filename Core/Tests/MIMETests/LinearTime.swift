// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Whether work on eight times as much takes about eight times as long, by the time of this thread's processor, so that
/// a busy machine makes no difference. `length` is the larger one.
func isLinear(at length: Int, _ work: (Int) -> Void) -> Bool {
    work(length / 64)
    let few = processorSeconds { work(length / 8) }
    let many = processorSeconds { work(length) }
    return many < few * 12 + 0.2
}

private func processorSeconds(_ work: () -> Void) -> Double {
    var began = timespec()
    var ended = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &began)
    work()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ended)
    return Double(ended.tv_sec - began.tv_sec) + Double(ended.tv_nsec - began.tv_nsec) / 1e9
}
