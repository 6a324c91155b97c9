// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The text of a leaf: decoded, lines ended by LF. A text that is not encoded has the line ends of the mail, whatever
/// its charset.
func leafText(_ bytes: inout [UInt8], type: ContentType, encoding: TransferEncoding) -> DecodedText {
    var label = type.parameters["charset"]
    if label == nil, type.type == "text/html" { label = bytes.withUnsafeBufferPointer(charsetInMeta) }
    // Only in charsets of wide units a CR byte may be half of something else.
    let isWide =
        label.map(CharsetName.canonical).map { $0.hasPrefix("utf-16") || $0.hasPrefix("utf-32") } ?? false
    if !isWide || encoding == .identity { useLineFeeds(&bytes, lonelyToo: !isWide) }
    var text = bytes.withUnsafeBufferPointer { decoded($0, as: label) }
    if isWide { text.string = withLineFeeds(text.string) }
    if label == nil, text.charset == "utf-8" { text.isRelabelled = false }
    return text
}

/// CRLF and CR become LF.
func withLineFeeds(_ text: String) -> String {
    guard text.utf8.contains(13) else { return text }
    var bytes = Array(text.utf8)
    useLineFeeds(&bytes, lonelyToo: true)
    return String(decoding: bytes, as: UTF8.self)
}

/// `lonelyToo`: a CR that no LF follows ends a line as well.
private func useLineFeeds(_ bytes: inout [UInt8], lonelyToo: Bool) {
    let count = bytes.withUnsafeMutableBufferPointer { room in
        guard let base = room.baseAddress, var mark = Bytes(room).index(of: 13) else { return room.count }
        var start = 0
        var end = 0
        while true {
            memmove(base + end, base + start, mark - start)
            end += mark - start
            guard mark < room.count else { return end }
            let isPair = mark + 1 < room.count && room[mark + 1] == 10
            room[end] = isPair || lonelyToo ? 10 : 13
            end += 1
            start = mark + (isPair ? 2 : 1)
            mark = Bytes(room).index(of: 13, from: start) ?? room.count
        }
    }
    bytes.removeLast(bytes.count - count)
}

/// `<meta charset=x>` or `<meta http-equiv=content-type content="text/html; charset=x">` near the top.
private func charsetInMeta(_ bytes: Bytes) -> String? {
    let top = lowercased(bytes[part: 0..<min(bytes.count, 2048)])
    return withBytes(top) { top in
        var index = 0
        while let open = top.index(of: 0x3C, from: index) {
            index = open + 1
            guard top[part: open..<top.count].hasPrefix("<meta") else { continue }
            let tag = top[part: open..<(top.index(of: 0x3E, from: open) ?? top.count)]
            if let name = charsetName(inTag: tag) { return name }
        }
        return nil
    }
}

private func charsetName(inTag tag: Bytes) -> String? {
    var index = 0
    while index + 8 < tag.count {
        guard tag[part: index..<tag.count].hasPrefix("charset=") else {
            index += 1
            continue
        }
        var start = index + 8
        while start < tag.count, tag[start] == 0x22 || tag[start] == 0x27 || isSpace(tag[start]) { start += 1 }
        var end = start
        while end < tag.count, tag[end] != 0x22, tag[end] != 0x27, tag[end] != 0x3B, tag[end] != 0x2F,
            !isSpace(tag[end])
        { end += 1 }
        return end > start ? String(tag[part: start..<end]) : nil
    }
    return nil
}
