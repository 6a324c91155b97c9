// SPDX-License-Identifier: Apache-2.0

/// Takes a uuencoded file piece by piece, from its `begin` line on; what stands before and after is passed over.
struct UUDecoder {
    private enum State { case before, inside, after }

    private var state = State.before
    private var line: [UInt8] = []

    mutating func decode(_ bytes: Bytes, into out: inout [UInt8]) {
        var index = 0
        while index < bytes.count {
            let end = bytes.index(of: 10, from: index) ?? bytes.count
            if line.count < 1000 { line.append(contentsOf: bytes[part: index..<end].prefix(1000)) }
            guard end < bytes.count else { return }
            endLine(into: &out)
            index = end + 1
        }
    }

    mutating func finish(into out: inout [UInt8]) {
        if !line.isEmpty { endLine(into: &out) }
    }

    private mutating func endLine(into out: inout [UInt8]) {
        if line.last == 13 { line.removeLast() }
        line.withUnsafeBufferPointer { bytes in
            switch state {
            case .before: if UUDecoder.fileName(inBegin: bytes) != nil { state = .inside }
            case .inside: if !UUDecoder.decodeLine(bytes, into: &out) { state = .after }
            case .after: break
            }
        }
        line.removeAll(keepingCapacity: true)
    }

    /// The name in `begin 644 name`; nil when the line is another one.
    static func fileName(inBegin line: Bytes) -> String? {
        guard line.hasPrefix("begin "), line.count > 10 else { return nil }
        var index = 6
        while index < line.count, line[index] &- 48 < 8 { index += 1 }
        guard (9...10).contains(index), index < line.count, line[index] == 32 else { return nil }
        let name = decodedHeader(line[part: index + 1..<line.count].trimmed(), charset: nil)
        return name.isEmpty ? nil : name
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
