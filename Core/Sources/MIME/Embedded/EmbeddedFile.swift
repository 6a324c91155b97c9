// SPDX-License-Identifier: Apache-2.0

/// A file that is no part of its own: inside of a `winmail.dat`, or written into a text by uuencode or yEnc.
public struct EmbeddedFile: Sendable, Equatable {
    public enum Origin: Sendable, Equatable {
        case tnef
        case uuencode
        case yEnc
    }

    public var origin: Origin
    /// Without folders; nil when it has none.
    public var name: String?
    public var type: String
    /// Without angle brackets.
    public var contentID: String?
    /// Where it stands in the decoded bytes of its part.
    public var range: Range<Int>

    /// The bytes of the file, from the decoded bytes of its part.
    public func content(of part: [UInt8]) -> [UInt8] {
        let range = range.clamped(to: 0..<part.count)
        guard origin != .tnef else { return Array(part[range]) }
        return part.withUnsafeBufferPointer { bytes in
            let lines = bytes[part: range]
            return origin == .yEnc ? YEnc.decode(lines) : UUFile.decode(lines)
        }
    }
}

extension Message {
    /// ``text`` without the files that are written into it; for one who takes the files as well.
    public var textWithoutFiles: String {
        bodies.text.compactMap { parts[$0].text.map(TextFile.removed) }.joined(separator: "\n")
    }

    /// The parts that may hold files which are no parts: bodies, and every `winmail.dat`.
    public var partsWithEmbeddedFiles: [Int] {
        parts.indices.filter { isTNEF($0) || mayHoldTextFiles($0) }
    }

    /// The files in a part, from its decoded bytes.
    public func embeddedFiles(in part: Int, decoded bytes: [UInt8]) -> [EmbeddedFile] {
        if isTNEF(part) {
            return TNEF(parsing: bytes, limits: limits).files.map {
                EmbeddedFile(origin: .tnef, name: $0.name, type: $0.type, contentID: $0.contentID, range: $0.range)
            }
        }
        guard mayHoldTextFiles(part) else { return [] }
        return bytes.withUnsafeBufferPointer { bytes in
            TextFile.all(in: bytes).map { file in
                let name = file.name.map(fileName).flatMap { $0.isEmpty ? nil : $0 }
                return EmbeddedFile(
                    origin: file.isYEnc ? .yEnc : .uuencode, name: name, type: mediaType(ofFile: name ?? ""),
                    range: file.range)
            }
        }
    }

    /// The part is a `winmail.dat`.
    public func isTNEF(_ index: Int) -> Bool {
        let part = parts[index]
        guard part.childCount == 0 else { return false }
        return part.type == "application/ms-tnef" || part.type == "application/vnd.ms-tnef"
            || part.type == "application/octet-stream" && part.filename?.lowercased() == "winmail.dat"
    }

    private func mayHoldTextFiles(_ index: Int) -> Bool {
        let part = parts[index]
        guard part.type == "text/plain", part.disposition?.kind != "attachment", let text = part.text else {
            return false
        }
        return TextFile.mayStand(in: text)
    }
}

/// The type that the ending of a name tells.
func mediaType(ofFile name: String) -> String {
    let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    return mediaTypes[ending] ?? "application/octet-stream"
}

private let mediaTypes = [
    "txt": "text/plain", "log": "text/plain", "csv": "text/csv", "htm": "text/html", "html": "text/html",
    "xml": "application/xml", "json": "application/json", "pdf": "application/pdf", "zip": "application/zip",
    "gz": "application/gzip", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif",
    "bmp": "image/bmp", "tif": "image/tiff", "tiff": "image/tiff", "webp": "image/webp", "svg": "image/svg+xml",
    "mp3": "audio/mpeg", "wav": "audio/wav", "mp4": "video/mp4", "mov": "video/quicktime", "eml": "message/rfc822",
    "doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation", "ics": "text/calendar",
    "vcf": "text/vcard", "rtf": "text/rtf",
]
