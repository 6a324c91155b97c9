// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers

/// A small file system in memory, where the test may mount one.
struct SmallDisk {
    let path: String

    /// Whether this process may mount one.
    static let isPossible: Bool = {
        guard let folder = try? TemporaryFolder(), let disk = try? SmallDisk(at: folder.path("disk"), size: "1m") else {
            return false
        }
        disk.unmount()
        return true
    }()

    init(at path: String, size: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(size),mode=700") == 0 else { throw Unexpected() }
    }

    func resize(_ size: String) throws {
        guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(size)") == 0 else { throw Unexpected() }
    }

    func unmount() {
        umount2(path, Int32(MNT_DETACH))
    }
}
