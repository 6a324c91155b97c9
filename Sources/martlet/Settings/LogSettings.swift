// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Logging
import Planning
import Store

/// The log of the process: a ring of files in the data folder, which goes day by day.
///
///     logs: {days: 7, format: json, level: notice, standardError: true}
struct LogSettings: Sendable, Equatable {
    /// So many whole days lines stay.
    var days = 7
    var format = RingLogHandler.Format.text
    var level = Logger.Level.info
    /// Whether each line is also written to standard error, where whoever keeps that decides for how long.
    var standardError = false
}

extension LogSettings: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case days, format, level, standardError
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        self.init()
        days = try keys.value(.days, or: days)
        guard (1...90).contains(days) else { throw wrong(.days, keys, "\"days\" of logs is from 1 to 90") }
        let format = try keys.value(.format, or: format.rawValue)
        guard let known = RingLogHandler.Format(rawValue: format) else {
            throw wrong(.format, keys, "the format of logs is \"text\" or \"json\"")
        }
        self.format = known
        let level = try keys.value(.level, or: level.rawValue)
        guard let known = Logger.Level(rawValue: level) else {
            let all = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw wrong(.level, keys, "the level of logs is one of: \(all)")
        }
        self.level = known
        standardError = try keys.value(.standardError, or: standardError)
    }
}

private func wrong(
    _ key: LogSettings.CodingKeys, _ keys: KeyedDecodingContainer<LogSettings.CodingKeys>, _ words: String
) -> DecodingError {
    DecodingError.dataCorruptedError(forKey: key, in: keys, debugDescription: words)
}

extension Settings {
    var logFolder: String { "\(data)/logs" }

    var logRing: LogRing { LogRing(folder: logFolder, days: logs.days) { Date() } }

    func logger(to ring: LogRing) -> Logger {
        var copy: (@Sendable (String) -> Void)?
        if logs.standardError { copy = { FileHandle.standardError.write(Data("\($0)\n".utf8)) } }
        return Logger(label: "martlet") { [logs, copy] _ in
            RingLogHandler(ring, as: logs.format, from: logs.level, now: { Date() }, copy: copy)
        }
    }
}
