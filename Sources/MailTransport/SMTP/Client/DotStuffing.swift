// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

/// Makes a letter fit for DATA: every line ends with CR LF, and a dot at the start of a line is doubled.
///
/// A bare LF or CR becomes a whole line end, so that no server downstream can see another end of the letter than ours.
struct DotStuffing {
    private var isAtLineStart = true
    private var endsInReturn = false

    /// The next bytes of the letter, stuffed. A CR at their end waits for what follows.
    mutating func add(_ bytes: ByteBuffer) -> ByteBuffer {
        var output = ByteBuffer()
        output.reserveCapacity(bytes.readableBytes + 64)
        bytes.withUnsafeReadableBytes { add($0, to: &output) }
        return output
    }

    /// The line with the lone dot, behind the end of a line.
    mutating func finish() -> ByteBuffer {
        let isInLine = !isAtLineStart || endsInReturn
        return ByteBuffer(string: isInLine ? "\r\n.\r\n" : ".\r\n")
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer, to output: inout ByteBuffer) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        var position = 0
        if endsInReturn {
            endLine(in: &output)
            if bytes[0] == UInt8(ascii: "\n") { position = 1 }
            endsInReturn = false
        }
        while position < bytes.count {
            if isAtLineStart, bytes[position] == UInt8(ascii: ".") { output.writeInteger(UInt8(ascii: ".")) }
            let found = memchr(base + position, 0x0a, bytes.count - position)
            let end = found.map { UnsafeRawPointer($0) - base } ?? bytes.count
            write(UnsafeRawBufferPointer(rebasing: bytes[position..<end]), endsLine: found != nil, to: &output)
            position = end + 1
        }
    }

    /// Bytes without LF: a line, or the start of one.
    private mutating func write(_ part: UnsafeRawBufferPointer, endsLine: Bool, to output: inout ByteBuffer) {
        var part = part
        let hasReturn = part.last == UInt8(ascii: "\r")
        if hasReturn { part = UnsafeRawBufferPointer(rebasing: part.dropLast()) }
        if !part.isEmpty { isAtLineStart = false }
        writeBreakingAtReturns(part, to: &output)
        if endsLine {
            endLine(in: &output)
        } else {
            endsInReturn = hasReturn
        }
    }

    private mutating func writeBreakingAtReturns(_ part: UnsafeRawBufferPointer, to output: inout ByteBuffer) {
        var rest = part
        while let base = rest.baseAddress, let found = memchr(base, 0x0d, rest.count) {
            let end = UnsafeRawPointer(found) - base
            output.writeBytes(UnsafeRawBufferPointer(rebasing: rest[..<end]))
            endLine(in: &output)
            rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
            if rest.first == UInt8(ascii: ".") { output.writeInteger(UInt8(ascii: ".")) }
        }
        guard !rest.isEmpty else { return }
        output.writeBytes(rest)
        isAtLineStart = false
    }

    private mutating func endLine(in output: inout ByteBuffer) {
        output.writeStaticString("\r\n")
        isAtLineStart = true
    }
}
