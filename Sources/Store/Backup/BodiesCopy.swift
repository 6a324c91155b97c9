// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The copy of the sealed bodies in a backup.
struct BodiesCopy {
    let from: String
    let to: String

    /// What tells whether a file is as it was: a segment is written into the zeros at its end, so that its size says little.
    private struct Mark: Equatable {
        var size: Int
        var seconds: Int
        var nanoseconds: Int

        init(_ status: stat) {
            size = Int(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    /// Copies what changed since the last time; a copy that was interrupted goes on. Gives how many files were copied.
    ///
    /// - Parameters:
    ///   - wanted: Of these; nil for all.
    ///   - now: What was written just before then may still be written in the same moment.
    func bring(_ wanted: [String]? = nil, at now: Date) throws -> Int {
        try DataFile.makeFolder(to)
        return try (wanted ?? names(in: from)).count { try copy($0, at: now) }
    }

    /// Makes the folder have all files of a backup and no others. What is there already, whole and the same byte for byte, is
    /// not written again. Gives how many there are.
    func restore() throws -> Int {
        try DataFile.makeFolder(to)
        let wanted = try names(in: from)
        try Self.tidy(to, except: Set(wanted))
        for name in wanted where !FileManager.default.contentsEqual(atPath: "\(from)/\(name)", andPath: "\(to)/\(name)")
        {
            unlink("\(to)/\(name)")
            _ = try copy(name, at: .distantFuture)
        }
        return wanted.count
    }

    /// Takes away what the original has no more, and what an interruption left.
    static func tidy(_ folder: String, except wanted: Set<String>) throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder)
        where name.hasSuffix(".new") || isBody(name) && !wanted.contains(name) {
            unlink("\(folder)/\(name)")
        }
    }

    /// False if there is nothing to do: the copy is the same, or the original went away meanwhile since its time was over.
    private func copy(_ name: String, at now: Date) throws -> Bool {
        let path = "\(to)/\(name)"
        guard let source = try DataFile.find("\(from)/\(name)") else { return false }
        let status = try source.status()
        if let there = try DataFile.find(path), Mark(try there.status()) == Mark(status) { return false }
        try DataFile.makeFolder((path as NSString).deletingLastPathComponent)
        let target = try DataFile(path + ".new", O_RDWR | O_CREAT | O_TRUNC)
        var offset = 0
        let size = Int(status.st_size)
        while offset < size {
            let piece = try source.read(offset..<min(offset + 1 << 20, size))
            try target.write(Array(piece), at: offset)
            offset += piece.count
        }
        try target.flush()
        // What may still be written in the same moment is copied again the next time.
        let isSettled = now.timeIntervalSince1970 - Double(status.st_mtim.tv_sec) > 3
        try target.setModified(isSettled ? status.st_mtim : timespec())
        if rename(path + ".new", path) != 0 { throw StoreError.system(errno, "rename") }
        try DataFile.flushFolder((path as NSString).deletingLastPathComponent)
        return true
    }

    private func names(in folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter(Self.isBody)
    }

    static func isBody(_ name: String) -> Bool {
        name.hasSuffix(".segment") || name.hasSuffix(".body")
    }
}
