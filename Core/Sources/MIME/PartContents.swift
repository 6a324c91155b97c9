// SPDX-License-Identifier: Apache-2.0

/// The decoded bytes of a message's parts, for one who holds the raw message.
public struct PartContents {
    private let message: Message
    private let raw: [UInt8]
    /// The encoded message that was decoded last, since its parts are asked for one after another.
    private var decodedContainer: (index: Int, bytes: [UInt8])?

    public init(of message: Message, in raw: [UInt8]) {
        self.message = message
        self.raw = raw
    }

    /// The body of a part after transfer decoding; for a message inside, the whole of it.
    public mutating func bytes(of part: Int) -> [UInt8] {
        let part = message.parts[part]
        return decode(part.encodedRange, of: part.container, from: part.encoding)
    }

    public mutating func bytes(of attachment: Attachment) -> [UInt8] {
        decode(attachment.encodedRange, of: attachment.container, from: attachment.encoding)
    }

    private mutating func decode(_ range: Range<Int>, of container: Int?, from encoding: TransferEncoding) -> [UInt8] {
        let source = container.map { bytes(ofContainer: $0) } ?? raw
        let range = range.clamped(to: 0..<source.count)
        if encoding == .identity { return Array(source[range]) }
        var decoder = PartDecoder(encoding)
        var out: [UInt8] = []
        decoder.decode(source[range], into: &out)
        decoder.finish(into: &out)
        return out
    }

    private mutating func bytes(ofContainer index: Int) -> [UInt8] {
        if let decodedContainer, decodedContainer.index == index { return decodedContainer.bytes }
        let bytes = bytes(of: index)
        decodedContainer = (index, bytes)
        return bytes
    }
}
