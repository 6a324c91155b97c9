// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import NIOCore

/// Files of requests: they come to the desk first, and go from there to a request with a comment.
extension SandboxJira {
    /// Jira: POST /servicedesk/{serviceDeskId}/attachTemporaryFile
    func takeFiles(_ call: Call) throws -> Answer {
        let desk = try desk(call[parameter: "desk"])
        let files = call.uploads.filter { $0.name == "file" }
        guard !files.isEmpty else { throw JiraRefusal.failure(400, "No file was supplied in a part named 'file'.") }
        let waiting = deskState.waiting.values.map(\.upload.bytes.readableBytes).reduce(0, +)
        let bytes = files.map(\.bytes.readableBytes).reduce(0, +)
        guard attachmentBytes + waiting + bytes <= settings.attachmentBytes else {
            throw JiraRefusal.failure(413, "This sandbox keeps attachments in memory, and it is full.")
        }
        let shapes = files.map { file -> JSONValue in
            let id = "temp\(UUID().uuidString.lowercased())"
            deskState.waiting[id] = ServiceDeskState.WaitingFile(desk: desk.id, upload: file)
            return ["temporaryAttachmentId": .string(id), "fileName": .string(file.filename ?? "file")]
        }
        return Answer(201, ["temporaryAttachments": .array(shapes)])
    }

    func listRequestFiles(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        _ = try request(issue)
        return Answer(200, try page(issue.attachments, call) { deskShape(of: $0) })
    }

    /// Jira: POST /request/{issueIdOrKey}/attachment. A comment names the files, behind what it says beside them.
    func addRequestFiles(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        _ = try request(issue)
        let body = try call.object()
        let ids = (body["temporaryAttachmentIds"]?.arrayValue ?? []).compactMap(\.stringValue)
        let files = ids.compactMap { deskState.waiting[$0] }
        guard !ids.isEmpty, files.count == ids.count, files.allSatisfy({ $0.desk == issue.project }) else {
            throw JiraRefusal.failure(400, "A temporary attachment does not exist, or is of another service desk.")
        }
        try checkRoom(for: 1, on: issue)
        let said = body["additionalComment"]?["body"]?.stringValue ?? ""
        let names = files.map { "[^\($0.upload.filename ?? "file")]" }.joined(separator: " ")
        let text = try requestText(said.isEmpty ? names : "\(said)\n\n\(names)")
        let made = attach(files.map(\.upload), to: issue, by: call.caller)
        for id in ids { deskState.waiting[id] = nil }
        let comment = try comment(
            text, on: issues[issue.id]!, by: call.caller, isPublic: body["public"]?.boolValue ?? true)
        return Answer(
            201,
            [
                "comment": deskShape(of: comment),
                "attachments": try page(made, call) { deskShape(of: $0) },
            ])
    }
}
