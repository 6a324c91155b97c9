// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Synchronization

/// The file of wrapped keys: one line each, a name and base64. The first is the wrapping key, under the master key; all
/// others are under the wrapping key. Lines are only appended, until a sweep writes the file anew under a new wrapping key;
/// which master key that is under changes only where somebody asks for it, since other processes may know one alone.
///
///     wrapping 0J3Rjw...
///     tenant:acme 3q2+7w...
///     tenant:acme/audit/20779 yv66vg...
///
/// Several processes may use it at once: who adds a key, or sweeps, holds the file's lock and first reads what others
/// did. A last line without its end was never used by anyone, and is cut off by the next who adds.
final class KeyFile: Sendable {
    /// A wrapped key, and what wraps it now.
    struct Entry: Sendable {
        var wrapped: Data
        var wrapping: SymmetricKey
    }

    private struct Known {
        var file: SystemFile
        /// The one that opened it.
        var master: MasterKey
        var wrapping: SymmetricKey
        var end = 0
        var wrapped: [String: Data] = [:]

        func entry(_ name: String) -> Entry? {
            wrapped[name].map { Entry(wrapped: $0, wrapping: wrapping) }
        }
    }

    /// Which master key a file that is written anew is under.
    enum MasterChoice {
        case sameAsBefore, current
    }

    private struct Masters {
        var keys: MasterKeys
        /// The first line of a file that the newest keys did not open either.
        var refused: ArraySlice<UInt8>?
    }

    private let path: String
    private let masters: Mutex<Masters>
    private let fetchMasters: MasterKeys.Source?
    private let known: Mutex<Known>

    private static let wrappingName = "wrapping"
    private static let wrappingBound = Array("martlet wrapping key".utf8)

    /// - Parameter fetch: Gives the master keys of now, where those that were known when this began open a file no more.
    init(path: String, masters: MasterKeys, asking fetch: MasterKeys.Source?) throws(VaultError) {
        self.path = path
        self.masters = Mutex(Masters(keys: masters))
        fetchMasters = fetch
        known = Mutex(try Self.open(path, masters))
    }

    private var masterKeys: MasterKeys { masters.withLock(\.keys) }

    /// Whether the master key of now would open it no longer without the one before.
    func isUnderFormerMaster() throws(VaultError) -> Bool {
        try withKnown { known throws(VaultError) in
            try locked(&known) { known throws(VaultError) in known.master != masterKeys.current }
        }
    }

    func find(_ name: String) throws(VaultError) -> Entry? {
        try withKnown { known throws(VaultError) in
            try follow(&known)
            if let found = known.entry(name) { return found }
            return try locked(&known) { known throws(VaultError) in known.entry(name) }
        }
    }

    /// All lines, as they are at this moment.
    func contents() throws(VaultError) -> [UInt8] {
        try withKnown { known throws(VaultError) in
            try locked(&known) { known throws(VaultError) in Array(try known.file.read(from: 0).prefix(known.end)) }
        }
    }

    /// The key of this name in the lines of a copy.
    func find(_ name: String, in copy: [UInt8]) throws(VaultError) -> Entry? {
        let (_, wrapping, end) = try Self.wrapping(of: copy, masterKeys)
        for line in copy[end...].split(separator: 0x0A) {
            let (found, wrapped) = try Self.words(line)
            if found == name { return Entry(wrapped: wrapped, wrapping: wrapping) }
        }
        return nil
    }

    /// The names of all keys.
    func names() throws(VaultError) -> [String] {
        try withKnown { known throws(VaultError) in
            try locked(&known) { known throws(VaultError) in Array(known.wrapped.keys) }
        }
    }

    /// All keys whose names are wanted.
    func entries(_ isWanted: (String) -> Bool) throws(VaultError) -> [String: Entry] {
        let all = try withKnown { known throws(VaultError) in
            try locked(&known) { known throws(VaultError) in (wrapped: known.wrapped, wrapping: known.wrapping) }
        }
        return all.wrapped.filter { isWanted($0.key) }.mapValues { Entry(wrapped: $0, wrapping: all.wrapping) }
    }

