// SPDX-License-Identifier: Apache-2.0

import MIME
import Markup

/// A file that came with a letter: a part of it, or what stood inside of one.
public struct LetterFile: Sendable, Equatable {
    public var content: AttachmentContent
    public var name: String?
    public var type: String
    /// Without angle brackets.
    public var contentID: String?
    /// Bytes after decoding.
    public var size: Int

    init(_ attachment: MIME.Attachment) {
        content = .part(attachment.part)
        name = attachment.name
        type = attachment.type
        contentID = attachment.contentID
        size = attachment.size
    }

    init(_ file: EmbeddedFile, at index: Int, in part: Int) {
        content = .embedded(part: part, file: index)
        name = file.name
        type = file.type
        contentID = file.contentID
        size = file.size
    }
}

/// A part with files in it that are no parts.
public struct OpenedPart: Sendable, Equatable {
    /// Of a `winmail.dat`; nil for a text.
    public var name: String?
    public var fileCount: Int
    /// It goes along beside its files, since there may be more in it than was found.
    public var isKept: Bool
}

/// What stood in the parts of a letter: files, and bodies that the letter itself may not have.
struct OpenedParts {
    private(set) var files: [LetterFile] = []
    private(set) var opened: [OpenedPart] = []
    /// Of each part at most one, in its two forms.
    private(set) var bodies: [ShownBody] = []
    private(set) var defects: [String] = []

    init(_ unpacked: [Unpacked], of message: Message) {
        let attached = message.attachments
        let names = Dictionary(attached.map { ($0.part, $0.name) }) { first, _ in first }
        let replaced = Set(unpacked.filter { message.isTNEF($0.part) && $0.isReplacement }.map(\.part))
        files = attached.filter { !replaced.contains($0.part) }.map(LetterFile.init)
        let paths = unpacked.isEmpty ? [] : message.paths
        for one in unpacked {
            files += one.files.enumerated().map { LetterFile($1, at: $0, in: one.part) }
            if one.isDamaged { defects.append("damaged-file in part \(paths[one.part])") }
            if !one.files.isEmpty {
                let name = message.isTNEF(one.part) ? (names[one.part] ?? nil) ?? "winmail.dat" : nil
                opened.append(OpenedPart(name: name, fileCount: one.files.count, isKept: !one.isReplacement))
            }
            if one.text != nil || one.html != nil { bodies.append(ShownBody(text: one.text, html: one.html)) }
        }
    }
}

extension OpenedParts {
    /// The bodies inside that the letter does not show already.
    func bodies(besides shown: [ShownBody]) -> [ShownBody] {
        guard !bodies.isEmpty else { return [] }
        let known = Set(shown.flatMap(\.forms))
        return bodies.filter { !$0.forms.isEmpty && known.isDisjoint(with: $0.forms) }
    }
}

extension ShownBody {
    /// The words of its text and of its HTML, without white space, where there are any.
    fileprivate var forms: [String] {
        [text, html.map { Document(html: $0).text }].compactMap { $0?.filter { !$0.isWhitespace } }
            .filter { !$0.isEmpty }
    }
}

extension Unpacked {
    /// Nothing is lost when the files stand in the part's place.
    fileprivate var isReplacement: Bool { !files.isEmpty && !isDamaged }
}
