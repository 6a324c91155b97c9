// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A file that is written anew, from its beginning to its end.
final class AppendedFile: Sendable {
    private let file: DataFile
    private let end = Mutex(0)

    init(_ path: String, _ flags: Int32 = O_TRUNC) throws(StoreError) {
        file = try DataFile(path, O_RDWR | O_CREAT | flags)
    }

    func append(_ bytes: [UInt8]) throws(StoreError) {
        try end.withLock { end throws(StoreError) in
            try file.write(bytes, at: end)
            end += bytes.count
        }
    }

    /// Returns when all is on the disk.
    func flush() throws(StoreError) { try file.flush() }
}
