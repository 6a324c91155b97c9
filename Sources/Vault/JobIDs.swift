// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Synchronization

// An id is 26 characters of Crockford's base32: ten for 48 bits of milliseconds, eight that order what came in one
// millisecond, eight of chance. The first eighteen are its place among all others.

/// Ids of one process, in the order in which they are asked for: each sorts after those before it, also where several come in one
/// millisecond, or the clock is set back a little.
public final class JobIDs: Sendable {
    private let last = Mutex((time: UInt64(0), order: UInt64(0)))

    /// Where a clock is set back by more, ids begin anew: they say when something came.
    private static let patience: UInt64 = 60_000

    public init() {}

    public func next(at date: Date) -> String {
        let now = milliseconds(of: date)
        let place = last.withLock { last in
            if now > last.time || last.time - now > Self.patience {
                // By chance from the lower half, so that there is room above.
                last = (now, number(of: 5) >> 1)
            } else {
                last.order += 1
            }
            return last
        }
        return text(of: place.time, order: place.order)
    }
}

/// One by itself: of those that come in one millisecond none is earlier than the other.
public func newJobID(at date: Date) -> String {
    text(of: milliseconds(of: date), order: number(of: 5))
}

/// Another id in the place of this one: it sorts with it among all others.
public func newJobID(inPlaceOf id: String) -> String {
    String(id.prefix(18)) + base32(number(of: 5), 8)
}

private func milliseconds(of date: Date) -> UInt64 {
    UInt64(min(max(0, date.timeIntervalSince1970 * 1000), 0xFFFF_FFFF_FFFF))
}

private func text(of time: UInt64, order: UInt64) -> String {
    base32(time, 10) + base32(order, 8) + base32(number(of: 5), 8)
}

/// Of so many bytes of chance.
private func number(of count: Int) -> UInt64 {
    randomBytes(count).reduce(0) { $0 << 8 | UInt64($1) }
}

private func base32(_ number: UInt64, _ count: Int) -> String {
    let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    var number = number
    var out = [UInt8](repeating: 0, count: count)
    for index in (0..<count).reversed() {
        out[index] = digits[Int(number & 31)]
        number >>= 5
    }
    return String(decoding: out, as: UTF8.self)
}
