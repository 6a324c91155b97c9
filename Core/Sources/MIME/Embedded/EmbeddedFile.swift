// SPDX-License-Identifier: Apache-2.0

/// A file that is no part of its own: inside of a `winmail.dat`, or written into a text by uuencode or yEnc.
public struct EmbeddedFile: Sendable, Equatable {
    /// The raw values are stable and appear in reports.
    public enum Origin: String, Sendable, Codable {
        case tnef
        case uuencode
        case yEnc = "yenc"
    }

    public var origin: Origin
    /// Without folders; nil when it has none.
    public var name: String?
    public var type: String
    /// Without angle brackets.
    public var contentID: String?
    /// Where it stands in the decoded bytes of its part: one stretch, or several where yEnc divided the file.
    public var pieces: [Range<Int>]
    /// Bytes of the file.
    public var size: Int
    /// Its end or a part is missing, or a checksum is wrong.
    public var isDamaged: Bool

    /// The bytes of the file, from the decoded bytes of its part.
    public func content(of part: [UInt8]) -> [UInt8] {
        part.withUnsafeBufferPointer { content(in: $0) }
    }

    private func content(in bytes: Bytes) -> [UInt8] {
        pieces.flatMap { piece in
            let lines = bytes[part: piece.clamped(to: 0..<bytes.count)]
            return switch origin {
            case .tnef: Array(lines)
            case .uuencode: UUFile.decode(lines)
            case .yEnc: YEncBlock.decode(lines)
            }
        }
    }

    init(_ file: TNEF.File) {
        self.init(
            origin: .tnef, name: file.name, type: file.type, contentID: file.contentID, pieces: [file.range],
            size: file.range.count, isDamaged: false)
    }

    init(_ file: TextFile, in bytes: Bytes) {
        let name = file.name.map(fileName).flatMap { $0.isEmpty ? nil : $0 }
        let (origin, isDamaged): (Origin, Bool) =
            switch file.form {
            case .uuencode(_, let isEnded): (.uuencode, !isEnded)
            case .yEnc(let blocks): (.yEnc, !YEncBlock.isWhole(blocks, in: bytes))
            }
        self.init(
            origin: origin, name: name, type: mediaType(ofFile: name ?? ""), contentID: nil, pieces: file.pieces,
            size: 0, isDamaged: isDamaged)
        size = content(in: bytes).count
    }

    private init(
        origin: Origin, name: String?, type: String, contentID: String?, pieces: [Range<Int>], size: Int,
        isDamaged: Bool
    ) {
        self.origin = origin
        self.name = name
        self.type = type
        self.contentID = contentID
        self.pieces = pieces
        self.size = size
        self.isDamaged = isDamaged
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
