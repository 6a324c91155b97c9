// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Synchronization

/// The files of sealed bodies: append-only segments for small ones, a file each for large ones.
///
/// Only the committer appends. A segment is never continued by a later process, so that a torn tail hurts nobody.
final class BodyFolder: BodyStore {
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
        try DataFile.makeFolder(path)
        // What lists files does not follow a link.
        self.path = try DataFile.realPath(path)
    }

    // MARK: Keeping

    func begin(_ name: String) throws(StoreError) -> DataFile {
        try DataFile.makeFolder(("\(path)/\(name)" as NSString).deletingLastPathComponent)
        guard let file = try DataFile.create("\(path)/\(name)") else {
            throw StoreError(.alreadyThere, "A letter of this id is there already.")
        }
        return file
    }

    func abandon(_ name: String) {
        unlink("\(path)/\(name)")
    }

    func finish(_ name: String, _ file: DataFile, size: Int) async throws -> SealedBody {
        try await onFileQueue { [path] in
            try file.flush()
            try DataFile.flushFolder(("\(path)/\(name)" as NSString).deletingLastPathComponent)
        }
        return .file(BodyPlace(file: name, offset: 0, length: size))
    }

    func take(_ bytes: [UInt8], _ name: String) async throws -> SealedBody {
        .bytes(bytes, folder: (name as NSString).deletingLastPathComponent)
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
            var segment = if let open = segments[folder] { open } else { try beginSegment(in: folder) }
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

    private func beginSegment(in folder: String) throws(StoreError) -> Segment {
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

    func takeIn(_ folder: BodyFolder, unmarked: (String) async throws -> Void) async throws {
        try await onFileQueue {
            let names = try folder.names()
            // Two folders may have segments of the same name; what is the same was taken over before.
            let there = Set(names.filter { self.size(of: $0) != nil })
            let files = FileManager.default
            guard
                there.allSatisfy({ files.contentsEqual(atPath: "\(self.path)/\($0)", andPath: "\(folder.path)/\($0)") })
            else { throw StoreError.twoPlaces(folder.path) }
            _ = try BodiesCopy(from: folder.path, to: self.path).bring(
                names.filter { !there.contains($0) }, at: .distantFuture)
            for name in names { folder.abandon(name) }
        }
    }

    // MARK: Reading

    static let goneWords = "The file of this letter or event is gone."

    func open(_ place: BodyPlace) async throws -> @Sendable (Range<Int>) throws -> Data {
        let file = try await onFileQueue { [path] in
            guard let file = try DataFile.find("\(path)/\(place.file)") else {
                throw StoreError(.damaged, Self.goneWords)
            }
            return file
        }
        return { try file.read(place.offset + $0.lowerBound..<place.offset + $0.upperBound) }
    }

    /// Of all bodies.
    func names() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter(BodiesCopy.isBody)
    }

    func isEmpty() async throws -> Bool {
        try await onFileQueue { try self.names().isEmpty }
    }

    func size() async throws -> Int? {
        try await onFileQueue {
            try self.names().reduce(0) { $0 + (self.size(of: $1) ?? 0) }
        }
    }

    /// Nil if there is no such file.
    private func size(of name: String) -> Int? {
        var status = stat()
        return stat("\(path)/\(name)", &status) == 0 ? Int(status.st_size) : nil
    }

    var freeBytes: Int {
        get throws(StoreError) { try DataFile.freeBytes(at: path) }
    }

    func copy(to folder: String, at now: Date) async throws -> Int {
        try await onFileQueue { try BodiesCopy(from: self.path, to: folder).bring(at: now) }
    }

    func tidy(_ folder: String) async throws {
        try await onFileQueue { try BodiesCopy.tidy(folder, except: Set(try self.names())) }
    }

    // MARK: The end

    /// Removes files of large bodies that no row names: their receipt was cut by a crash, or their row is gone. Blocks.
    func removeFiles(except isNamed: (_ file: String) throws -> Bool) rethrows {
        let all = FileManager.default.enumerator(atPath: path)
        while let file = all?.nextObject() as? String {
            if file.hasSuffix(".body"), try !isNamed(file) { abandon(file) }
        }
    }

    func remove(_ files: [String]) async throws -> Int {
        try await onFileQueue { [path] in
            var failure: StoreError?
            let removed = files.filter { file in
                if unlink("\(path)/\(file)") == 0 { return true }
                if errno != ENOENT { failure = .system(errno, "unlink") }
                return false
            }
            if let failure { throw failure }
            return removed.count
        }
    }

    func folders(of line: Line) async throws -> [String] {
        try await onFileQueue { [path] in
            (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(line.folder)")) ?? []
        }
    }

    func removeFolder(_ folder: String, except named: Set<String>) async throws -> Int {
        try await onFileQueue {
            self.segments.withLock { $0[folder] = nil }
            var removed = 0
            for file in (try? FileManager.default.contentsOfDirectory(atPath: "\(self.path)/\(folder)")) ?? []
            where !named.contains("\(folder)/\(file)") && unlink("\(self.path)/\(folder)/\(file)") == 0 {
                removed += 1
            }
            // Only if it is empty.
            rmdir("\(self.path)/\(folder)")
            return removed
        }
    }
}

extension StoreError {
    static func twoPlaces(_ folder: String) -> StoreError {
        StoreError(
            .alreadyThere,
            "There are letters in \(folder) and where \"bodies\" of the settings leads: move them into one place by hand."
        )
    }

    static func nestedPlaces(_ folder: String, _ former: String) -> StoreError {
        StoreError(
            .alreadyThere,
            "\"bodies\" of the settings leads to \(folder), and letters were kept in \(former) so far: neither may lie in "
                + "the other.")
    }
}
