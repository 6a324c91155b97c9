// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Mustache
import NIOCore

/// HTML that one of our templates or the sanitizer wrote.
struct TrustedHTML: Sendable {
    let html: String
}

/// The page of a template, in the frame that all pages have.
///
/// The model is a plain value; its stored properties are what the template names. Every text in it is escaped here, byte by
/// byte, and not by the template engine, which compares whole characters and so misses a `<` that another scalar (such as
/// U+0600) has been joined to.
func render(
    _ template: String, _ model: some Sendable, title: String, for visitor: Visitor?,
    status: HTTPResponse.Status = .ok
) -> Response {
    let frame = Frame(title: title, visitor: visitor, body: TrustedHTML(html: fill(template, model)))
    return answer(fill("frame", frame), type: "text/html; charset=utf-8", status)
}

/// The template alone, filled.
func fill(_ template: String, _ model: some Sendable) -> String {
    templates.render(escaping(model), withTemplate: template) ?? ""
}

func messagePage(_ refused: Refused) -> Response {
    render("message", MessagePage(words: refused.words), title: refused.title, for: nil, status: refused.status)
}

func answer(_ text: String, type: String, _ status: HTTPResponse.Status = .ok) -> Response {
    Response(
        status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
}

/// The same value as the template engine takes it, with each text escaped.
private func escaping(_ value: Any) -> Any {
    switch value {
    case let text as String: return escaped(text)
    case let html as TrustedHTML: return html.html
    case is Bool, is Int: return value
    default: break
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .collection: return mirror.children.map { escaping($0.value) }
    case .struct:
        var members: [String: Any] = [:]
        for child in mirror.children {
            guard let name = child.label, let member = present(child.value) else { continue }
            members[name] = escaping(member)
        }
        return members
    default: return escaped("\(value)")
    }
}

private func present(_ value: Any) -> Any? {
    let mirror = Mirror(reflecting: value)
    return mirror.displayStyle == .optional ? mirror.children.first?.value : value
}

/// Text as it may stand in an element or in a quoted attribute. Control characters are shown as such.
func escaped(_ text: String) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count + 16)
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "<"): out += Array("&lt;".utf8)
        case UInt8(ascii: ">"): out += Array("&gt;".utf8)
        case UInt8(ascii: "&"): out += Array("&amp;".utf8)
        case UInt8(ascii: "\""): out += Array("&quot;".utf8)
        case UInt8(ascii: "'"): out += Array("&#39;".utf8)
        case 0x09, 0x0A, 0x0D: out.append(byte)
        case 0..<0x20, 0x7F: out += Array("\u{FFFD}".utf8)
        default: out.append(byte)
        }
    }
    return String(decoding: out, as: UTF8.self)
}
