// SPDX-License-Identifier: Apache-2.0

/// What a mail server wrote of its own: the words above the mail that it returns.
struct BounceText {
    /// As they stand.
    let written: String
    /// Without blanks at their ends.
    let lines: [Substring]
    /// What stands behind: the returned mail, where it is no part of its own.
    let returned: ArraySlice<Substring>

    /// At most so much is looked at: reports are short, and the mail behind may be long.
    private static let limit = 65_536

    init(_ message: Message) {
        var text = ""
        for index in message.parts.indices where message.isWordOfReport(index) {
            let words = message.parts[index].text ?? ""
            let room = BounceText.limit - text.utf8.count
            if room <= 0 { break }
            let isMarkup = message.parts[index].type == "text/html"
            let plain =
                isMarkup ? plainText(ofHTML: String(decoding: words.utf8.prefix(4 * room), as: UTF8.self)) : words
            text += String(decoding: plain.utf8.prefix(room), as: UTF8.self) + "\n\n"
        }
        self.init(text)
    }

    init(_ text: String) {
        let raw = text.split(separator: "\n", omittingEmptySubsequences: false)
        let all = raw.map(trimmed)
        let end = BounceText.end(of: all)
        lines = Array(all.prefix(end))
        returned = all[end...]
        written = raw.prefix(end).joined(separator: "\n")
    }

    /// Where the returned mail begins.
    private static func end(of lines: [Substring]) -> Int {
        for (index, line) in lines.enumerated() where !line.isEmpty {
            if isSeparator(line) || isTopField(line) && looksLikeHeader(lines[index...]) { return index }
        }
        return lines.count
    }

    /// `--- Below this line is a copy of the message.`, `Original message follows.`
    private static func isSeparator(_ line: Substring) -> Bool {
        guard line.utf8.count < 120 else { return false }
        let isMarked =
            line.hasPrefix("-") || line.hasPrefix("*") || line.hasPrefix("|") || line.hasSuffix(":")
            || line.hasSuffix(".")
        guard isMarked else { return false }
        let words = FoldedText(String(line))
        return separators.contains(where: words.contains)
    }

    private static let separators = [
        "original message follow", "message headers follow", "message header follow", "below this line is",
        "is a copy of the message", "is a copy of your message", "is the original message", "- original message",
        "-original message", "original mail info", "returned message -", "unsent message follow",
        "copy of the message header", "copy of the original message", "copy of your message follow",
        "enclosed is a copy", "the header of the original message", "headers of the original message",
        "original message headers", "unsent message below", "undelivered message follow", "- message header",
        "original message:", "text of the original message", "content-type: message/rfc822",
        "content-type: text/rfc822-headers", "returned mail follow", "your message follow", "original text follow",
        "beginning of original message", "message text follow", "start of returned message",
    ]

    private static func isTopField(_ line: Substring) -> Bool {
        ["return-path:", "received:"].contains { line.lowercased().hasPrefix($0) }
    }

    private static func looksLikeHeader(_ lines: ArraySlice<Substring>) -> Bool {
        lines.prefix(40).filter { line in
            ["received:", "message-id:", "date:", "from:", "to:", "subject:", "mime-version:", "content-type:"].contains
            {
                line.lowercased().hasPrefix($0)
            }
        }.count >= 2
    }
}

extension Message {
    /// A part that the server wrote, not one of the mail that it returns.
    fileprivate func isWordOfReport(_ index: Int) -> Bool {
        let part = parts[index]
        guard part.text != nil, !isEmbedded(part), part.disposition?.kind != "attachment" else { return false }
        return part.type != "text/rfc822-headers" && !part.contentType.isReport
    }

    /// The part belongs to a message inside of this one.
    func isEmbedded(_ part: Part) -> Bool {
        var parent = part.parent
        while let index = parent {
            if parts[index].isMessage { return true }
            parent = parts[index].parent
        }
        return false
    }
}

private func trimmed(_ line: Substring) -> Substring {
    let isBlank = { (character: Character) in character.isWhitespace }
    var line = line.drop(while: isBlank)
    while let last = line.last, last.isWhitespace { line.removeLast() }
    return line
}

/// The words of HTML, good enough to look for addresses and codes in; not for showing.
private func plainText(ofHTML html: String) -> String {
    var out: [UInt8] = []
    let bytes = Array(html.utf8)
    var index = 0
    var hidden: String?
    // Behind the last `>` no tag ends.
    let lastEnd = bytes.lastIndex(of: 0x3E) ?? 0
    while index < bytes.count {
        guard bytes[index] == 0x3C, index < lastEnd, let end = bytes[index...].firstIndex(of: 0x3E) else {
            if hidden == nil { out.append(bytes[index]) }
            index += 1
            continue
        }
        let tag = String(decoding: bytes[index + 1..<end].prefix(12), as: UTF8.self).lowercased()
        if hidden.map({ tag.hasPrefix("/" + $0) }) == true { hidden = nil }
        if let name = ["style", "script", "title"].first(where: tag.hasPrefix) { hidden = name }
        if ["br", "/p", "/div", "/tr", "/li", "/h", "p", "div"].contains(where: tag.hasPrefix) { out.append(0x0A) }
        if tag.hasPrefix("td") || tag.hasPrefix("/td") { out.append(0x20) }
        index = end + 1
    }
    var text = String(decoding: out, as: UTF8.self)
    for (name, sign) in [
        ("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&quot;", "\""), ("&#64;", "@"), ("&#39;", "'"), ("&amp;", "&"),
    ]
    where text.contains("&") {
        text = text.split(separator: name, omittingEmptySubsequences: false).joined(separator: sign)
    }
    return text
}
