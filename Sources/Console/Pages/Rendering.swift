// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import Templates

/// The page of a template, in the frame that all pages have.
func render(
    _ template: String, _ model: some Sendable, title: String, for visitor: Visitor?,
    status: HTTPResponse.Status = .ok
) -> Response {
    let frame = Frame(title: title, visitor: visitor, body: TrustedHTML(html: templates.fill(template, model)))
    return answer(templates.fill("frame", frame), type: "text/html; charset=utf-8", status)
}

func messagePage(_ refused: Refused) -> Response {
    render("message", MessagePage(words: refused.words), title: refused.title, for: nil, status: refused.status)
}

func answer(_ text: String, type: String, _ status: HTTPResponse.Status = .ok) -> Response {
    Response(
        status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
}
