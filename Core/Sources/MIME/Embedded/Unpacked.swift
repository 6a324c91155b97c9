// SPDX-License-Identifier: Apache-2.0

/// What one part holds that is no part of its own: the files and the body of a `winmail.dat`, or the files in a text.
public struct Unpacked: Sendable, Equatable {
    /// Index into ``Message/parts``.
    public var part: Int
    public var files: [EmbeddedFile] = []
    /// The body of a `winmail.dat`.
    public var text: String?
    public var html: String?
    /// Something in it is broken: there may be more than what was found.
    public var isDamaged = false

    init(part: Int) { self.part = part }

    fileprivate mutating func take(_ tnef: TNEF) {
        files = tnef.files.map(EmbeddedFile.init)
        text = tnef.text
        html = tnef.html
        isDamaged = tnef.defects.contains { $0 != .trailingBytes }
    }

    fileprivate mutating func takeFiles(of bytes: [UInt8]) {
        files = bytes.withUnsafeBufferPointer { bytes in TextFile.all(in: bytes).map { EmbeddedFile($0, in: bytes) } }
        isDamaged = files.contains(where: \.isDamaged)
    }
}

extension Message {
    /// The parts that may hold files which are no parts: bodies, and every `winmail.dat`. Not those of a message inside,
    /// which is one file.
    public var packedParts: [Int] {
        parts.indices.filter { (isTNEF($0) || mayHoldTextFiles($0)) && !isEmbedded(parts[$0]) }
    }

    /// What is in a part, from its decoded bytes.
    public func unpacked(_ part: Int, decoded bytes: [UInt8]) -> Unpacked {
        var unpacked = Unpacked(part: part)
        if isTNEF(part) {
            unpacked.take(TNEF(parsing: bytes, limits: limits))
        } else if mayHoldTextFiles(part) {
            unpacked.takeFiles(of: bytes)
        }
        return unpacked
    }

    /// What is in all parts, for one who holds the raw message.
    public func unpacked(in raw: [UInt8]) -> [Unpacked] {
        let packed = packedParts
        guard !packed.isEmpty else { return [] }
        var contents = PartContents(of: self, in: raw)
        return packed.map { unpacked($0, decoded: contents.bytes(of: $0)) }
    }

    /// ``text`` without the files that are written into it; for one who takes the files as well.
    public var textWithoutFiles: String {
        bodies.text.compactMap { parts[$0].text.map { TextFile.removed(nil, from: $0) } }.joined(separator: "\n")
    }

    /// ``text`` as its writer saw it: without the files that were unpacked, and its paragraphs whole where they were
    /// wrapped as `format=flowed`.
    public func text(without unpacked: [Unpacked]) -> String {
        bodies.text.compactMap { text(of: $0, without: unpacked) }.joined(separator: "\n")
    }

    func text(of index: Int, without unpacked: [Unpacked]) -> String? {
        let count = unpacked.first { $0.part == index }?.files.count ?? 0
        return parts[index].text.map { parts[index].unwrapped(TextFile.removed(count, from: $0)) }
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
