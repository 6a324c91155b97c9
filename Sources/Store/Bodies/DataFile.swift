// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An open file of the data folder; closes with its last user.
final class DataFile: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    convenience init(_ path: String, _ flags: Int32) throws(StoreError) {
        let descriptor = open(path, flags | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw .system(errno, "open") }
        self.init(descriptor: descriptor)
    }

    /// A file that was not there before; nil if it was.
    static func create(_ path: String) throws(StoreError) -> DataFile? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 { return DataFile(descriptor: descriptor) }
        if errno == EEXIST { return nil }
        throw .system(errno, "create")
    }

    /// A file to read; nil if it is not there.
    static func find(_ path: String) throws(StoreError) -> DataFile? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 { return DataFile(descriptor: descriptor) }
        if errno == ENOENT { return nil }
        throw .system(errno, "open")
    }

    deinit { close(descriptor) }

    func status() throws(StoreError) -> stat {
        var status = stat()
        if fstat(descriptor, &status) != 0 { throw .system(errno, "stat") }
        return status
    }

    /// Says when it was last written.
    func setModified(_ time: timespec) throws(StoreError) {
        if futimens(descriptor, [time, time]) != 0 { throw .system(errno, "utimens") }
    }

    func read(_ range: Range<Int>) throws(StoreError) -> Data {
        var out = Data(count: range.count)
        var done = 0
        while done < range.count {
            let got = out.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress! + done, range.count - done, off_t(range.lowerBound + done))
            }
            if got < 0, errno == EINTR { continue }
            if got < 0 { throw .system(errno, "read") }
            if got == 0 { throw StoreError(.damaged, "A letter's file is shorter than it was.") }
            done += got
        }
        return out
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(StoreError) {
        var done = 0
        while done < bytes.count {
            let put = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress! + done, bytes.count - done, off_t(offset + done))
            }
            if put < 0, errno == EINTR { continue }
            if put < 0 { throw .system(errno, "write") }
            done += put
        }
    }

    func truncate() throws(StoreError) {
        if ftruncate(descriptor, 0) != 0 { throw .system(errno, "truncate") }
    }

    /// Returns when the bytes, and the size, are on the disk.
    func flush() throws(StoreError) {
        if fdatasync(descriptor) != 0 { throw .system(errno, "fdatasync") }
    }

    /// Makes the names in a folder durable.
    static func flushFolder(_ path: String) throws(StoreError) {
        let folder = try DataFile(path, O_RDONLY | O_DIRECTORY)
        if fsync(folder.descriptor) != 0 { throw .system(errno, "fsync") }
    }

    /// Makes a folder and those above it, durably.
    static func makeFolder(_ path: String) throws(StoreError) {
        if mkdir(path, 0o700) == 0 {
            return try flushFolder((path as NSString).deletingLastPathComponent)
        }
        switch errno {
        case EEXIST: return
        case ENOENT:
            try makeFolder((path as NSString).deletingLastPathComponent)
            try makeFolder(path)
        default: throw .system(errno, "mkdir")
        }
    }

    /// A folder, whatever it is called: links and mounts lead to the same one.
    struct Identity: Hashable {
        let device: dev_t
        let inode: ino_t
    }

    /// Where the links of a path lead.
    static func realPath(_ path: String) throws(StoreError) -> String {
        guard let real = realpath(path, nil) else { throw .system(errno, "realpath") }
        defer { free(real) }
        return String(cString: real)
    }

    /// What this folder is, and each above it.
    static func identities(upFrom path: String) throws(StoreError) -> [Identity] {
        var path = try realPath(path)
        var found: [Identity] = []
        while true {
            var status = stat()
            if stat(path, &status) != 0 { throw .system(errno, "stat") }
            found.append(Identity(device: status.st_dev, inode: status.st_ino))
            if path == "/" { return found }
            path = (path as NSString).deletingLastPathComponent
        }
    }

    /// Bytes that the disk of this file or folder has for us.
    static func freeBytes(at path: String) throws(StoreError) -> Int {
        var disk = statvfs()
        if statvfs(path, &disk) != 0 { throw .system(errno, "statvfs") }
        return Int(clamping: UInt64(disk.f_bavail) * UInt64(disk.f_frsize))
    }

    /// Takes the file for this process as long as it is open; false if another one has it.
    func take() throws(StoreError) -> Bool {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        if errno == EWOULDBLOCK { return false }
        throw .system(errno, "lock")
    }

    /// Undoes `take`.
    func letGo() {
        flock(descriptor, LOCK_UN)
    }
}

/// Runs blocking file work away from the threads that all tasks share.
func onFileQueue<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        fileQueue.async { continuation.resume(with: Result(catching: work)) }
    }
}

private let fileQueue = DispatchQueue(label: "martlet.store.files", qos: .userInitiated, attributes: .concurrent)
