// SPDX-License-Identifier: Apache-2.0

extension Document {
    /// The Content-IDs of the pictures that stand in the text, in order, each once.
    public var imageContentIDs: [String] {
        var found: [String] = []
        var known: Set<String> = []
        for image in images {
            if case .contentID(let id) = image.source, known.insert(id).inserted { found.append(id) }
        }
        return found
    }

    /// The pictures that stand in the text, in order, each as often as it stands there.
    public var images: [Image] {
        var found: [Image] = []
        collect(blocks, into: &found)
        return found
    }
}

/// A file of a mail that is a picture.
public struct PictureFile: Sendable, Equatable {
    public var contentID: String?
    public var name: String?
    /// Bytes after transfer decoding.
    public var size: Int

    public init(contentID: String?, name: String?, size: Int) {
        self.contentID = contentID
        self.name = name
        self.size = size
    }
}

/// What a picture is to a mail. Raw values are stable; they appear in reports.
public enum PictureRole: String, Sendable, Equatable, Codable, CaseIterable {
    /// It stands in the text and says something, or stands nowhere and is a file like any other.
    case content
    /// It stood only in a quote, a signature or another elided part.
    case elided
    /// A logo, an icon or a spacer.
    case decoration
}

extension Trimmed {
    /// Whether a picture of the mail is worth keeping. A mail that says nothing but by its picture keeps it.
    public func role(of picture: PictureFile) -> PictureRole {
        guard let id = picture.contentID else { return .content }
        let role = document.role(of: picture)
        guard document.imageContentIDs.contains(id) else {
            return elidedDocument.imageContentIDs.contains(id) ? .elided : role
        }
        return role
    }
}

extension Document {
    /// Whether a picture only decorates the text, by how it is shown, what it is called and how small it is.
    public func role(of picture: PictureFile) -> PictureRole {
        guard let id = picture.contentID else { return .content }
        let shown = images.filter { $0.source == .contentID(id) }
        guard !shown.isEmpty, !text.allSatisfy(\.isWhitespace) else { return .content }
        let isDecoration =
            picture.size <= 128 || shown.allSatisfy(\.isIcon) || isNamedAsDecoration(picture.name ?? "")
            || shown.allSatisfy { isNamedAsDecoration($0.alternative) }
        return isDecoration ? .decoration : .content
    }
}

extension Image {
    /// No higher than a line or two of text, and no wider: nobody reads anything on it.
    fileprivate var isIcon: Bool {
        guard let height else { return width.map { $0 <= 3 } ?? false }
        return height <= 3 || height <= 48 && (width ?? height) <= 48
    }
}

/// `company-logo.png`, `facebook_icon`, `Facebook`; not `logout-error.png`.
private func isNamedAsDecoration(_ name: String) -> Bool {
    guard name.utf8.count <= 60 else { return false }
    let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? name[...]
    let words = stem.lowercased().split { !$0.isLetter }
    let decorations: Set<Substring> = [
        "logo", "logotype", "spacer", "facebook", "twitter", "linkedin", "instagram", "youtube", "xing", "pinterest",
        "tiktok", "whatsapp", "banner", "signature", "footer", "divider", "emailsignature",
    ]
    return !words.isEmpty && words.count <= 3 && words.contains(where: decorations.contains)
}

private func collect(_ blocks: [Block], into found: inout [Image]) {
    for block in blocks {
        switch block {
        case .paragraph(let inlines), .heading(_, let inlines): collect(inlines, into: &found)
        case .bulletList(let items), .orderedList(_, let items): items.forEach { collect($0.blocks, into: &found) }
        case .blockquote(let blocks), .expand(_, let blocks): collect(blocks, into: &found)
        case .table(let rows): rows.flatMap(\.cells).forEach { collect($0.blocks, into: &found) }
        case .codeBlock, .rule: break
        }
    }
}

private func collect(_ inlines: [Inline], into found: inout [Image]) {
    for case .image(let image) in inlines { found.append(image) }
}
