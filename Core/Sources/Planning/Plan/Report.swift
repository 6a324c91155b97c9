// SPDX-License-Identifier: Apache-2.0

/// The audit record as an admin reads it: one section for each stage that said something, then what was done.
public struct Report: Hashable, Sendable, Codable {
    public struct Section: Hashable, Sendable, Codable {
        public let title: String
        public let lines: [String]
    }

    public let verdict: String
    public let sections: [Section]

    public init(of record: AuditRecord) {
        verdict = Self.verdict(record)
        let decided = Stage.allCases.compactMap { stage -> Section? in
            let lines = record.findings.filter { $0.stage == stage }.map(\.text)
            return lines.isEmpty ? nil : Section(title: stage.title, lines: lines)
        }
        let done = record.outcomes.map(\.result.words)
        let trouble = record.trouble.map { [Section(title: "Trouble", lines: [$0])] } ?? []
        sections = decided + (done.isEmpty ? [] : [Section(title: "Done", lines: done)]) + trouble
    }

    /// The report as plain text.
    public var text: String {
        let body = sections.flatMap { section in [section.title] + section.lines.map { "  \($0)" } }
        return ([verdict] + body).joined(separator: "\n") + "\n"
    }

    private static func verdict(_ record: AuditRecord) -> String {
        let place = record.issue.map { "\($0)" } ?? "an issue"
        let reason = record.refusal.map { ": \($0.title)" } ?? ""
        switch record.disposition {
        case .created: return "Became \(record.issue == nil ? place : "issue \(place)")."
        case .commented: return "Became a comment on \(place)."
        case .notified: return "Told about \(place)."
        case .dropped: return "Dropped\(reason)."
        case .ignored: return "Left in its mailbox\(reason)."
        case .rejected: return "Rejected\(reason)."
        case .parked: return "Waits for an admin: \(record.refusal?.title ?? "it could not be processed")."
        case .merged: return "Told together with another event of \(place)."
        }
    }
}

extension Stage {
    public var title: String {
        switch self {
        case .screen: "Screen"
        case .route: "Route"
        case .associate: "Associate"
        case .identify: "Identify"
        case .write: "Write"
        case .fill: "Fill"
        case .attach: "Attach"
        case .involve: "Involve"
        case .answer: "Answer"
        case .address: "Address"
        }
    }
}

extension Refusal {
    /// The reason in a few words.
    public var title: String {
        switch self {
        case .ownMail: "our own mail came back"
        case .notCaught, .notCaughtLeft: "it is not addressed to this profile"
        case .bounce: "a delivery report"
        case .autoReply: "an automatic reply"
        case .seenBefore: "the same letter was kept before"
        case .bulkThreshold: "too many letters of one sender within an hour"
        case .senderMissing: "it has no sender"
        case .senderUnknown: "its sender has no account in Jira"
        case .projectMissing: "the project is not there"
        case .issueTypeMissing: "the issue type is not there"
        case .requestTypeMissing: "the request type is not there"
        case .eventUnmapped: "no notification covers it"
        case .audienceEmpty: "nobody is left to tell"
        case .issueGone: "the issue is gone"
        }
    }
}
