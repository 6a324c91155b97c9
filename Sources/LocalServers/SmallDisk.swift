// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A small file system in memory, where this process may mount one: a disk that a test can fill.
public struct SmallDisk {
    public let path: String

    /// Whether this process may mount one.
    public static let isPossible: Bool = {
        guard let folder = try? TemporaryFolder(), let disk = try? SmallDisk(at: folder.path("disk"), size: "1m") else {
            return false
        }
        disk.unmount()
        return true
    }()

    public init(at path: String, size: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(size),mode=700") == 0 else {
            throw ServerProcess.Failure(description: "no disk can be mounted at \(path)")
        }
    }

    public func resize(_ size: String) throws {
        guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(size)") == 0 else {
            throw ServerProcess.Failure(description: "no disk can be mounted at \(path)")
        }
    }

    public func unmount() {
        umount2(path, Int32(MNT_DETACH))
    }
}
