// SPDX-License-Identifier: Apache-2.0

/// Takes a uuencoded file piece by piece, from its `begin` line on; what stands before and after is passed over. What has
/// no such line near its beginning is no file, and is given as it is.
struct UUDecoder {
    private enum State { case before, inside, after, none }

    private var state = State.before
    /// All before the `begin` line, with its line ends.
    private var before: [UInt8] = []
    private var line: [UInt8] = []

    private static let mostBefore = 1 << 16

    mutating func decode(_ bytes: Bytes, into out: inout [UInt8]) {
        var index = 0
        while index < bytes.count {
            let feed = bytes.index(of: 10, from: index)
            let piece = bytes[part: index..<(feed.map { $0 + 1 } ?? bytes.count)]
            // Counted in bytes: where the input is cut makes no difference.
            if state == .before, before.count + piece.count > UUDecoder.mostBefore { giveUp(into: &out) }
            if state == .none { return out.append(contentsOf: bytes[part: index..<bytes.count]) }
            if state == .before { before.append(contentsOf: piece) }
            if line.count < 1000 { line.append(contentsOf: piece.prefix(1000)) }
            index += piece.count
            if feed != nil { endLine(into: &out) }
        }
    }

    mutating func finish(into out: inout [UInt8]) {
        if !line.isEmpty { endLine(into: &out) }
        if state == .before, !before.isEmpty { giveUp(into: &out) }
    }

    /// There was no file.
    var isMalformed: Bool { state == .none }

    private mutating func giveUp(into out: inout [UInt8]) {
        state = .none
        out.append(contentsOf: before)
        before = []
    }

    private mutating func endLine(into out: inout [UInt8]) {
        if line.last == 10 { line.removeLast() }
        if line.last == 13 { line.removeLast() }
        line.withUnsafeBufferPointer { bytes in
            switch state {
            case .before where UUFile.name(inBegin: bytes) != nil:
                state = .inside
                before = []
            case .inside where !UUDecoder.decodeLine(bytes, into: &out): state = .after
            default: break
            }
        }
        line.removeAll(keepingCapacity: true)
    }

    /// False when the line ends the file.
    static func decodeLine(_ line: Bytes, into out: inout [UInt8]) -> Bool {
        guard let first = line.first else { return true }
        if line.isEqual(caseless: "end") { return false }
        var left = Int((first &- 32) & 63)
        var index = 1
        while left > 0 {
            var group: UInt32 = 0
            for offset in 0..<4 {
                let byte = index + offset < line.count ? line[index + offset] : 32
                group = group << 6 | UInt32((byte &- 32) & 63)
            }
            for shift in [16, 8, 0] as [UInt32] where left > 0 {
                out.append(UInt8(truncatingIfNeeded: group >> shift))
                left -= 1
            }
            index += 4
        }
        return true
    }
}
