// SPDX-License-Identifier: Apache-2.0

/// The name of one message, without angle brackets.
public struct MessageID: Sendable, Hashable, CustomStringConvertible {
    public let rawValue: String

    /// Nil for what could not stand in a header: nothing, blanks, brackets or control characters. Angle brackets
    /// around it are taken off.
    public init?(_ raw: String) {
        var text = Substring(raw.trimmingSpaces())
        if text.hasPrefix("<"), text.hasSuffix(">") { text = text.dropFirst().dropLast() }
        guard !text.isEmpty, text.utf8.count <= MessageID.longest,
            text.utf8.allSatisfy({ $0 > 32 && $0 != 127 && $0 != 0x3C && $0 != 0x3E })
        else { return nil }
        rawValue = String(text)
    }

    /// Bytes; a longer one is passed over.
    private static let longest = 2_000

    private init(unchecked rawValue: String) { self.rawValue = rawValue }

    /// With its angle brackets.
    public var description: String { "<\(rawValue)>" }

    /// All ids of a field in order: those in angle brackets, or, when there are none, the words with an `@`.
    public static func list(_ value: String) -> [MessageID] { withBytes(value) { list($0) } }

    static func list(_ bytes: Bytes) -> [MessageID] {
        var ids: [MessageID] = []
        var index = 0
        let isUsual = usual
        while let open = bytes.index(of: 0x3C, from: index) {
            // Nearly all ids have nothing to look at.
            var end = open + 1
            while end < bytes.count, isUsual[bytes[end]] != 0 { end += 1 }
            if end < bytes.count, bytes[end] == 0x3E, end > open + 1 {
                let id = bytes[part: open + 1..<end]
                if id.count <= longest { ids.append(MessageID(unchecked: String(id))) }
                index = end + 1
                continue
            }
            guard let close = bytes.index(of: 0x3E, from: open) else { break }
            // `<a <b>`: the inner one is the id.
            var start = close
            while start > open, bytes[start - 1] != 0x3C { start -= 1 }
            if let id = id(in: bytes[part: start..<close]) { ids.append(id) }
            index = close + 1
        }
        return ids.isEmpty ? bareWords(bytes) : ids
    }

    private static let usual = ByteTable { $0 > 32 && $0 != 127 && $0 != 0x3C && $0 != 0x3E ? 1 : 0 }

    /// QUIRK: folding put blanks inside of ids; RFC 5322 §3.6.4 allows none, so they are dropped.
    private static func id(in bytes: Bytes) -> MessageID? {
        let kept = bytes.filter { $0 > 32 && $0 != 127 }
        return kept.isEmpty || kept.count > longest ? nil : MessageID(unchecked: String(decoding: kept, as: UTF8.self))
    }

    private static func bareWords(_ bytes: Bytes) -> [MessageID] {
        let words = bytes.split(whereSeparator: { isSpace($0) || $0 == 0x2C || $0 == 0x3C || $0 == 0x3E })
        let ids = words.filter { $0.contains(0x40) || words.count == 1 }
        return ids.compactMap { MessageID(String(decoding: $0, as: UTF8.self)) }
    }
}
