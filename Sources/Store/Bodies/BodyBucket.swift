// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Synchronization
import Vault
import WebClient

/// Sealed bodies as objects of a bucket, one each.
///
/// What is done is marked for the bucket's own rule, which deletes it when its time is over even if Martlet never runs
/// again; what is not done bears no mark, and no rule cuts it. The sweep deletes too.
///
/// A large body waits in a file without a name until it is put, and again while it is read: its bytes are sealed there as
/// everywhere.
final class BodyBucket: BodyStore {
    private let bucket: S3Bucket
    private let scratch: String
    /// Nil until it was tried.
    private let hasTags = Mutex<Bool?>(nil)

    /// Objects of so many bytes are read into memory.
    private static let memoryLimit = 1 << 20
    private static let owner = "installation"

    /// - Parameter scratch: A folder that processes may share: nothing in it keeps its name.
    init(_ bucket: S3Bucket, scratch: String) throws(StoreError) {
        self.bucket = bucket
        self.scratch = scratch
        try DataFile.makeFolder(scratch)
    }

    // MARK: The bucket

    /// Takes the bucket for the installation of these keys, and refuses that of another one.
    func claim(for keys: OwnerKeys) async throws {
        let context = SealContext.payload("installation", "bucket")
        let mark = try keys.seal(Data("martlet".utf8), as: .configuration, at: .distantPast, for: context)
        let found = try await asking {
            if let found = try await bucket.get(Self.owner) { return found }
            // Another process may be putting its own.
            if try await bucket.putIfAbsent(Array(mark), as: Self.owner) { return Array(mark) }
            return try await bucket.get(Self.owner) ?? []
        }
        do {
            _ = try keys.open(Data(found), for: context)
        } catch {
            throw StoreError(
                .keysDoNotFit,
                "The bucket holds the letters of another installation: it needs a \"prefix\" of its own.",
                underlying: error)
        }
    }

    /// Sets the bucket's own rules; false where it does not keep them.
    ///
    /// - Parameter terms: The longest that anybody may have.
    func setRules(under terms: Terms) async throws -> Bool {
        try await asking { try await bucket.setExpiry(Self.rules(under: terms)) }
    }

    /// Whether they stand there as they were set.
    func hasRules(under terms: Terms) async throws -> Bool {
        try await asking { try await bucket.hasExpiry(Self.rules(under: terms)) }
    }

    private static func rules(under terms: Terms) -> [S3Expiry] {
        Line.allCases.map { line in
            S3Expiry(id: line.folder, beginning: line.folder + "/", days: Keeping.expiryDays(of: line, under: terms))
        }
    }

    /// Whether objects can be marked and unmarked; tried once, on what no rule is about.
    func keepsTags() async throws -> Bool {
        if let known = hasTags.withLock({ $0 }) { return known }
        var keeps = true
        do {
            try await bucket.allowExpiry(of: Self.owner)
            try await bucket.forbidExpiry(of: Self.owner)
        } catch let error as AWSError where error.code == .refused {
            keeps = false
        } catch {
            throw StoreError.of(error)
        }
        hasTags.withLock { $0 = keeps }
        return keeps
    }

    func takeIn(_ folder: BodyFolder, unmarked: (String) async throws -> Void) async throws {
        for name in try folder.names() {
            guard let file = try DataFile.find("\(folder.path)/\(name)") else { continue }
            let size = Int(try file.status().st_size)
            let there = try await asking { try await bucket.size(of: name) }
            if there == nil {
                try await put(file, name, size: size)
            } else if there == size, try await holds(name, file, size: size) {
                // Put just before a process ended, or a backup was made: what was done since then, and marked, may wait again.
                // The next sweep marks what is done.
                if try await keepsTags() {
                    try await forbidExpiry(of: name)
                    try await unmarked(name)
                }
            } else {
                throw StoreError.twoPlaces(folder.path)
            }
            folder.abandon(name)
        }
    }

    /// Of one that has this size.
    private func holds(_ name: String, _ file: DataFile, size: Int) async throws -> Bool {
        for start in stride(from: 0, to: size, by: bucket.limits.part) {
            let range = start..<min(start + bucket.limits.part, size)
            let bytes = try await get(name, range)
            guard try await onFileQueue({ Array(try file.read(range)) == bytes }) else { return false }
        }
        return true
    }

