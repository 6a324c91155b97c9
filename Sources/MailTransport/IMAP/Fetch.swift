// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// What comes while message bodies are fetched.
enum IMAPBodyStep {
    /// The UID is nil where the server tells it behind the body.
    case begins(uid: UInt32?, length: Int)
    case bytes(ByteBuffer)
    case ends
}

extension IMAPConnection {
    /// What the mailbox tells of messages, without their bytes: RFC 3501 §6.4.5. Those that are gone are missing.
    ///
    ///     C: m6 UID FETCH 5,7:8 (UID FLAGS INTERNALDATE RFC822.SIZE)
    ///     S: * 3 FETCH (UID 5 FLAGS () INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 4286)
    func list(_ uids: UIDSet) async throws -> [IMAPFetched] {
        var found: [UInt32: IMAPFetched] = [:]
        try await perform(IMAPCommand("UID FETCH", "\(uids) (UID FLAGS INTERNALDATE RFC822.SIZE)")) { response in
            guard case .fetch(let told) = response, let uid = told.uid, uids.contains(uid) else { return }
            guard told.size != nil else { return }
            found[uid] = told
        }
        return found.values.sorted { $0.uid ?? 0 < $1.uid ?? 0 }
    }

    /// Streams the bodies of messages, without marking them as read; the server's answer may be a refusal.
    ///
    ///     C: m7 UID FETCH 5 (UID BODY.PEEK[])
    ///     S: * 3 FETCH (UID 5 BODY[] {4286}
    ///     S: ... )
    func fetch(
        _ uids: UIDSet, section: String = "[]", _ take: (IMAPBodyStep) async throws -> Void
    ) async throws -> IMAPStatus {
        try await start(IMAPCommand("UID FETCH", "\(uids) (UID BODY.PEEK\(section))"))
        while true {
            switch try await step() {
            case .bodyBegins(let body): try await take(.begins(uid: body.uid, length: body.length))
            case .body(let bytes): try await take(.bytes(bytes))
            case .bodyEnds: try await take(.ends)
            case .told(.fetch(let told)):
                guard let bytes = told.inlineBody else { break }
                try await take(.begins(uid: told.uid, length: bytes.count))
                try await take(.bytes(ByteBuffer(bytes: bytes)))
                try await take(.ends)
            case .finished(let status): return status
            case .greeted, .send, .told, .asked: break
            }
        }
    }
}
