// SPDX-License-Identifier: Apache-2.0

import Crypto
public import Foundation

/// A long sealed thing in frames, so that a range of it opens without the rest.
///
///     head: version 1, frame size as power of two, 2 zero bytes, 16 bytes of salt
///     then frames of 64 KiB, each followed by its tag of 16 bytes; the last is shorter, and empty only if alone
///
/// The stream's key is made of the letter's key, its place and the salt. A frame's nonce is its number and whether it is
/// the last one, and the head is bound to each: frames that are changed, moved, missing or more do not open.
public enum SealedStream {
    static let power: UInt8 = 16
    static let frameSize = 1 << Int(power)
    static let tagSize = 16
    static let headSize = 20

    /// The size when sealed of `count` plain bytes.
    public static func sealedSize(of count: Int) -> Int {
        headSize + count + max(1, (count + frameSize - 1) / frameSize) * tagSize
    }

    static func nonce(frame: Int, isLast: Bool) throws -> AES.GCM.Nonce {
        try AES.GCM.Nonce(data: bigEndian(UInt64(frame)) + bigEndian(UInt32(isLast ? 1 : 0)))
    }
}

extension SealedStream {
    /// Takes plain bytes piece by piece and gives sealed ones; holds at most a frame.
    public struct Writer: Sendable {
        private let key: SymmetricKey
        private let head: [UInt8]
        private var held: [UInt8] = []
        private var frame = 0
        private var isBegun = false

        public init(key: LetterKey, for context: SealContext) {
            self.init { key.streamKey(salt: $0, for: context) }
        }

        public init(key: TravelKey) {
            self.init(key.streamKey)
        }

        private init(_ key: (_ salt: Data) -> SymmetricKey) {
            let salt = randomBytes(16)
            self.key = key(Data(salt))
            head = [1, power, 0, 0] + salt
        }

        /// Adds to `out` what can be sealed by now.
        public mutating func append(
            _ bytes: UnsafeRawBufferPointer, into out: inout [UInt8]
        ) throws(VaultError) {
            var rest = bytes[...]
            while !rest.isEmpty {
                if held.count == frameSize { try flush(isLast: false, into: &out) }
                let taken = rest.prefix(frameSize - held.count)
                held.append(contentsOf: taken)
                rest = rest.dropFirst(taken.count)
            }
        }

        /// Seals the last frame. The writer must not be used after it.
        public mutating func finish(into out: inout [UInt8]) throws(VaultError) {
            try flush(isLast: true, into: &out)
        }

        private mutating func flush(isLast: Bool, into out: inout [UInt8]) throws(VaultError) {
            if !isBegun {
                out.append(contentsOf: head)
                isBegun = true
            }
            do {
                let nonce = try nonce(frame: frame, isLast: isLast)
                let box = try AES.GCM.seal(held, using: key, nonce: nonce, authenticating: head)
                out.append(contentsOf: box.ciphertext)
                out.append(contentsOf: box.tag)
            } catch {
                throw VaultError(.doesNotOpen, "A letter could not be sealed.", detail: "\(error)")
            }
            frame += 1
            held.removeAll(keepingCapacity: true)
        }
    }

    /// Opens ranges of a sealed stream. The last frame is opened first, so that a cut stream is found at once.
    public struct Reader: Sendable {
        /// Plain bytes in all.
        public let count: Int

        private let key: SymmetricKey
        private let head: Data
        private let frames: Int
        private let last: Data
        private let read: @Sendable (Range<Int>) throws -> Data

        /// `read` gives sealed bytes of the stream, whose sealed size is `size`.
        public init(
            key: LetterKey, for context: SealContext, size: Int, read: @escaping @Sendable (Range<Int>) throws -> Data
        ) throws {
            try self.init(size: size, read: read) { key.streamKey(salt: $0, for: context) }
        }

        public init(
            key: TravelKey, size: Int, read: @escaping @Sendable (Range<Int>) throws -> Data
        ) throws {
            try self.init(size: size, read: read, key.streamKey)
        }

        private init(
            size: Int, read: @escaping @Sendable (Range<Int>) throws -> Data, _ key: (_ salt: Data) -> SymmetricKey
        ) throws {
            let sealedFrame = frameSize + tagSize
            frames = (size - headSize + sealedFrame - 1) / sealedFrame
            count = size - headSize - frames * tagSize
            guard size >= headSize + tagSize, count >= 0, frames == 1 || count > (frames - 1) * frameSize else {
                throw VaultError.doesNotOpen
            }
            head = try read(0..<headSize)
            guard head.count == headSize, head.prefix(4) == Data([1, power, 0, 0]) else {
                throw VaultError.doesNotOpen
            }
            self.key = key(Data(head.dropFirst(4)))
            self.read = read
            let start = headSize + (frames - 1) * sealedFrame
            last = try SealedStream.open(
                try read(start..<size), with: self.key, frame: frames - 1, isLast: true, head: head)
        }

        /// The plain bytes of `range`, cut to what there is.
        public func read(_ range: Range<Int>) throws -> [UInt8] {
            let range = range.clamped(to: 0..<count)
            guard !range.isEmpty else { return [] }
            var out: [UInt8] = []
            out.reserveCapacity(range.count)
            for frame in range.lowerBound / frameSize...(range.upperBound - 1) / frameSize {
                let plain = try open(frame)
                let start = frame * frameSize
                let wanted = range.clamped(to: start..<start + plain.count)
                out.append(contentsOf: plain.dropFirst(wanted.lowerBound - start).prefix(wanted.count))
            }
            return out
        }

        private func open(_ frame: Int) throws -> Data {
            if frame == frames - 1 { return last }
            let start = headSize + frame * (frameSize + tagSize)
            return try SealedStream.open(
                try read(start..<start + frameSize + tagSize), with: key, frame: frame, isLast: false, head: head)
        }
    }

    private static func open(
        _ sealed: Data, with key: SymmetricKey, frame: Int, isLast: Bool, head: Data
    ) throws(VaultError) -> Data {
        guard sealed.count >= tagSize else { throw .doesNotOpen }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: try nonce(frame: frame, isLast: isLast), ciphertext: sealed.dropLast(tagSize),
                tag: sealed.suffix(tagSize))
            return try AES.GCM.open(box, using: key, authenticating: head)
        } catch {
            throw .doesNotOpen
        }
    }
}
