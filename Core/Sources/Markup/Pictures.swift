// SPDX-License-Identifier: Apache-2.0

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

/// What a picture is to a mail.
public enum PictureRole: Sendable, Equatable {
    /// It stands in the text and says something, or stands nowhere and is a file like any other.
    case content
    /// It stands only in a quote, a signature or another elided part.
    case elided
    /// It stands only in the sender's signature, which is shown.
    case signature
    /// Nobody sees anything on it: a spacer.
    case blank
    /// A logo or an icon, and what tells so; at least two signs, since one alone proves nothing.
    case decoration([PictureSign])

    /// It says nothing that the sender meant, though what is shown has it.
    public var isOrnament: Bool {
        switch self {
        case .signature, .blank, .decoration: true
        case .content, .elided: false
        }
    }
}

/// What speaks for a logo or an icon.
public enum PictureSign: String, Sendable, Equatable, CaseIterable {
    /// It is called `company-logo.png` or `Facebook`.
    case name
    /// It leads to a web page: mail programs link no picture that a person pastes.
    case link
    /// It comes twice, or the quote shows a file of the same size.
    case repetition
    /// It is as small as an icon, or stands below the last words.
    case place
}

/// What each of the pictures is to a trimmed mail.
///
/// A mail that says nothing but by its pictures keeps them, and so does one whose words lead to them: "It looks so:".
public func pictureRoles(of files: [PictureFile], in trimmed: Trimmed) -> [PictureRole] {
    let gallery = Gallery(files: files, trimmed: trimmed)
    return files.map(gallery.role)
}

private struct Gallery {
    private let trimmed: Trimmed
    private let shown: [String: [Image]]
    private let elided: Set<String>
    /// Sizes of the files that the elided part shows, logos that go round with each answer.
    private let elidedSizes: Set<Int>
    private let hasWords: Bool

    init(files: [PictureFile], trimmed: Trimmed) {
        self.trimmed = trimmed
        var shown: [String: [Image]] = [:]
        for image in trimmed.document.images {
            if case .contentID(let id) = image.source { shown[id, default: []].append(image) }
        }
        self.shown = shown
        let elided = Set(trimmed.elidedDocument.imageContentIDs)
        self.elided = elided
        let small = files.filter { $0.size <= 65_536 && $0.contentID.map(elided.contains) ?? false }
        elidedSizes = Set(small.map(\.size))
        hasWords = trimmed.document.hasWords
    }

    /// Larger ones below a signature are screenshots more often than logos.
    private static let largestLogo = 65_536
    /// A line or a point needs no more.
    private static let largestBlank = 16_384

    func role(of picture: PictureFile) -> PictureRole {
        guard let id = picture.contentID else { return .content }
        guard let images = shown[id] else { return elided.contains(id) ? .elided : .content }
        guard hasWords else { return .content }
        if trimmed.signaturePictures.contains(id), picture.size <= Self.largestLogo { return .signature }
        if picture.size <= Self.largestBlank && images.allSatisfy(\.isBlank)
            || picture.size <= 128 && images.allSatisfy(\.alternative.isEmpty)
        {
            return .blank
        }
        let signs = PictureSign.allCases.filter { has($0, picture, id, images) }
        return signs.count >= 2 ? .decoration(signs) : .content
    }

    private func has(_ sign: PictureSign, _ picture: PictureFile, _ id: String, _ images: [Image]) -> Bool {
        switch sign {
        case .name: namesDecoration(picture.name ?? "") || images.allSatisfy { namesDecoration($0.alternative) }
        case .link: images.allSatisfy { $0.link != nil }
        case .repetition: images.count > 1 || elidedSizes.contains(picture.size)
        case .place: images.allSatisfy(\.isIcon) || trimmed.lastPictures.contains(id)
        }
    }
}

extension Image {
    /// Shown as a line or a point.
    fileprivate var isBlank: Bool { min(width ?? 4, height ?? 4) <= 3 }

    /// No higher than a line or two of text, and no wider.
    fileprivate var isIcon: Bool { height.map { $0 <= 48 && width ?? $0 <= 48 } ?? false }
}

/// `company-logo.png`, `facebook_icon`, `Facebook`; not `logout-error.png`.
private func namesDecoration(_ name: String) -> Bool {
    guard name.utf8.count <= 60 else { return false }
    let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? name[...]
    let words = stem.lowercased().split { !$0.isLetter }
    let decorations: Set<Substring> = [
        "logo", "logotype", "spacer", "facebook", "twitter", "linkedin", "instagram", "youtube", "xing", "pinterest",
        "tiktok", "whatsapp", "banner", "signature", "footer", "divider", "emailsignature",
    ]
    return !words.isEmpty && words.count <= 3 && words.contains(where: decorations.contains)
}

extension Document {
    /// Whether a person's words stand in it, beside those that stand for pictures.
    fileprivate var hasWords: Bool {
        !blocks.rewritten({ $0.filter { !$0.isPicture } }, code: { $0 }).allSatisfy(\.isEmpty)
    }

    /// The Content-IDs of the pictures that stand on lines of their own below all words, unless the words lead to them.
    var lastPictures: Set<String> {
        var found: Set<String> = []
        for line in blocks.reversed().lazy.flatMap({ $0.linesFromEnd }) {
            let line = Document(blocks: [line])
            guard !line.hasWords else {
                let words = line.text.trimmed
                return words.last == ":" || words.last == "：" ? [] : found
            }
            found.formUnion(line.imageContentIDs)
        }
        return found
    }
}

extension Block {
    /// The lines of a paragraph, the last one first; any other block as it is.
    fileprivate var linesFromEnd: [Block] {
        guard case .paragraph(let inlines) = self else { return [self] }
        return inlines.split(separator: .hardBreak).reversed().map { .paragraph(Array($0)) }
    }
}

extension Inline {
    fileprivate var isPicture: Bool { if case .image = self { true } else { false } }
}
