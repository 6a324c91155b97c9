// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Reads `2026-01-31T12:00:00.000+0000`, which is how Jira writes a time (RFC 3339 would want a colon in the offset, and
/// is read too).
func date(jira text: String) -> Date? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
        bytes[10] == UInt8(ascii: "T"),
        bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
        let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
        let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
        (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
    else { return nil }
    var rest = bytes[19...]
    var milliseconds = 0
    if rest.first == UInt8(ascii: ".") {
        let digits = rest.dropFirst().prefix(while: isDigit)
        guard let fraction = number(digits.prefix(3)) else { return nil }
        milliseconds = fraction * [100, 10, 1][min(digits.count, 3) - 1]
        rest = rest.dropFirst(1 + digits.count)
    }
    guard let offset = offset(rest) else { return nil }
    let seconds = ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute - offset) * 60 + second
    return Date(milliseconds: seconds * 1000 + milliseconds)
}

extension Date {
    /// A time as webhooks write it: milliseconds since 1970.
    init(milliseconds: Int) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}

/// Minutes east of Greenwich.
private func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
    if bytes.elementsEqual([UInt8(ascii: "Z")]) { return 0 }
    let digits = bytes.dropFirst().filter { $0 != UInt8(ascii: ":") }
    guard digits.count == 4, let hours = number(digits[0..<2]), let minutes = number(digits[2..<4]) else { return nil }
    switch bytes.first {
    case UInt8(ascii: "+"): return hours * 60 + minutes
    case UInt8(ascii: "-"): return -(hours * 60 + minutes)
    default: return nil
    }
}

private func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.allSatisfy(isDigit) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
}

/// Days of the Gregorian calendar. The year is counted from March, so that the leap day is its last.
private func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let fromMarch = (month + 9) % 12
    let years = month <= 2 ? year - 1 : year
    return years * 365 + years / 4 - years / 100 + years / 400 + (fromMarch * 153 + 2) / 5 + day - 1 - 719_468
}
