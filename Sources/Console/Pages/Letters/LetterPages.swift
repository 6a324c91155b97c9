// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import MIME
import Markup
import NIOCore
import Planning
import Store
import Templates

/// The letter itself, for its tenant's admins.
struct LetterPages: Sendable {
    /// Bytes of text or source that a page shows at most.
    static let largestShown = 256 << 10

    func add(to doors: Doors) {
        doors.admins(.letterHTML) { ask, visit in try await html(visit.letter(ask)) }
        doors.admins(.letterText) { ask, visit in try await text(visit.letter(ask), visit) }
        doors.admins(.letterSource) { ask, visit in try await source(visit.letter(ask), visit) }
        doors.admins(.letterFile) { ask, visit in try await file(visit.letter(ask)) }
    }

    /// On a page of its own, where nothing runs, loads or is sent, whatever was overlooked.
    private func html(_ letter: KeptLetter) async throws -> Response {
        let message = try await letter.message()
        let safe = sanitize(message.html ?? "")
        let page = HTMLPage(
            title: message.subject ?? "", hasHTML: message.html != nil, isFiltered: !safe.removed.isEmpty,
            removed: safe.removed.joined(separator: ", "), html: TrustedHTML(html: safe.html))
        var answer = answer(templates.fill("letter-html", page), type: "text/html; charset=utf-8")
        answer.headers[.contentSecurityPolicy] =
            "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "sandbox allow-same-origin"
        return answer
    }

    private func text(_ letter: KeptLetter, _ visit: AdminVisit) async throws -> Response {
        let message = try await letter.message()
        let text = message.text.isEmpty ? message.html.map { Document(html: $0).text } ?? "" : message.text
        return render(
            "letter-text", TextPage(text: text, of: letter, limit: Self.largestShown),
            title: "Text of the letter", for: visit.visitor)
    }

    private func source(_ letter: KeptLetter, _ visit: AdminVisit) async throws -> Response {
        let bytes = try await letter.body.read(0..<Self.largestShown)
        return render(
            "letter-text", TextPage(bytes: bytes, of: letter), title: "Source of the letter", for: visit.visitor)
    }

    private func file(_ letter: KeptLetter) async throws -> Response {
        let body = letter.body
        return download(
            "message.eml", type: "message/rfc822",
            ResponseBody(contentLength: body.size) { writer in
                for try await piece in body { try await writer.write(ByteBuffer(bytes: piece)) }
                try await writer.finish(nil)
            })
    }
}

/// A letter whose bytes are still there.
struct KeptLetter: Sendable {
    let job: Job
    let body: BodyReader

    func message() async throws -> Message {
        var parser = MessageParser()
        for try await piece in body { parser.consume(piece) }
        return parser.finish()
    }
}

extension AdminVisit {
    func letter(_ ask: Ask) async throws -> KeptLetter {
        guard let job = try await store.job(ask.jobID), job.line == .letter else { throw Refused.notThere }
        do {
            return KeptLetter(job: job, body: try await store.body(of: job.id))
        } catch let error as StoreError where error.code == .unreadable {
            throw Refused.notThere
        }
    }
}

/// A file for the browser to keep, never to show.
func download(_ name: String, type: String, _ body: ResponseBody) -> Response {
    Response(
        status: .ok,
        headers: [
            .contentType: type, .contentDisposition: "attachment; filename=\"\(name)\"",
            .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'; sandbox",
        ], body: body)
}
