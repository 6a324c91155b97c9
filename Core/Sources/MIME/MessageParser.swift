// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Parses a message that is all at hand.
public func parse(_ bytes: [UInt8], limits: Limits = .standard) -> Message {
    var parser = MessageParser(limits: limits)
    parser.consume(bytes)
    return parser.finish()
}

/// Takes a message piece by piece. It may be cut anywhere; the value is the same.
///
/// It never fails: what is wrong with the message becomes a ``Defect``. One line is held at most, and the texts.
public struct MessageParser {
    /// What ends a line. A message whose first line ends with a bare CR may use all three.
    private enum LineEnds { case undecided, lineFeed, any }

    private let lineLimit: Int
    private var assembler: PartAssembler
    private var lineEnds = LineEnds.undecided
    /// The start of a line whose end has not come yet.
    private var pending: [UInt8] = []
    /// How many bytes lie behind us, without `pending`.
    private var offset = 0
    /// The last piece of a line was cut at the limit; the next one goes on with it.
    private var isInsideLine = false

    public init(limits: Limits = .standard) {
        lineLimit = limits.lineLength
        assembler = PartAssembler(limits: limits)
    }

    public mutating func consume(_ bytes: UnsafeRawBufferPointer) {
        bytes.withMemoryRebound(to: UInt8.self) { consume($0) }
    }

    public mutating func consume(_ bytes: some Sequence<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { consume($0) }
        if done == nil { Array(bytes).withUnsafeBufferPointer { consume($0) } }
    }

    public mutating func finish() -> Message {
        let rest = pending
        pending = []
        rest.withUnsafeBufferPointer { _ = cut($0, isLast: true) }
        return assembler.finish(at: offset)
    }

    private mutating func consume(_ bytes: Bytes) {
        var start = 0
        while !pending.isEmpty, start < bytes.count {
            let lineEnd = bytes.index(of: 10, from: start).map { $0 + 1 } ?? bytes.count
            let end = min(lineEnd, start + lineLimit)
            pending.append(contentsOf: bytes[part: start..<end])
            start = end
            if lineEnds == .lineFeed, pending.last != 10, pending.count < lineLimit { continue }
            var rest: [UInt8] = []
            swap(&rest, &pending)
            let used = rest.withUnsafeBufferPointer { cut($0, isLast: false) }
            rest.removeFirst(used)
            pending = rest
        }
        guard start < bytes.count else { return }
        let used = cut(bytes[part: start..<bytes.count], isLast: false)
        if start + used < bytes.count { pending.append(contentsOf: bytes[part: start + used..<bytes.count]) }
    }

    /// Reads all complete lines and says how many bytes they were.
    private mutating func cut(_ bytes: Bytes, isLast: Bool) -> Int {
        var index = 0
        var runStart = 0
        var linesEnd = 0
        while true {
            index = endOfBodyLines(in: bytes, from: index, known: &linesEnd)
            guard let line = nextLine(in: bytes, from: index, isLast: isLast) else { break }
            if assembler.isInBody {
                if !isInsideLine, assembler.mayEndBody(bytes[part: index..<line.contentEnd]) {
                    assembler.takeBody(bytes[part: runStart..<index])
                    if !assembler.endBody(
                        at: offset + index, line: bytes[part: index..<line.contentEnd], next: offset + line.end)
                    {
                        assembler.takeBody(bytes[part: index..<line.end])
                    }
                    runStart = line.end
                }
            } else {
                assembler.takeHeader(
                    bytes[part: index..<line.end], contentLength: line.contentEnd - index, at: offset + index,
                    isContinued: isInsideLine)
                runStart = line.end
            }
            isInsideLine = line.isCutAtLimit
            if isInsideLine { assembler.noteLongLine() }
            index = line.end
        }
        if assembler.isInBody { assembler.takeBody(bytes[part: runStart..<index]) }
        offset += index
        return index
    }

    /// The quick way through a body: over all complete lines up to one that needs a closer look.
    ///
    /// - Parameter known: The end of complete lines that an earlier call for the same bytes found.
    private func endOfBodyLines(in bytes: Bytes, from start: Int, known: inout Int) -> Int {
        guard assembler.isInBody, lineEnds == .lineFeed, !isInsideLine else { return start }
        if known <= start { known = endOfCompleteLines(in: bytes, from: start) }
        let end = known
        guard assembler.hasBoundaries, let base = bytes.baseAddress else { return end }
        var index = start
        while index < end, let found = memchr(base + index, 0x2D, end - index) {
            let hyphen = UnsafeRawPointer(found) - UnsafeRawPointer(base)
            if hyphen == start || base[hyphen - 1] == 10, base[hyphen + 1] == 0x2D { return hyphen }
            index = hyphen + 1
            while index < end, base[index] == 0x2D { index += 1 }
        }
        return end
    }

    /// Behind the last line end, or before a line beyond the limit. From the start of a line, the last line end within
    /// the limit proves all lines up to it.
    private func endOfCompleteLines(in bytes: Bytes, from start: Int) -> Int {
        var index = start
        while index < bytes.count {
            let window = bytes[part: index..<min(index + lineLimit, bytes.count)]
            guard let last = window.lastIndex(of: 10, before: window.count) else { break }
            index += last + 1
        }
        return index
    }

    private struct Line {
        var contentEnd: Int
        var end: Int
        var isCutAtLimit = false
    }

    /// Nil when the end of the line has not come yet.
    private mutating func nextLine(in bytes: Bytes, from start: Int, isLast: Bool) -> Line? {
        guard start < bytes.count else { return nil }
        let stop = min(start + lineLimit, bytes.count)
        guard lineEnds == .lineFeed else { return nextLineByAnyEnd(in: bytes, from: start, stop: stop, isLast: isLast) }
        if let end = bytes[part: 0..<stop].index(of: 10, from: start) {
            return Line(contentEnd: end > start && bytes[end - 1] == 13 ? end - 1 : end, end: end + 1)
        }
        return unendedLine(from: start, stop: stop, isLast: isLast)
    }

    private func unendedLine(from start: Int, stop: Int, isLast: Bool) -> Line? {
        if stop - start == lineLimit { return Line(contentEnd: stop, end: stop, isCutAtLimit: true) }
        return isLast ? Line(contentEnd: stop, end: stop) : nil
    }

    private mutating func nextLineByAnyEnd(in bytes: Bytes, from start: Int, stop: Int, isLast: Bool) -> Line? {
        var index = start
        while index < stop, bytes[index] != 10, bytes[index] != 13 { index += 1 }
        guard index < stop else { return unendedLine(from: start, stop: stop, isLast: isLast) }
        if bytes[index] == 10 {
            if lineEnds == .undecided { lineEnds = .lineFeed }
            return Line(contentEnd: index, end: index + 1)
        }
        guard index + 1 < bytes.count else { return isLast ? Line(contentEnd: index, end: index + 1) : nil }
        let isPair = bytes[index + 1] == 10
        if lineEnds == .undecided {
            lineEnds = isPair ? .lineFeed : .any
            if !isPair { assembler.noteBareCarriageReturn() }
        }
        return Line(contentEnd: index, end: index + (isPair ? 2 : 1))
    }
}
