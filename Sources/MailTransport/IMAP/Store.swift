// SPDX-License-Identifier: Apache-2.0

extension IMAPConnection {
    enum FlagChange: String {
        case add = "+FLAGS.SILENT"
        case remove = "-FLAGS.SILENT"
    }

    /// Changes a flag of messages; those that are gone are passed over by the server: RFC 3501 §6.4.6.
    ///
    ///     C: m8 UID STORE 5,7 +FLAGS.SILENT (\Seen)
    func store(_ change: FlagChange, _ flag: String, on uids: UIDSet) async throws {
        for piece in uids.pieces {
            try await perform(IMAPCommand("UID STORE", "\(piece) \(change.rawValue) (\(flag))"))
        }
    }
}

extension UIDSet {
    /// The same in sets short enough for a command line.
    var pieces: [UIDSet] {
        stride(from: 0, to: ranges.count, by: 200).map {
            UIDSet(joining: ranges[$0..<Swift.min($0 + 200, ranges.count)])
        }
    }
}
