// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Markup
import NIOCore

extension SandboxJira {
    /// Jira: GET /rest/api/3/attachment/meta
    func attachmentSettings(_ call: Call) throws -> Answer {
        Answer(200, ["enabled": true, "uploadLimit": .integer(settings.uploadLimit)])
    }

    /// Jira: POST /rest/api/3/issue/{issueIdOrKey}/attachments. The bytes were read, under the limit, by the door.
    func addAttachments(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        let files = call.uploads.filter { $0.name == "file" }
        guard !files.isEmpty else { throw JiraRefusal.badRequest("No file was supplied in a part named 'file'.") }
        guard files.count <= 60 else {
            throw JiraRefusal(status: 413, messages: ["The number of files exceeds the limit of 60."])
        }
        let bytes = files.map(\.bytes.readableBytes).reduce(0, +)
        guard attachmentBytes + bytes <= settings.attachmentBytes else {
            throw JiraRefusal(status: 413, messages: ["This sandbox keeps attachments in memory, and it is full."])
        }
        let made = attach(files, to: issue, by: call.caller)
        return Answer(200, .array(made.map { shape(of: $0, call.dialect) }))
    }

    func attach(_ files: [Upload], to before: Issue, by author: Person) -> [Attachment] {
        attachmentBytes += files.map(\.bytes.readableBytes).reduce(0, +)
        let time = now()
        let made = files.map { file in
            Attachment(
                id: sequence.next(.attachment), filename: file.filename ?? "file", type: file.type,
                author: author.accountID, created: time, bytes: file.bytes)
        }
        var issue = before
        issue.attachments += made
        keep(issue)
        for attachment in made { homeOfAttachment[attachment.id] = issue.id }
        announceAttachments(made, on: issues[issue.id]!, before: before, by: author)
        return made
    }

    /// Jira: GET /rest/api/3/attachment/{id}
    func readAttachment(_ call: Call) throws -> Answer {
        Answer(200, shape(of: try attachment(call[parameter: "id"]), call.dialect, numericID: true))
    }

    /// Jira: GET /rest/api/3/attachment/content/{id}: a redirect to the bytes, or the bytes with `redirect=false`.
    func readAttachmentContent(_ call: Call) throws -> Answer {
        let attachment = try attachment(call[parameter: "id"])
        guard call.query("redirect") == "false" else {
            var answer = Answer(303, .nothing)
            answer.headers[.location] = "\(site)/sandbox/attachments/\(attachment.id)"
            return answer
        }
        return content(of: attachment, range: call.headers[.range])
    }

    /// The bytes of an attachment, or one range of them (RFC 9110 §14.2; several ranges at once are answered whole).
    func content(of attachment: Attachment, range: String?) -> Answer {
        let size = attachment.bytes.readableBytes
        guard let range, let bounds = byteRange(range, of: size) else {
            var answer = Answer(200, .bytes(attachment.bytes))
            answer.type = attachment.type
            answer.headers[.acceptRanges] = "bytes"
            return answer
        }
        guard !bounds.isEmpty else {
            var answer = Answer(416, .nothing)
            answer.headers[.contentRange] = "bytes */\(size)"
            return answer
        }
        let start = attachment.bytes.readerIndex + bounds.lowerBound
        var answer = Answer(206, .bytes(attachment.bytes.getSlice(at: start, length: bounds.count)!))
        answer.type = attachment.type
        answer.headers[.contentRange] = "bytes \(bounds.lowerBound)-\(bounds.upperBound - 1)/\(size)"
        return answer
    }

    func deleteAttachment(_ call: Call) throws -> Answer {
        let attachment = try attachment(call[parameter: "id"])
        var issue = issues[homeOfAttachment[attachment.id]!]!
        issue.attachments.removeAll { $0.id == attachment.id }
        homeOfAttachment[attachment.id] = nil
        attachmentBytes -= attachment.bytes.readableBytes
        keep(issue)
        return .noContent
    }
}

/// The bytes that a `Range` header asks for; empty when it asks for none that exist, nil when it is not one range.
func byteRange(_ header: String, of size: Int) -> Range<Int>? {
    guard header.hasPrefix("bytes="), !header.contains(",") else { return nil }
    let parts = header.dropFirst("bytes=".count).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    if parts[0].isEmpty {
        guard let tail = Int(parts[1]), tail >= 0 else { return nil }
        return max(0, size - tail)..<size
    }
    guard let first = Int(parts[0]), first >= 0 else { return nil }
    guard first < size else { return size..<size }
    if parts[1].isEmpty { return first..<size }
    guard let last = Int(parts[1]), last >= first else { return nil }
    return first..<min(last, size - 1) + 1
}
