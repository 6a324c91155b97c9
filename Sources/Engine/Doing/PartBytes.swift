// SPDX-License-Identifier: Apache-2.0

import MIME
import NIOCore
import Store

/// The bytes of one part of a kept letter, decoded as they are asked for: never the whole at once.
struct PartBytes: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private let body: BodyReader
    /// From the outermost: a stretch of what the step before gives, and how it is encoded.
    private let steps: [Step]

    fileprivate struct Step: Sendable {
        var range: Range<Int>
        var encoding: TransferEncoding
    }

    init(part: Int, of message: Message, in body: BodyReader) {
        self.body = body
        var steps: [Step] = []
        var next: Int? = part
        while let index = next {
            let part = message.parts[index]
            steps.insert(Step(range: part.encodedRange, encoding: part.encoding), at: 0)
            next = part.container
        }
        self.steps = steps
    }

    /// The letter as it came.
    init(whole body: BodyReader) {
        self.body = body
        steps = [Step(range: 0..<body.size, encoding: .identity)]
    }

    /// All at once, for what cannot be read otherwise.
    var whole: [UInt8] {
        get async throws {
            var bytes: [UInt8] = []
            for try await piece in self { bytes += piece.readableBytesView }
            return bytes
        }
    }

    func makeAsyncIterator() -> Iterator {
        var decoders = steps.map(RangeDecoder.init)
        decoders[0].skip()
        return Iterator(body: body, range: steps[0].range, decoders: decoders)
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let body: BodyReader
        fileprivate let range: Range<Int>
        fileprivate var decoders: [RangeDecoder]
        private var position: Int
        private var isFinished = false

        fileprivate init(body: BodyReader, range: Range<Int>, decoders: [RangeDecoder]) {
            self.body = body
            self.range = range
            self.decoders = decoders
            position = range.lowerBound
        }

        mutating func next() async throws -> ByteBuffer? {
            while !isFinished {
                let piece = try await body.read(position..<Swift.min(position + 65_536, range.upperBound))
                isFinished = piece.isEmpty
                let decoded = run(piece)
                position += piece.count
                if !decoded.isEmpty { return ByteBuffer(bytes: decoded) }
            }
            return nil
        }

        /// Through all steps; the end of the body ends each of them.
        private mutating func run(_ piece: [UInt8]) -> [UInt8] {
            var bytes = piece[...]
            for index in decoders.indices {
                bytes = decoders[index].decode(bytes, isLast: isFinished)[...]
            }
            return Array(bytes)
        }
    }
}

/// Cuts a stretch out of a stream and decodes it.
private struct RangeDecoder {
    private let start: Int
    private let end: Int
    private var offset: Int
    private var decoder: PartDecoder
    private var isFinished = false

    init(_ step: PartBytes.Step) {
        start = step.range.lowerBound
        end = step.range.upperBound
        offset = 0
        decoder = PartDecoder(step.encoding)
    }

    /// The outermost stream is read from the start of the stretch on.
    mutating func skip() {
        offset = start
    }

    mutating func decode(_ bytes: ArraySlice<UInt8>, isLast: Bool) -> [UInt8] {
        var out: [UInt8] = []
        let from = Swift.min(Swift.max(start - offset, 0), bytes.count)
        let to = Swift.min(Swift.max(end - offset, from), bytes.count)
        offset += bytes.count
        bytes.dropFirst(from).prefix(to - from).withUnsafeBytes { decoder.decode($0, into: &out) }
        if isLast, !isFinished {
            isFinished = true
            decoder.finish(into: &out)
        }
        return out
    }
}
