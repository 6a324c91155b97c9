// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME
import Planning
import Store

extension JobState {
    var word: String {
        switch self {
        case .received, .planned, .executing: "waiting"
        case .done: "done"
        case .failed: "failed"
        case .parked: "parked"
        }
    }

    var tone: String {
        switch self {
        case .received, .planned, .executing, .parked: "wait"
        case .done: "good"
        case .failed: "bad"
        }
    }

    /// When nothing was said about why it is in this state.
    var reason: String? {
        switch self {
        case .received: "It was not looked at yet."
        case .planned, .executing: "It is being worked on."
        case .done, .failed, .parked: nil
        }
    }
}

/// What the beginning of a letter says of it.
struct LetterHead: Sendable {
    let subject: String
    let sender: String
}

extension TenantStore {
    /// Only the first bytes are read: a list must not open whole letters.
    func head(of job: Job) async throws -> LetterHead? {
        guard job.line == .letter else { return nil }
        let message = parse(try await body(of: job.id).read(0..<(64 << 10)))
        let sender = (message.from + message.replyTo + message.sender).first { $0.address.contains("@") }
        let subject = message.subject ?? ""
        return LetterHead(subject: subject.isEmpty ? "(no subject)" : subject, sender: sender?.address ?? "")
    }
}
