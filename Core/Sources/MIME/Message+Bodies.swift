// SPDX-License-Identifier: Apache-2.0

/// A part that is no body: a file, an inline image, a message.
public struct Attachment: Sendable, Equatable {
    /// Index into ``Message/parts``.
    public var part: Int
    /// Decoded, without folders. For a nameless one what serves as a name: the subject of a message inside, an image's
    /// content id, a word for
    /// its type. Nil when there is none of these.
    public var name: String?
    public var type: String
    public var disposition: String?
    /// Without angle brackets.
    public var contentID: String?
    /// It is shown inside of the body, by its disposition or by a content id that the HTML names.
    public var isInline: Bool
    /// Bytes after transfer decoding.
    public var size: Int
    /// Before transfer decoding; see ``Part/encodedRange``.
    public var encodedRange: Range<Int>
    /// See ``Part/container``.
    public var container: Int?
    public var encoding: TransferEncoding
}

extension Message {
    /// The plain text bodies in order, joined; empty for a message with HTML only.
    public var text: String { bodies.text.compactMap { parts[$0].text }.joined(separator: "\n") }

    /// The HTML bodies in order, joined; not sanitised. Nil when there is none.
    public var html: String? {
        let found = bodies.html.compactMap { parts[$0].text }
        return found.isEmpty ? nil : found.joined(separator: "\n")
    }

    /// All leaves that are no body, and messages inside, each as one file.
    public var attachments: [Attachment] {
        let bodies = bodies
        let shown = Set(bodies.html.flatMap { contentIDs(shownIn: parts[$0].text ?? "") })
        var names = AttachmentNames(self)
        return bodies.rest.map { attachment($0, name: names.name(of: $0), shown: shown) }
    }

    private func attachment(_ index: Int, name: String?, shown: Set<String>) -> Attachment {
        let part = parts[index]
        let isNamed = part.contentID.map(shown.contains) ?? false
        return Attachment(
            part: index, name: name, type: part.type, disposition: part.disposition?.kind, contentID: part.contentID,
            isInline: isNamed || part.disposition?.kind == "inline", size: part.size, encodedRange: part.encodedRange,
            container: part.container, encoding: part.encoding)
    }
}

/// The content ids that HTML names as `cid:`.
private func contentIDs(shownIn html: String) -> [String] {
    withBytes(html) { bytes in
        var ids: [String] = []
        var index = 0
        while let colon = bytes.index(of: 0x3A, from: index) {
            index = colon + 1
            guard colon >= 3, bytes[part: colon - 3..<colon].isEqual(caseless: "cid") else { continue }
            var end = index
            while end < bytes.count, !isSpace(bytes[end]), !"\"'<>)".utf8.contains(bytes[end]) { end += 1 }
            ids.append(String(bytes[part: index..<end]))
            index = end
        }
        return ids
    }
}
