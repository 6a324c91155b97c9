// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Logging
import MailTransport
public import Store

/// Writes log lines to a ring. Whatever it is given becomes one short line without a mail address (P84, P85, P86).
///
///     2026-11-22T08:15:04Z info letter done disposition=created job=01JC... sender=5f0c...
public struct RingLogHandler: LogHandler {
    public enum Format: String, Sendable, CaseIterable {
        case text
        case json
    }

    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?

    private let ring: LogRing
    private let format: Format
    private let now: @Sendable () -> Date
    private let copy: (@Sendable (String) -> Void)?

    /// - Parameter copy: Gets each line too, and gets those alone that the ring cannot take.
    public init(
        _ ring: LogRing, as format: Format = .text, from level: Logger.Level = .info,
        now: @escaping @Sendable () -> Date, copy: (@Sendable (String) -> Void)? = nil
    ) {
        self.ring = ring
        self.format = format
        self.now = now
        self.copy = copy
        logLevel = level
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var about = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { loggable("\($0)") }
        if let error = event.error { about["error"] = label(of: error) }
        let line = Line(
            time: now().formatted(.iso8601), level: event.level.rawValue, message: loggable("\(event.message)"),
            about: about)
        let text = format == .json ? line.json : line.text
        ring.write(text)
        copy?(text)
    }

    private struct Line: Encodable {
        var time: String
        var level: String
        var message: String
        var about: [String: String]

        var text: String {
            let pairs = about.sorted { $0.key < $1.key }.map { "\(loggable($0.key))=\(Self.quoted($0.value))" }
            return ([time, level, message] + pairs).joined(separator: " ")
        }

        var json: String {
            (try? canonicalJSON(self)).map { String(decoding: $0, as: UTF8.self) } ?? text
        }

        private static func quoted(_ value: String) -> String {
            value.isEmpty || value.contains(" ") ? "\"\(value.replacing("\"", with: "'"))\"" : value
        }
    }
}
