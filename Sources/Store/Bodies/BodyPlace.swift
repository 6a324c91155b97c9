// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning

/// Where a sealed body lies: in which file below the data folder, from where, how long.
struct BodyPlace: Sendable, Equatable {
    var file: String
    var offset: Int
    var length: Int

    /// Whether this can be the name of a body: what a bucket lists may be anything.
    static func isFile(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 3 && Line.allCases.contains { $0.folder == parts[0] } && BodiesCopy.isBody(name)
            && parts.allSatisfy { part in
                !part.isEmpty && part.first != "."
                    && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
            }
    }
}

/// A body that is sealed and waits for its row.
enum SealedBody: Sendable {
    /// To be appended to the segment of `folder` with the group.
    case bytes([UInt8], folder: String)
    /// In a file of its own, and durable.
    case file(BodyPlace)
}

extension Line {
    /// The folder of what came in the period that holds `date`: goes as a whole when the period's key goes.
    func folder(at date: Date) -> String {
        let utc = Calendar.utc.dateComponents([.year, .month, .day, .hour], from: date)
        func padded(_ number: Int?, _ width: Int) -> String {
            let digits = String(number ?? 0)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let day = "\(padded(utc.year, 4))-\(padded(utc.month, 2))-\(padded(utc.day, 2))"
        switch self {
        case .letter: return "\(folder)/\(day)"
        case .event: return "\(folder)/\(day)T\(padded(utc.hour, 2))"
        }
    }

    var folder: String { self == .letter ? "letters" : "events" }

    /// When that came which a folder of this name holds; nil for other names.
    func period(ofFolder name: String) -> DateInterval? {
        let parts = name.split(whereSeparator: { $0 == "-" || $0 == "T" }).map { Int($0) }
        guard parts.count == (self == .letter ? 3 : 4), !parts.contains(nil) else { return nil }
        let start = Calendar.utc.date(
            from: DateComponents(year: parts[0], month: parts[1], day: parts[2], hour: self == .letter ? 0 : parts[3]))
        return start.map { DateInterval(start: $0, duration: self == .letter ? 86_400 : 3_600) }
    }
}

extension Calendar {
    fileprivate static let utc = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()
}
