// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Synchronization

/// The log of a process: files for its own user alone, that go when their time is over (P83).
///
/// A file holds a part of one UTC day: `2026-11-22.1.log`. Another process may take all of them away at any moment.
public final class LogRing: Sendable {
    private struct Piece: Sendable {
        var day: String
        var file: DataFile
        var end = 0
    }

    private let folder: String
    private let days: Int
    private let now: @Sendable () -> Date
    private let piece = Mutex<Piece?>(nil)

    /// A file is not continued when it has so many bytes.
    static let pieceLimit = 4 << 20
    /// The oldest file goes when there are more.
    static let countLimit = 32

    /// - Parameter days: So many whole days lines stay; then the file of their day goes.
    public init(folder: String, days: Int, now: @escaping @Sendable () -> Date) {
        self.folder = folder
        self.days = days
        self.now = now
    }

    /// Adds a line to the file of today. It is not made durable; a line that cannot be written is lost.
    ///
    /// - Returns: Whether it was written.
    @discardableResult
    public func write(_ line: String) -> Bool {
        let bytes = Array((line + "\n").utf8)
        return piece.withLock { piece in
            do {
                let today = Self.day(of: now())
                var current: Piece
                if let open = piece, open.day == today, open.end < Self.pieceLimit, try open.file.status().st_nlink > 0
                {
                    current = open
                } else {
                    current = try begin(today)
                }
                // Also where the disk is full: a new file for each line would take the old ones away.
                piece = current
                try current.file.write(bytes, at: current.end)
                current.end += bytes.count
                piece = current
                return true
            } catch {
                return false
            }
        }
    }

    private func begin(_ day: String) throws(StoreError) -> Piece {
        try DataFile.makeFolder(folder)
        // After those that are there: the oldest may have gone.
        var number = (Self.names(in: folder).filter { $0.hasPrefix(day) }.compactMap(Self.number).max() ?? 0) + 1
        while true {
            if let file = try DataFile.create("\(folder)/\(day).\(number).log") {
                sweep()
                return Piece(day: day, file: file)
            }
            number += 1
        }
    }

    /// Takes away the files whose time is over, and the oldest where there are too many.
    public func sweep() {
        let last = Self.day(of: now().addingTimeInterval(-Double(days + 1) * 86_400))
        let names = Self.names(in: folder)
        let over = names.filter { $0.prefix(10) <= last }
        let crowded = names.dropFirst(over.count).dropLast(Self.countLimit)
        for name in over + crowded { unlink("\(folder)/\(name)") }
    }

    /// Takes all files away at once (P87), and gives how many there were. A process that logs begins anew.
    @discardableResult
    public static func purge(_ folder: String) -> Int {
        names(in: folder).filter { unlink("\(folder)/\($0)") == 0 }.count
    }

    /// The last lines, oldest first.
    public static func lines(in folder: String, limit: Int) -> [String] {
        var lines: [String] = []
        for name in names(in: folder).reversed() where lines.count < limit {
            let text = (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? ""
            lines = text.split(separator: "\n").map(String.init) + lines
        }
        return lines.suffix(limit)
    }

    /// Oldest first.
    private static func names(in folder: String) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return all.filter { $0.hasSuffix(".log") && number(of: $0) != nil }.sorted {
            ($0.prefix(10), number(of: $0) ?? 0) < ($1.prefix(10), number(of: $1) ?? 0)
        }
    }

    private static func number(of name: String) -> Int? {
        let parts = name.split(separator: ".")
        return parts.count == 3 && parts[0].utf8.count == 10 ? Int(parts[1]) : nil
    }

    private static func day(of time: Date) -> String {
        String(time.formatted(.iso8601).prefix(10))
    }
}