    private func asking<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch {
            throw StoreError.of(error)
        }
    }

    private func put(_ file: DataFile, _ name: String, size: Int) async throws {
        try await asking {
            try await bucket.put(size, as: name) { range in
                try await onFileQueue { Array(try file.read(range)) }
            }
        }
    }

    // MARK: Keeping

    func begin(_ name: String) throws(StoreError) -> DataFile {
        let path = "\(scratch)/\(UUID().uuidString)"
        guard let file = try DataFile.create(path) else {
            throw StoreError(.alreadyThere, "A letter of this id is there already.")
        }
        unlink(path)
        return file
    }

    func abandon(_ name: String) {}

    func finish(_ name: String, _ file: DataFile, size: Int) async throws -> SealedBody {
        try await put(file, name, size: size)
        return .file(BodyPlace(file: name, offset: 0, length: size))
    }

    func take(_ bytes: [UInt8], _ name: String) async throws -> SealedBody {
        try await asking { try await bucket.put(bytes, as: name) }
        return .file(BodyPlace(file: name, offset: 0, length: bytes.count))
    }

    func keep(_ bodies: [SealedBody?]) -> [Result<BodyPlace, StoreError>?] {
        bodies.map { body in
            guard case .file(let place) = body else { return nil }
            return .success(place)
        }
    }

    // MARK: Reading

    func open(_ place: BodyPlace) async throws -> @Sendable (Range<Int>) throws -> Data {
        if place.length <= Self.memoryLimit {
            let bytes = try await get(place.file, place.offset..<place.offset + place.length)
            return { Data(bytes[$0.clamped(to: bytes.indices)]) }
        }
        let file = try begin(place.file)
        for start in stride(from: 0, to: place.length, by: bucket.limits.part) {
            let end = min(start + bucket.limits.part, place.length)
            let bytes = try await get(place.file, place.offset + start..<place.offset + end)
            try await onFileQueue { try file.write(bytes, at: start) }
        }
        return { try file.read($0) }
    }

    private func get(_ name: String, _ range: Range<Int>) async throws -> [UInt8] {
        do {
            return try await bucket.get(name, range)
        } catch let error as AWSError where error.code == .notFound {
            throw gone(error)
        } catch {
            throw StoreError.of(error)
        }
    }

    private func gone(_ error: AWSError) -> StoreError {
        StoreError(.damaged, BodyFolder.goneWords, detail: error.detail, underlying: error)
    }

    func isEmpty() async throws -> Bool {
        try await asking {
            for line in Line.allCases {
                let found = try await bucket.list(line.folder + "/", limit: 1, where: BodyPlace.isFile)
                if !found.isEmpty { return false }
            }
            return true
        }
    }

    func size() async throws -> Int? { nil }

    var freeBytes: Int {
        get throws(StoreError) { try DataFile.freeBytes(at: scratch) }
    }

    func copy(to folder: String, at now: Date) async throws -> Int {
        var copied = 0
        for object in try await objects() {
            if try await copy(object, to: "\(folder)/\(object.name)") { copied += 1 }
        }
        return copied
    }

    /// False if it is there already, or its time was over meanwhile.
    private func copy(_ object: S3Object, to path: String) async throws -> Bool {
        let folder = (path as NSString).deletingLastPathComponent
        let file = try await onFileQueue { () -> DataFile? in
            // What has this size is the same: an object is never written anew.
            if let there = try DataFile.find(path), Int(try there.status().st_size) == object.size { return nil }
            try DataFile.makeFolder(folder)
            return try DataFile(path + ".new", O_RDWR | O_CREAT | O_TRUNC)
        }
        guard let file else { return false }
        do {
            for start in stride(from: 0, to: object.size, by: bucket.limits.part) {
                let bytes = try await bucket.get(object.name, start..<min(start + bucket.limits.part, object.size))
                try await onFileQueue { try file.write(bytes, at: start) }
            }
        } catch let error as AWSError where error.code == .notFound {
            unlink(path + ".new")
            return false
        }
        try await onFileQueue {
            try file.flush()
            if rename(path + ".new", path) != 0 { throw StoreError.system(errno, "rename") }
            try DataFile.flushFolder(folder)
        }
        return true
    }

    func tidy(_ folder: String) async throws {
        try BodiesCopy.tidy(folder, except: Set(try await objects().map(\.name)))
    }

    private func objects() async throws -> [S3Object] {
        try await asking {
            var all: [S3Object] = []
            for line in Line.allCases { all += try await bucket.list(line.folder + "/", where: BodyPlace.isFile) }
            return all
        }
    }

    // MARK: The end

    /// Lets the bucket delete these bodies by itself when their time is over.
    func allowExpiry(of files: [String]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, file) in files.enumerated() {
                if index >= 16 { try await group.next() }
                group.addTask { [bucket] in
                    do {
                        try await bucket.allowExpiry(of: file)
                    } catch let error as AWSError where error.code == .notFound {
                        // It is gone already.
                    } catch {
                        throw StoreError.of(error)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Undoes `allowExpiry`, for what is to be worked on again.
    func forbidExpiry(of file: String) async throws {
        do {
            try await bucket.forbidExpiry(of: file)
        } catch let error as AWSError where error.code == .notFound {
            throw gone(error)
        } catch {
            throw StoreError.of(error)
        }
    }

    func remove(_ files: [String]) async throws -> Int {
        if files.isEmpty { return 0 }
        return try await asking { try await bucket.delete(files) }
    }

    func folders(of line: Line) async throws -> [String] {
        try await asking { try await bucket.folders(line.folder + "/") }
            .map { String($0.dropFirst(line.folder.count + 1).dropLast()) }
    }

    func removeFolder(_ folder: String, except named: Set<String>) async throws -> Int {
        let over = try await asking { try await bucket.list(folder + "/") { !named.contains($0) } }
        return try await remove(over.map(\.name))
    }
}
