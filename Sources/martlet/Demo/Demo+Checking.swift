// SPDX-License-Identifier: Apache-2.0

import Jira
import Markup
import Planning
import Sandbox
import WebClient

extension Demo {
    /// What is not as it must be, looked up in the stand-in Jira itself.
    func complaints(about record: AuditRecord, _ wanted: DemoLetter.Expectation) async throws -> [String] {
        var complaints: [String] = []
        if record.disposition != wanted.disposition {
            complaints.append("it was to be \(wanted.disposition.rawValue), not \(record.disposition.rawValue)")
        }
        if record.refusal != wanted.refusal {
            complaints.append("the reason was to be \(wanted.refusal?.rawValue ?? "none")")
        }
        if let finding = wanted.finding, !record.findings.contains(where: { $0.id == finding }) {
            complaints.append("the report was to have \(finding)")
        }
        let text = try await writtenText(record)
        if let words = wanted.shows, !text.contains(words) { complaints.append("Jira was to show \"\(words)\"") }
        if let words = wanted.hides, text.contains(words) { complaints.append("Jira was not to show \"\(words)\"") }
        if let bytes = wanted.attachment, await attachedBytes(record) != bytes {
            complaints.append("the attachment was to arrive byte for byte")
        }
        return complaints
    }

    private func writtenText(_ record: AuditRecord) async throws -> String {
        for outcome in record.outcomes {
            switch outcome.result {
            case .issue(let id, _, _, _, _):
                return words(of: try await site.get(.issue(.id(id), fields: ["description"])).text)
            case .comment(let issue, let id):
                let comments = try await site.get(.comments(of: .id(issue))).items
                return words(of: comments.first { $0.id == id }?.body)
            case .attachment, .notAttached, .transitioned, .participantsAdded, .participantsRefused, .sent, .sentInPart:
                continue
            }
        }
        return ""
    }

    private func attachedBytes(_ record: AuditRecord) async -> [UInt8]? {
        for case .attachment(let id, _) in record.outcomes.map(\.result) { return await sandbox.attachment(id) }
        return nil
    }

    private func words(of text: RichText?) -> String {
        switch text {
        case .wiki(let wiki): wiki
        case .document(let document): words(of: document)
        case nil: ""
        }
    }

    /// What shows at once: nothing that is folded.
    private func words(of node: JSONValue) -> String {
        guard node["type"]?.stringValue != "expand" else { return "" }
        let own = node["text"]?.stringValue ?? ""
        return own + (node["content"]?.arrayValue ?? []).map(words).joined()
    }
}
