// SPDX-License-Identifier: Apache-2.0

/// Takes quoted-printable piece by piece (RFC 2045 §6.7). A malformed escape stays as it is written.
struct QuotedPrintableDecoder {
    /// Where the decoded bytes go; there is room for all that was taken.
    private struct Sink {
        let base: UnsafeMutablePointer<UInt8>
        var count = 0

        mutating func put(_ byte: UInt8) {
            base[count] = byte
            count += 1
        }
    }

    /// What came after the last ordinary byte: an escape or blanks that may end a line.
    private var held: [UInt8] = []
    private(set) var strangers = 0

    mutating func decode(_ bytes: Bytes, into out: inout [UInt8]) {
        out.append(atMost: held.count + bytes.count + 16) { room in
            var sink = Sink(base: room)
            decode(bytes, into: &sink)
            return sink.count
        }
    }

    mutating func finish(into out: inout [UInt8]) {
        // A lone `=` at the very end is a soft line break whose line end was cut off.
        if held.first == 0x3D, held.count > 1, held.dropFirst().contains(where: { !isSpace($0) }) {
            strangers += 1
            out += held
        }
        held.removeAll(keepingCapacity: true)
    }

    private mutating func decode(_ bytes: Bytes, into out: inout Sink) {
        guard let source = bytes.baseAddress else { return }
        var index = 0
        while index < bytes.count {
            let lineEnd = bytes.index(of: 10, from: index) ?? bytes.count
            if held.isEmpty { index = decodeLine(source, from: index, to: lineEnd, of: bytes.count, into: &out) }
            while index < lineEnd {
                take(source[index], into: &out)
                index += 1
                if held.isEmpty { index = decodeLine(source, from: index, to: lineEnd, of: bytes.count, into: &out) }
            }
            // The quick way may have gone over the line end.
            if index == lineEnd, lineEnd < bytes.count {
                take(10, into: &out)
                index += 1
            }
        }
    }

    /// The quick way while nothing is held: says where it stopped, at what needs a closer look, or behind the line.
    @inline(__always)
    private func decodeLine(
        _ source: UnsafePointer<UInt8>, from start: Int, to lineEnd: Int, of count: Int, into out: inout Sink
    ) -> Int {
        var end = lineEnd
        while end > start, isBlank(source[end - 1]) || source[end - 1] == 13 { end -= 1 }
        var index = start
        let digits = hexDigits
        while true {
            index = copyPlain(source, from: index, to: end, of: count, into: &out)
            guard index < end else { break }
            guard index &+ 2 < lineEnd else { break }
            let high = digits[source[index &+ 1]]
            let low = digits[source[index &+ 2]]
            guard high | low < 16 else { return index }
            out.put(high << 4 | low)
            index &+= 3
        }
        return endLine(source, at: index, to: lineEnd, of: count, into: &out)
    }

    /// `=`, nothing, and a CR or not, before the LF; everything else is left as it is.
    @inline(__always)
    private func endLine(
        _ source: UnsafePointer<UInt8>, at start: Int, to lineEnd: Int, of count: Int, into out: inout Sink
    ) -> Int {
        guard lineEnd < count else { return start }
        let isSoft = start < lineEnd && source[start] == 0x3D
        let index = isSoft ? start + 1 : start
        let hasReturn = index + 1 == lineEnd && source[index] == 13
        guard hasReturn || index == lineEnd else { return start }
        if isSoft { return lineEnd + 1 }
        if hasReturn { out.put(13) }
        out.put(10)
        return lineEnd + 1
    }

    /// Eight bytes at once, up to the next `=`.
    @inline(__always)
    private func copyPlain(
        _ source: UnsafePointer<UInt8>, from start: Int, to end: Int, of count: Int, into out: inout Sink
    ) -> Int {
        var index = start
        while index < end, index &+ 8 <= count {
            let word = UInt64(littleEndian: UnsafeRawPointer(source + index).loadUnaligned(as: UInt64.self))
            UnsafeMutableRawPointer(out.base + out.count).storeBytes(of: word.littleEndian, as: UInt64.self)
            let difference = word ^ 0x3D3D_3D3D_3D3D_3D3D
            let marks = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
            let length = min(marks.trailingZeroBitCount >> 3, end &- index)
            index &+= length
            out.count &+= length
            if length < 8 { return index }
        }
        while index < end, source[index] != 0x3D {
            out.put(source[index])
            index &+= 1
        }
        return index
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }

    // MARK: The careful way

    private mutating func take(_ byte: UInt8, into out: inout Sink) {
        if held.first == 0x3D {
            escape(byte, into: &out)
        } else if byte == 10 {
            // Blanks at the end of a line were added on the way.
            if held.last == 13 { out.put(13) }
            out.put(10)
            held.removeAll(keepingCapacity: true)
        } else if isBlank(byte) || byte == 13 {
            if held.last == 13 { release(into: &out) }
            held.append(byte)
            if held.count > 1000 { release(into: &out) }
        } else {
            release(into: &out)
            if byte == 0x3D { held.append(byte) } else { out.put(byte) }
        }
    }

    private mutating func escape(_ byte: UInt8, into out: inout Sink) {
        if byte == 10 {
            held.removeAll(keepingCapacity: true)
        } else if held.count == 1 {
            if hexValue(byte) != nil || isBlank(byte) || byte == 13 {
                held.append(byte)
            } else {
                fail(with: byte, into: &out)
            }
        } else if let high = hexValue(held[1]), let low = hexValue(byte) {
            out.put(high << 4 | low)
            held.removeAll(keepingCapacity: true)
        } else if hexValue(held[1]) == nil, isBlank(byte) || (byte == 13 && held.last != 13), held.count < 1000 {
            held.append(byte)
        } else {
            fail(with: byte, into: &out)
        }
    }

    private mutating func fail(with byte: UInt8, into out: inout Sink) {
        strangers += 1
        release(into: &out)
        take(byte, into: &out)
    }

    private mutating func release(into out: inout Sink) {
        for byte in held { out.put(byte) }
        held.removeAll(keepingCapacity: true)
    }
}