    /// The key of this name, made by `make` and durable on return if it was not there.
    ///
    /// - Parameter owner: The key that must be there, so that what was destroyed does not come back, and what must hold of it.
    func findOrAdd(
        _ name: String, under owner: (name: String, check: (Entry) throws(VaultError) -> Void)? = nil,
        make: (SymmetricKey) throws(VaultError) -> Data
    ) throws(VaultError) -> Entry {
        try withKnown { known throws(VaultError) in
            if let found = known.entry(name) { return found }
            return try locked(&known) { known throws(VaultError) in
                if let found = known.entry(name) { return found }
                if let owner {
                    guard let entry = known.entry(owner.name) else { throw .unknownOwner(owner.name) }
                    try owner.check(entry)
                }
                let wrapped = try make(known.wrapping)
                let line = Self.line(name, wrapped)
                try known.file.truncate(to: known.end)
                try known.file.write(line, at: known.end)
                try known.file.flush()
                known.end += line.count
                known.wrapped[name] = wrapped
                return Entry(wrapped: wrapped, wrapping: known.wrapping)
            }
        }
    }

    /// Writes the file anew under a new wrapping key, with what `rewrap` gives; what it gives nil for is gone for good.
    ///
    /// The file before is overwritten, and with it its wrapping key.
    ///
    /// - Parameter more: Gives keys that were not there, by their names.
    func rewrite(
        under choice: MasterChoice = .sameAsBefore,
        adding more: (_ new: SymmetricKey) throws(VaultError) -> [String: Data] = { _ in [:] },
        _ rewrap: (_ name: String, Entry, _ new: SymmetricKey) throws(VaultError) -> Data?
    ) throws(VaultError) {
        try withKnown { known throws(VaultError) in
            try locked(&known) { known throws(VaultError) in
                let master = choice == .current ? masterKeys.current : known.master
                let (wrapping, first) = try Self.makeWrapping(master)
                var lines = first
                for (name, wrapped) in known.wrapped.sorted(by: { $0.key < $1.key }) {
                    let entry = Entry(wrapped: wrapped, wrapping: known.wrapping)
                    if let new = try rewrap(name, entry, wrapping) { lines += Self.line(name, new) }
                }
                for (name, wrapped) in try more(wrapping) { lines += Self.line(name, wrapped) }
                let old = known.file
                let oldSize = Int(try old.status().st_size)
                try Self.write(lines, to: path)
                known = try open()
                try old.write([UInt8](repeating: 0x0A, count: oldSize), at: 0)
                try old.flush()
            }
        }
    }

    // MARK: One file and its successors

    /// The file as it is now. Where the master keys that are known do not open it, another process may have changed it over
    /// to a new one, which is asked for once; not while the file is locked, since that may take long.
    private func open() throws(VaultError) -> Known {
        do {
            return try Self.open(path, masterKeys)
        } catch  where error.code == .masterKeyWrong {
            guard let fetchMasters else { throw error }
            let line = try SystemFile(path, O_RDONLY).read(from: 0).prefix { $0 != 0x0A }
            if masters.withLock({ $0.refused == line }) { throw error }
            do {
                let keys = try fetchMasters()
                let known = try Self.open(path, keys)
                masters.withLock { $0 = Masters(keys: keys) }
                return known
            } catch let reason {
                masters.withLock { $0.refused = line }
                throw VaultError(error.code, error.said, detail: "\(reason)")
            }
        }
    }

    /// Reads the file as it is now; its first line may have to be made.
    private static func open(_ path: String, _ masters: MasterKeys) throws(VaultError) -> Known {
        while true {
            let file = try SystemFile(path, O_RDWR | O_CREAT)
            if try file.status().st_mode & 0o077 != 0 {
                throw VaultError(.masterKeyExposed, "Others may read the key store at \(path): run chmod 600 \(path).")
            }
            let known: Known? = try file.locked { () throws(VaultError) in
                try isCurrent(path, file) ? try read(path, file, masters) : nil
            }
            if let known { return known }
        }
    }

