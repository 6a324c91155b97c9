// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Vault

extension TenantStore {
    /// Writes a letter as it came, unsealed, below a folder where an admin asked for that (P24): `2026-11-22/<id>.eml`.
    ///
    /// Without auditing it writes nothing. What it wrote is no longer ours: no term ends it.
    public func writeRaw(_ job: Job, below folder: String) async throws {
        guard try await isAudited() else { return }
        let day = "\(folder)/\(job.receivedAt.formatted(.iso8601).prefix(10))"
        let body = try await body(of: job.id)
        let file = try await onFileQueue {
            try DataFile.makeFolder(day)
            return try DataFile("\(day)/\(job.id).eml", O_RDWR | O_CREAT | O_TRUNC)
        }
        var offset = 0
        for try await piece in body {
            let start = offset
            try await onFileQueue { try file.write(piece, at: start) }
            offset += piece.count
        }
    }
}
