// SPDX-License-Identifier: Apache-2.0

/// Takes numbers and stretches of bytes from the front; nil at the end, whatever the lengths say.
struct LittleEndianReader {
    private let bytes: Bytes
    private(set) var position: Int
    let end: Int

    init(_ bytes: Bytes, _ range: Range<Int>) {
        let range = range.clamped(to: 0..<bytes.count)
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var left: Int { end - position }

    mutating func byte() -> UInt8? {
        guard left >= 1 else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func short() -> UInt16? {
        guard left >= 2 else { return nil }
        defer { position += 2 }
        return UInt16(bytes[position]) | UInt16(bytes[position + 1]) << 8
    }

    mutating func long() -> UInt32? {
        guard let low = short() else { return nil }
        guard let high = short() else { return nil }
        return UInt32(low) | UInt32(high) << 16
    }

    mutating func length() -> Int? { long().map { Int($0) } }

    /// The next bytes as a place in the whole.
    mutating func take(_ count: Int) -> Range<Int>? {
        guard count >= 0, count <= left else { return nil }
        defer { position += count }
        return position..<position + count
    }

    /// Passes over the bytes that fill up a stretch to a whole number of four.
    mutating func pad(_ count: Int) { position += min((4 - count % 4) % 4, left) }
}
