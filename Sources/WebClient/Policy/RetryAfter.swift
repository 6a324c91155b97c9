// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Reads `Retry-After` (RFC 9110 §10.2.3): seconds, or a date. Nothing when it is neither; at most a day.
///
/// - Parameter date: The answer's header `Date`, from which a date is counted.
func retryAfter(_ text: String, answeredAt date: String?) -> Duration? {
    let most = 86_400.0
    let text = text.trimmingCharacters(in: .whitespaces)
    if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
        return .seconds(min(Double(text) ?? most, most))
    }
    guard let until = httpDate(text), let now = date.flatMap(httpDate) else { return nil }
    return .seconds(min(max(until.timeIntervalSince(now), 0), most))
}

/// Reads `X-RateLimit-Reset`, which Jira writes as `2026-10-08T10:15:00Z` or with milliseconds; at most a day.
func untilReset(_ text: String, answeredAt date: String?) -> Duration? {
    guard let now = date.flatMap(httpDate), let reset = isoDate(text) else { return nil }
    return .seconds(min(max(reset.timeIntervalSince(now), 0), 86_400))
}

private func isoDate(_ text: String) -> Date? {
    let whole = Date.ISO8601FormatStyle()
    return (try? whole.parse(text)) ?? (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`. The two obsolete forms of RFC 9110 §5.6.7 are not read; nobody sends them.
private func httpDate(_ text: String) -> Date? {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "GMT")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return formatter.date(from: text)
}
