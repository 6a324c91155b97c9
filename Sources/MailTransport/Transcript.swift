// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A record of what was said on the wire, off by default; for the operator who asks why a server refuses us.
///
/// Secrets never reach it: whoever writes a secret line also names what is to be shown in its place, and bulk content
/// appears only by its size. Lines look as in the fixtures:
///
///     S: 250 AUTH PLAIN
///     C: AUTH PLAIN ****
public struct Transcript: Sendable {
    public enum Side: String, Sendable {
        case client = "C"
        case server = "S"
    }

    private let note: (@Sendable (String) -> Void)?

    /// Records nothing.
    public static let off = Transcript(note: nil)

    /// Gives each line to `note`, on the thread that does the input and output: be quick there.
    public init(to note: @escaping @Sendable (String) -> Void) {
        self.note = note
    }

    private init(note: (@Sendable (String) -> Void)?) {
        self.note = note
    }

    public var isOn: Bool { note != nil }

    func record(_ side: Side, _ line: @autoclosure () -> String) {
        guard let note else { return }
        note("\(side.rawValue): \(line())")
    }
}

/// Collects a transcript in memory, up to a number of lines; then it keeps the newest.
public final class TranscriptRecorder: Sendable {
    private let lines = Mutex<[String]>([])
    private let limit: Int

    public init(limit: Int = 1000) {
        self.limit = limit
    }

    public var transcript: Transcript {
        Transcript { [self] line in
            lines.withLock {
                if $0.count >= limit { $0.removeFirst() }
                $0.append(line)
            }
        }
    }

    public var text: String {
        lines.withLock { $0.joined(separator: "\n") }
    }
}