    private static func read(
        _ path: String, _ file: SystemFile, _ masters: MasterKeys
    ) throws(VaultError) -> Known {
        // Without a whole line nobody has used it.
        if try file.read(from: 0).firstIndex(of: 0x0A) == nil {
            try file.truncate(to: 0)
            try file.write(try makeWrapping(masters.current).line, at: 0)
            try file.flush()
            try flushFolder((path as NSString).deletingLastPathComponent)
        }
        let (master, wrapping, end) = try wrapping(of: try file.read(from: 0), masters)
        var known = Known(file: file, master: master, wrapping: wrapping, end: end)
        try catchUp(&known)
        return known
    }

    /// The key in the first of these lines, what opened it, and where that line ends.
    private static func wrapping(
        of lines: [UInt8], _ masters: MasterKeys
    ) throws(VaultError) -> (master: MasterKey, key: SymmetricKey, end: Int) {
        guard let end = lines.firstIndex(of: 0x0A), let (name, wrapped) = try? words(lines[..<end]),
            name == wrappingName
        else { throw VaultError(.keyStoreDamaged, "The key store has lost its wrapping key.") }
        for master in masters.all {
            guard let key = try? opened(wrapped, with: master.key, headCount: 0, bound: wrappingBound) else { continue }
            return (master, SymmetricKey(data: key), end + 1)
        }
        throw VaultError(.masterKeyWrong, "The master key does not open this key store.")
    }

    private static func makeWrapping(_ master: MasterKey) throws(VaultError) -> (key: SymmetricKey, line: [UInt8]) {
        let made = randomBytes(32)
        let wrapped = try sealed(made, with: master.key, head: [], bound: wrappingBound)
        return (SymmetricKey(data: made), line(wrappingName, wrapped))
    }

    /// Puts a whole new file in the place of the old one.
    private static func write(_ bytes: [UInt8], to path: String) throws(VaultError) {
        let file = try SystemFile(path + ".new", O_RDWR | O_CREAT | O_TRUNC)
        try file.write(bytes, at: 0)
        try file.flush()
        if rename(path + ".new", path) != 0 { throw .system(errno, "rename") }
        try flushFolder((path as NSString).deletingLastPathComponent)
    }

    private func withKnown<T: Sendable>(
        _ body: (inout Known) throws(VaultError) -> T
    ) throws(VaultError) -> T {
        try known.withLock { known throws(VaultError) in try body(&known) }
    }

    /// Runs `body` with the file as it is now, while no other process changes it.
    private func locked<T>(
        _ known: inout Known, _ body: (inout Known) throws(VaultError) -> T
    ) throws(VaultError) -> T {
        while true {
            try follow(&known)
            let file = known.file
            let result: T? = try file.locked { () throws(VaultError) in
                // Between opening and locking another process may have put a new file in its place.
                guard try Self.isCurrent(path, file) else { return nil }
                try Self.catchUp(&known)
                return try body(&known)
            }
            if let result { return result }
        }
    }

    /// Goes over to the file that another process has written anew, if one has.
    private func follow(_ known: inout Known) throws(VaultError) {
        if try Self.isCurrent(path, known.file) { return }
        known = try open()
    }

    private static func isCurrent(_ path: String, _ file: SystemFile) throws(VaultError) -> Bool {
        var named = stat()
        if stat(path, &named) != 0 { throw .system(errno, "stat") }
        let open = try file.status()
        return named.st_ino == open.st_ino && named.st_dev == open.st_dev
    }

    private static func catchUp(_ known: inout Known) throws(VaultError) {
        let bytes = try known.file.read(from: known.end)
        guard let last = bytes.lastIndex(of: 0x0A) else { return }
        for line in bytes[..<last].split(separator: 0x0A) {
            let (name, wrapped) = try words(line)
            known.wrapped[name] = wrapped
        }
        known.end += last + 1
    }

    private static func words(_ line: ArraySlice<UInt8>) throws(VaultError) -> (name: String, wrapped: Data) {
        let words = line.split(separator: 0x20)
        guard words.count == 2, let wrapped = Data(base64Encoded: Data(words[1])) else {
            throw VaultError(.keyStoreDamaged, "The key store has a line that is not a key.")
        }
        return (String(decoding: words[0], as: UTF8.self), wrapped)
    }

    private static func line(_ name: String, _ wrapped: Data) -> [UInt8] {
        Array("\(name) \(wrapped.base64EncodedString())\n".utf8)
    }
}
