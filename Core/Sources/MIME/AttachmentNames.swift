// SPDX-License-Identifier: Apache-2.0

/// Gives attachments names that serve as file names.
struct AttachmentNames {
    private let message: Message
    /// How often a word for a type was given.
    private var given: [String: Int] = [:]

    init(_ message: Message) { self.message = message }

    mutating func name(of index: Int) -> String? {
        let part = message.parts[index]
        if let name = part.filename.map(fileName), !name.isEmpty { return name }
        if part.isMessage, let name = subject(of: index) { return name }
        return part.contentID.flatMap(imageName) ?? word(for: part.type) ?? part.contentID.flatMap(localPart)
    }

    private func subject(of index: Int) -> String? {
        guard index + 1 < message.parts.count, message.parts[index + 1].parent == index else { return nil }
        let subject = message.parts[index + 1].fields.last(named: "Subject").map { fileName(decodingWords($0)) } ?? ""
        return subject.isEmpty ? nil : "\(subject.prefix(120)).eml"
    }

    /// Outlook names inline images by their content id: `image001.jpg@01CDB132.D8A510F0`.
    private func imageName(_ contentID: String) -> String? {
        guard let id = contentID.split(separator: "@").first, let dot = id.lastIndex(of: "."), dot > id.startIndex
        else { return nil }
        let ending = id[id.index(after: dot)...]
        return (2...4).contains(ending.count) && ending.allSatisfy(\.isLetter) ? fileName(String(id)) : nil
    }

    /// Of a type without a word, such as `application/others`.
    private func localPart(_ contentID: String) -> String? {
        let id = fileName(String(contentID.prefix { $0 != "@" }))
        return id.isEmpty ? nil : id
    }

    /// `image.jpg`, and `image1.jpg` for the next one.
    private mutating func word(for type: String) -> String? {
        guard let (stem, ending) = AttachmentNames.words[type] else { return nil }
        let count = given[type, default: 0]
        given[type] = count + 1
        return count == 0 ? "\(stem).\(ending)" : "\(stem)\(count).\(ending)"
    }

    private static let words: [String: (String, String)] = [
        "image/jpeg": ("image", "jpg"), "image/jpg": ("image", "jpg"), "image/png": ("image", "png"),
        "image/gif": ("image", "gif"),
        "image/webp": ("image", "webp"), "image/bmp": ("image", "bmp"), "image/tiff": ("image", "tif"),
        "image/svg+xml": ("image", "svg"),
        "image/heic": ("image", "heic"), "audio/mpeg": ("audio", "mp3"), "audio/wav": ("audio", "wav"),
        "video/mp4": ("video", "mp4"),
        "video/quicktime": ("video", "mov"), "application/pdf": ("document", "pdf"), "text/html": ("document", "html"),
        "text/plain": ("document", "txt"), "text/csv": ("document", "csv"), "text/calendar": ("calendar", "ics"),
        "text/vcard": ("contact", "vcf"), "application/zip": ("archive", "zip"), "message/rfc822": ("message", "eml"),
    ]
}

/// One name, no path: what would lead elsewhere becomes `_`.
func fileName(_ name: String) -> String {
    let safe = name.unicodeScalars.map { $0 == "/" || $0 == "\\" || $0.value < 32 || $0.value == 127 ? "_" : $0 }
    let text = String(String.UnicodeScalarView(safe)).trimmingSpaces()
    return text == "." || text == ".." ? "_" : text
}
