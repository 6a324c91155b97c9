// SPDX-License-Identifier: Apache-2.0

/// Text as it may stand in an element or in a quoted attribute; controls that HTML knows no use for are shown as U+FFFD.
///
/// It goes byte by byte: Swift joins a `<` and a scalar beside it, such as U+0600, to one character that is no `<` any more,
/// and a browser still sees the `<`.
public func escapedHTML(_ text: String) -> String {
    guard text.utf8.contains(where: isEscaped) else { return text }
    var escaped: [UInt8] = []
    escaped.reserveCapacity(text.utf8.count + 32)
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "&"): escaped += "&amp;".utf8
        case UInt8(ascii: "<"): escaped += "&lt;".utf8
        case UInt8(ascii: ">"): escaped += "&gt;".utf8
        case UInt8(ascii: "\""): escaped += "&quot;".utf8
        case UInt8(ascii: "'"): escaped += "&#39;".utf8
        case UInt8(ascii: "`"): escaped += "&#96;".utf8
        case _ where isEscaped(byte): escaped += "\u{FFFD}".utf8
        default: escaped.append(byte)
        }
    }
    return String(decoding: escaped, as: UTF8.self)
}

private func isEscaped(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"),
        UInt8(ascii: "`"):
        true
    // White space.
    case 0x09, 0x0A, 0x0C, 0x0D: false
    case 0..<0x20, 0x7F: true
    default: false
    }
}
