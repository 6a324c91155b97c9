// SPDX-License-Identifier: Apache-2.0

/// The words of an RTF text, and the HTML that Outlook wrapped into one ([MS-OXRTFEX]).
struct RTF {
    private let bytes: [UInt8]
    private let limit: Int

    init(_ bytes: [UInt8], limit: Int = Limits.standard.textBytes) {
        self.bytes = bytes
        self.limit = limit
    }

    /// The HTML inside; nil when the RTF was never HTML.
    var html: String? {
        guard RTFReader.says("fromhtml1", bytes) else { return nil }
        var reader = RTFReader(bytes, wanted: .html, limit: limit)
        return reader.read()
    }

    /// Without all formatting, lines ended by LF.
    var text: String {
        var reader = RTFReader(bytes, wanted: .words, limit: limit)
        return reader.read()
    }
}

/// Goes through RTF once, with the state of each open group on a stack.
private struct RTFReader {
    enum Wanted { case html, words }

    /// What a group says about its text.
    private struct Group {
        /// A table of fonts, a picture: no text for people.
        var isHidden = false
        /// `\*\htmltag`: the markup itself.
        var isTag = false
        /// Between `\htmlrtf` and `\htmlrtf0`: only for readers of RTF.
        var isForRTF = false
        /// Bytes that stand for a `\u` character, for old readers.
        var fallback = 1
        var charset: String
    }

    private let bytes: [UInt8]
    private let wanted: Wanted
    private let limit: Int
    private var index = 0
    private var group = Group(charset: "windows-1252")
    private var groups: [Group] = []
    /// Groups beyond the stack are counted only.
    private var deeper = 0
    private var toSkip = 0
    private var mayBeDestination = false
    /// Bytes of the group's charset that are no text yet.
    private var raw: [UInt8] = []
    private var highSurrogate: UInt32?
    private var out = ""
    private var size = 0

    private static let mostGroups = 1000

    init(_ bytes: [UInt8], wanted: Wanted, limit: Int) {
        self.bytes = bytes
        self.wanted = wanted
        self.limit = limit
    }

    /// The words stand near the top.
    static func says(_ word: String, _ bytes: [UInt8]) -> Bool {
        let top = Array(bytes.prefix(1024))
        let wanted = Array("\\\(word)".utf8)
        return top.indices.contains { top[$0...].starts(with: wanted) }
    }

    mutating func read() -> String {
        while index < bytes.count, size < limit {
            let byte = bytes[index]
            index += 1
            switch byte {
            case 0x7B: beginGroup()
            case 0x7D: close()
            case 0x5C: control()
            case 0x0D, 0x0A: break
            default: put(byte)
            }
        }
        flush()
        return out
    }

    private mutating func beginGroup() {
        flush()
        toSkip = 0
        if groups.count < RTFReader.mostGroups { groups.append(group) } else { deeper += 1 }
        group.isTag = false
    }

    private mutating func close() {
        flush()
        toSkip = 0
        if deeper > 0 { deeper -= 1 } else if let outer = groups.popLast() { group = outer }
    }

    // MARK: Text

    private var isShown: Bool {
        guard !group.isHidden, deeper == 0 else { return false }
        return wanted == .words ? !group.isTag : group.isTag || !group.isForRTF
    }

    private mutating func put(_ byte: UInt8) {
        mayBeDestination = false
        if toSkip > 0 {
            toSkip -= 1
        } else if isShown {
            raw.append(byte)
            size += 1
        }
    }

    private mutating func put(_ text: String) {
        guard isShown else { return }
        flush()
        out += text
        size += text.utf8.count
    }

    private mutating func flush() {
        guard !raw.isEmpty else { return }
        let charset = group.charset
        out += raw.withUnsafeBufferPointer { decoded($0, as: charset).string }
        raw.removeAll(keepingCapacity: true)
    }

    // MARK: Control words

    private mutating func control() {
        guard index < bytes.count else { return }
        let byte = bytes[index]
        if byte | 32 >= 0x61, byte | 32 <= 0x7A { return word() }
        index += 1
        switch byte {
        case 0x27: hexByte()
        case 0x2A: mayBeDestination = true
        case 0x7E: put("\u{A0}")
        case 0x5F: put("\u{2011}")
        case 0x0D, 0x0A: put("\n")
        case 0x5C, 0x7B, 0x7D: put(byte)
        default: break
        }
    }

    private mutating func hexByte() {
        guard index + 1 < bytes.count, let high = hexValue(bytes[index]), let low = hexValue(bytes[index + 1]) else {
            return
        }
        index += 2
        put(high << 4 | low)
    }

    private mutating func word() {
        let start = index
        while index < bytes.count, bytes[index] | 32 >= 0x61, bytes[index] | 32 <= 0x7A, index - start < 32 {
            index += 1
        }
        let name = String(decoding: bytes[start..<index], as: UTF8.self)
        let number = number()
        if index < bytes.count, bytes[index] == 0x20 { index += 1 }
        let isDestination = mayBeDestination
        mayBeDestination = false
        if toSkip > 0, name != "bin" {
            toSkip -= 1
            return
        }
        apply(name, number, isDestination: isDestination)
    }

    private mutating func number() -> Int? {
        var end = index
        if end < bytes.count, bytes[end] == 0x2D { end += 1 }
        let digits = end
        while end < bytes.count, bytes[end] &- 48 < 10, end - digits < 9 { end += 1 }
        guard end > digits else { return nil }
        defer { index = end }
        return Int(String(decoding: bytes[index..<end], as: UTF8.self))
    }

    private mutating func apply(_ name: String, _ number: Int?, isDestination: Bool) {
        switch name {
        case "htmltag":
            group.isTag = true
            if wanted == .words { group.isHidden = true }
        case "htmlrtf": group.isForRTF = number != 0
        case "ansicpg": if let number, number > 0 { group.charset = number == 65001 ? "utf-8" : "cp\(number)" }
        case "uc": group.fallback = min(max(number ?? 1, 0), 16)
        case "u": put(scalar: number ?? 0x3F)
        case "bin": index = min(bytes.count, index + max(number ?? 0, 0))
        case "par", "line", "row", "sect", "page": put("\n")
        case "tab", "cell": put("\t")
        default:
            if let sign = RTFReader.signs[name] {
                put(sign)
            } else if isDestination || RTFReader.hidden.contains(name) {
                flush()
                group.isHidden = true
            }
        }
    }

    private mutating func put(scalar number: Int) {
        let value = UInt32(truncatingIfNeeded: number < 0 ? number + 65_536 : number)
        toSkip = group.fallback
        if (0xD800..<0xDC00).contains(value) {
            highSurrogate = value
            return
        }
        var scalar = value
        if let high = highSurrogate, (0xDC00..<0xE000).contains(value) {
            scalar = 0x10000 + (high - 0xD800) << 10 + (value - 0xDC00)
        }
        highSurrogate = nil
        put(String(Unicode.Scalar(scalar) ?? "\u{FFFD}"))
    }

    private static let signs = [
        "emdash": "\u{2014}", "endash": "\u{2013}", "bullet": "\u{2022}", "lquote": "\u{2018}", "rquote": "\u{2019}",
        "ldblquote": "\u{201C}", "rdblquote": "\u{201D}", "emspace": "\u{2003}", "enspace": "\u{2002}",
    ]

    /// Groups without text for people.
    private static let hidden: Set<String> = [
        "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "mhtmltag", "listtable",
        "listoverridetable", "revtbl", "rsidtbl", "generator", "themedata", "xmlnstbl", "datastore",
    ]
}
