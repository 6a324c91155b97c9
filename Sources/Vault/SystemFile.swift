// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An open file descriptor that closes with its last user.
final class SystemFile: Sendable {
    let descriptor: Int32

    init(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(VaultError) {
        descriptor = open(path, flags | O_CLOEXEC, mode)
        if descriptor < 0 { throw .system(errno, "open") }
    }

    deinit { close(descriptor) }

    func status() throws(VaultError) -> stat {
        var status = stat()
        if fstat(descriptor, &status) != 0 { throw .system(errno, "stat") }
        return status
    }

    /// All bytes from `offset` to the end as it is now.
    func read(from offset: Int) throws(VaultError) -> [UInt8] {
        let wanted = Int(try status().st_size) - offset
        guard wanted > 0 else { return [] }
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            while count < wanted {
                let got = pread(descriptor, buffer.baseAddress! + count, wanted - count, off_t(offset + count))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                count += got
            }
        }
        if failure != 0 { throw .system(failure, "read") }
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(VaultError) {
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

    func truncate(to size: Int) throws(VaultError) {
        if ftruncate(descriptor, off_t(size)) != 0 { throw .system(errno, "truncate") }
    }

    /// Returns when what was written is on the disk.
    func flush() throws(VaultError) {
        if fsync(descriptor) != 0 { throw .system(errno, "fsync") }
    }

    /// Runs `body` while no other process holds the file's lock.
    func locked<T>(_ body: () throws(VaultError) -> T) throws(VaultError) -> T {
        while flock(descriptor, LOCK_EX) != 0 {
            if errno != EINTR { throw .system(errno, "lock") }
        }
        defer { flock(descriptor, LOCK_UN) }
        return try body()
    }
}

/// Makes a file's or folder's name durable.
func flushFolder(_ path: String) throws(VaultError) {
    try SystemFile(path, O_RDONLY | O_DIRECTORY).flush()
}

func systemReason(_ number: Int32) -> String {
    String(cString: strerror(number))
}

func isDiskFull(_ number: Int32) -> Bool {
    number == ENOSPC || number == EDQUOT
}
