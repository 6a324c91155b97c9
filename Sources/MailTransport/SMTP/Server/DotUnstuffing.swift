// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

/// Takes the dots of RFC 5321 §4.5.2 out of a letter and finds its end, wherever the bytes are cut.
///
/// Only CR LF ends a line here. A dot behind a bare LF or CR is content: reading it as an end is what lets one letter
/// smuggle another past a server that reads differently.
struct DotUnstuffing {
    private var isAtLineStart = true

    /// Moves what is decided from `input` to `output`, and says whether the letter has ended.
    ///
    /// At most four bytes that depend on what follows stay in `input`.
    mutating func move(_ input: inout ByteBuffer, to output: inout ByteBuffer) -> Bool {
        var cuts = Cuts()
        var isAtLineStart = isAtLineStart
        let ended = input.withUnsafeReadableBytes { bytes in
            Self.scan(bytes, isAtLineStart: &isAtLineStart, cuts: &cuts)
        }
        self.isAtLineStart = isAtLineStart
        output.take(cuts.pieces, from: input)
        input.moveReaderIndex(forwardBy: cuts.consumed)
        return ended
    }

    /// Which bytes are content, and how many are dealt with.
    private struct Cuts {
        var pieces: [Range<Int>] = []
        var consumed = 0
        private var start = 0

        mutating func drop(_ range: Range<Int>) {
            if range.lowerBound > start { pieces.append(start..<range.lowerBound) }
            start = range.upperBound
            consumed = start
        }

        mutating func keep(upTo end: Int) {
            if end > start { pieces.append(start..<end) }
            start = end
            consumed = end
        }
    }

    private static func scan(
        _ bytes: UnsafeRawBufferPointer, isAtLineStart: inout Bool, cuts: inout Cuts
    ) -> Bool {
        let count = bytes.count
        guard let base = bytes.baseAddress else { return false }
        var position = 0
        while position < count {
            if isAtLineStart, bytes[position] == UInt8(ascii: ".") {
                switch Dot(bytes, at: position) {
                case .undecided:
                    cuts.keep(upTo: position)
                    return false
                case .end:
                    cuts.drop(position..<(position + 3))
                    return true
                case .stuffed:
                    cuts.drop(position..<(position + 1))
                    position += 1
                }
            }
            isAtLineStart = false
            guard let found = memchr(base + position, 0x0a, count - position) else { break }
            let newline = UnsafeRawPointer(found) - base
            isAtLineStart = newline > 0 && bytes[newline - 1] == UInt8(ascii: "\r")
            position = newline + 1
        }
        let endsInReturn = !isAtLineStart && bytes[count - 1] == UInt8(ascii: "\r")
        cuts.keep(upTo: endsInReturn ? count - 1 : count)
        return false
    }

    /// What a dot at the start of a line is.
    private enum Dot {
        case undecided
        case end
        case stuffed

        init(_ bytes: UnsafeRawBufferPointer, at position: Int) {
            let rest = bytes.count - position
            if rest == 1 || (rest == 2 && bytes[position + 1] == UInt8(ascii: "\r")) {
                self = .undecided
            } else if rest > 2, bytes[position + 1] == UInt8(ascii: "\r"), bytes[position + 2] == UInt8(ascii: "\n") {
                self = .end
            } else {
                self = .stuffed
            }
        }
    }
}

extension ByteBuffer {
    /// Appends pieces of another buffer, given from its reader index; a first and only piece is not copied.
    fileprivate mutating func take(_ pieces: [Range<Int>], from other: ByteBuffer) {
        if readableBytes == 0, pieces.count == 1, let piece = pieces.first,
            let slice = other.getSlice(at: other.readerIndex + piece.lowerBound, length: piece.count)
        {
            self = slice
            return
        }
        other.withUnsafeReadableBytes { bytes in
            for piece in pieces { writeBytes(UnsafeRawBufferPointer(rebasing: bytes[piece])) }
        }
    }
}
