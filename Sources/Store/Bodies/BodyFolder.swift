// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Synchronization

/// The files of sealed bodies: append-only segments for small ones, a file each for large ones.
///
/// Only the committer appends. A segment is never continued by a later process, so that a torn tail hurts nobody.
final class BodyFolder: Sendable {
    private struct Segment: Sendable {
        var name: String
        var file: DataFile
        var end: Int
        /// Up to here the file is written, with zeros after `end`.
        var reserved: Int
    }

    let path: String
    private let segments = Mutex<[String: Segment]>([:])

    /// Segments of past periods are let go when so many are open.
    private static let openLimit = 8

    init(path: String) throws(StoreError) {
        self.path = path
        try DataFile.makeFolder(path)
    }

    /// Appends a group's bodies with one write and one flush per segment; blocks.
    func keep(_ bodies: [SealedBody?]) -> [Result<BodyPlace, StoreError>?] {
        var places = [Result<BodyPlace, StoreError>?](repeating: nil, count: bodies.count)
        var groups: [String: [(index: Int, bytes: [UInt8])]] = [:]
        for (index, body) in bodies.enumerated() {
            switch body {
            case .bytes(let bytes, let folder): groups[folder, default: []].append((index, bytes))
            case .file(let place): places[index] = .success(place)
            case nil: break
            }
        }
        for (folder, members) in groups {
            do throws(StoreError) {
                let kept = try append(members.map(\.bytes), to: folder)
                for (member, place) in zip(members, kept) { places[member.index] = .success(place) }
            } catch {
                for member in members { places[member.index] = .failure(error) }
            }
        }
        return places
    }

    private func append(_ bodies: [[UInt8]], to folder: String) throws(StoreError) -> [BodyPlace] {
        try segments.withLock { segments throws(StoreError) in
            var segment = if let open = segments[folder] { open } else { try begin(in: folder) }
            var places: [BodyPlace] = []
            var joined: [UInt8] = []
            joined.reserveCapacity(bodies.reduce(0) { $0 + $1.count })
            for body in bodies {
                places.append(
                    BodyPlace(file: segment.name, offset: segment.end + joined.count, length: body.count))
                joined.append(contentsOf: body)
            }
            // Whatever fails below, this segment is not used again: the state of its tail is not known.
            segments[folder] = nil
            try reserve(joined.count, in: &segment)
            try segment.file.write(joined, at: segment.end)
            try segment.file.flush()
            segment.end += joined.count
            if segments.count >= Self.openLimit { segments.removeAll() }
            segments[folder] = segment
            return places
        }
    }

    /// Writes zeros ahead: a flush that need not make a file longer costs half.
    private func reserve(_ count: Int, in segment: inout Segment) throws(StoreError) {
        let needed = segment.end + count
        guard needed > segment.reserved else { return }
        let end = needed + min(max(needed, 64 * 1024), 4 * 1024 * 1024)
        try segment.file.write([UInt8](repeating: 0, count: end - segment.reserved), at: segment.reserved)
        segment.reserved = end
    }

    private func begin(in folder: String) throws(StoreError) -> Segment {
        try DataFile.makeFolder("\(path)/\(folder)")
        var number = 1
        while true {
            let name = "\(folder)/\(number).segment"
            if let file = try DataFile.create("\(path)/\(name)") {
                try DataFile.flushFolder("\(path)/\(folder)")
                return Segment(name: name, file: file, end: 0, reserved: 0)
            }
            number += 1
        }
    }

    func open(_ place: BodyPlace) throws(StoreError) -> DataFile {
        guard let file = try DataFile.find("\(path)/\(place.file)") else {
            throw StoreError(.damaged, "The file of this letter or event is gone.")
        }
        return file
    }

    /// Removes files of large bodies that no row names: their receipt was cut by a crash, or their row is gone.
    func removeFiles(except isNamed: (_ file: String) throws -> Bool) rethrows {
        let all = FileManager.default.enumerator(atPath: path)
        while let file = all?.nextObject() as? String {
            if file.hasSuffix(".body"), try !isNamed(file) { unlink("\(path)/\(file)") }
        }
    }

    var isEmpty: Bool {
        get throws {
            try !FileManager.default.subpathsOfDirectory(atPath: path).contains {
                $0.hasSuffix(".body") || $0.hasSuffix(".segment")
            }
        }
    }

    func remove(_ files: [String]) -> Int {
        files.filter { unlink("\(path)/\($0)") == 0 }.count
    }

    /// Removes all files of periods whose last letter or event is kept no longer, but those that are still named; and
    /// gives how many. Blocks.
    ///
    /// - Parameter terms: The shortest that anybody has.
    func removeFolders(endedBefore now: Date, under terms: Terms, except named: Set<String>) -> Int {
        var removed = 0
        for line in Line.allCases {
            let parent = "\(path)/\(line.folder)"
            for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] {
                guard let end = line.end(ofFolder: name, under: terms), end <= now else { continue }
                let folder = "\(line.folder)/\(name)"
                segments.withLock { $0[folder] = nil }
                for file in (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []
                where !named.contains("\(folder)/\(file)") && unlink("\(path)/\(folder)/\(file)") == 0 {
                    removed += 1
                }
                // Only if it is empty.
                rmdir("\(path)/\(folder)")
            }
        }
        return removed
    }

    /// Bytes that the disk has for us.
    var freeBytes: Int {
        get throws(StoreError) {
            var disk = statvfs()
            if statvfs(path, &disk) != 0 { throw .system(errno, "statvfs") }
            return Int(clamping: UInt64(disk.f_bavail) * UInt64(disk.f_frsize))
        }
    }

    /// Bytes of all files.
    var size: Int {
        var total = 0
        let all = FileManager.default.enumerator(atPath: path)
        while let file = all?.nextObject() as? String {
            var status = stat()
            if stat("\(path)/\(file)", &status) == 0, status.st_mode & S_IFMT == S_IFREG {
                total += Int(status.st_size)
            }
        }
        return total
    }
}
