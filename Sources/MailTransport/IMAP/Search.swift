// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Which messages are looked for.
struct IMAPCriteria: Sendable, Equatable {
    var strategy: ReadStrategy
    /// Only messages with higher numbers.
    var after: UInt32
    /// Only messages that arrived on that day (UTC) or later.
    var since: Date?

    /// The words of SEARCH: RFC 3501 §6.4.4. Messages that somebody has marked for deletion are left alone.
    var words: String {
        var words: [String] = []
        if after > 0 { words.append("UID \(after + 1):*") }
        if strategy == .unread { words.append("UNSEEN") }
        words.append("UNDELETED")
        if let since { words.append("SINCE \(IMAPDate.day(since))") }
        return words.joined(separator: " ")
    }
}

extension IMAPConnection {
    /// The numbers of all messages that fit, ascending.
    ///
    ///     C: m5 UID SEARCH UID 5:* UNSEEN UNDELETED
    ///     S: * SEARCH 5 7 8
    func search(_ criteria: IMAPCriteria) async throws -> [UInt32] {
        // `5:*` names the last message even if its number is lower.
        try await search(criteria.words).filter { $0 > criteria.after }
    }

    func search(_ words: String) async throws -> [UInt32] {
        var found: Set<UInt32> = []
        try await perform(IMAPCommand("UID SEARCH", words)) { response in
            if case .search(let numbers) = response { found.formUnion(numbers) }
        }
        return found.sorted()
    }
}
