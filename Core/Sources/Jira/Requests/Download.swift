// SPDX-License-Identifier: Apache-2.0

/// The bytes of one file of an issue, which travel as a stream.
///
/// Jira: GET /attachment/content/{id}, without being sent elsewhere for them. Data Center: GET /secure/attachment/{id}/{name}
public struct Download: Hashable, Sendable {
    private let id: AttachmentID
    private let fileName: String

    public init(_ attachment: Attachment) {
        id = attachment.id
        fileName = ["", ".", ".."].contains(attachment.fileName) ? "file" : attachment.fileName
    }

    public func request(for deployment: Deployment) -> Request {
        switch deployment {
        case .cloud:
            let query: [Request.QueryItem] = .items(("redirect", "false"))
            return Request(.get, deployment.api("attachment", "content", id.rawValue), query: query)
        case .dataCenter: return Request(.get, ["secure", "attachment", id.rawValue, fileName])
        }
    }
}
