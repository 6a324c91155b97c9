// SPDX-License-Identifier: Apache-2.0

/// The decoded bytes of a message's parts, for one who holds the raw message.
public struct PartContents {
    private let message: Message
    private let raw: [UInt8]
    /// The encoded messages around the part that was asked for last, decoded, from the outermost: the next part is
    /// mostly in some of them too.
    private var containers: [(index: Int, bytes: [UInt8])] = []

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
        enter(container)
        return decoded(range, from: encoding)
    }

    /// Decodes the messages around what lies in `container`, as far as they are not those of the last part.
    private mutating func enter(_ container: Int?) {
        var path: [Int] = []
        var next = container
        while let index = next {
            path.append(index)
            next = message.parts[index].container
        }
        path.reverse()
        let kept = zip(containers, path).prefix { $0.index == $1 }.count
        containers.removeLast(containers.count - kept)
        for index in path[kept...] {
            let part = message.parts[index]
            containers.append((index, decoded(part.encodedRange, from: part.encoding)))
        }
    }

    /// From the innermost of the open containers.
    private func decoded(_ range: Range<Int>, from encoding: TransferEncoding) -> [UInt8] {
        let source = containers.last?.bytes ?? raw
        let range = range.clamped(to: 0..<source.count)
        if encoding == .identity { return Array(source[range]) }
        var decoder = PartDecoder(encoding)
        var out: [UInt8] = []
        decoder.decode(source[range], into: &out)
        decoder.finish(into: &out)
        return out
    }
}
