// SPDX-License-Identifier: Apache-2.0

/// One token of HTML; text and values are ranges of the input, entities not yet decoded.
enum HTMLToken {
    case text(Range<Int>)
    case start(name: String, attributes: [HTMLTokenAttribute])
    case end(name: String)
    /// The inside of an element that holds no elements: `script`, `style`, `title`, `textarea` and their like.
    case rawText(of: String, Range<Int>)
}

struct HTMLTokenAttribute {
    let name: String
    let value: Range<Int>
}

/// Parts HTML into tags and text as the HTML standard does (§13.2.5), in one pass; comments and declarations are dropped.
struct HTMLTokenizer {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    /// The element whose raw text comes next.
    private var rawTextElement: String?

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    static let rawTextElements: Set<String> = [
        "script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes",
    ]

    mutating func next() -> HTMLToken? {
        if let element = rawTextElement {
            rawTextElement = nil
            return rawText(of: element)
        }
        while position < bytes.count {
            if bytes[position] != UInt8(ascii: "<") { return text() }
            switch byte(at: position + 1) {
            case let letter? where letter.isLetter: return tag(at: position + 1, isEnd: false)
            case UInt8(ascii: "/"):
                switch byte(at: position + 2) {
                case let letter? where letter.isLetter: return tag(at: position + 2, isEnd: true)
                case nil: return text()
                default: skip(past: ">")
                }
            case UInt8(ascii: "!"): skipDeclaration()
            case UInt8(ascii: "?"): skip(past: ">")
            default: return text()
            }
        }
        return nil
    }

    private func byte(at index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    /// Text to the next `<`; the first byte is text whatever it is.
    private mutating func text() -> HTMLToken {
        let start = position
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
        return .text(start..<position)
    }

    private mutating func skip(past end: Unicode.Scalar) {
        while position < bytes.count, bytes[position] != UInt8(ascii: end) { position += 1 }
        position = min(position + 1, bytes.count)
    }

    private mutating func skipDeclaration() {
        guard byte(at: position + 2) == UInt8(ascii: "-"), byte(at: position + 3) == UInt8(ascii: "-") else {
            return skip(past: ">")
        }
        position += 4
        if byte(at: position) == UInt8(ascii: ">") {
            position += 1
            return
        }
        if byte(at: position) == UInt8(ascii: "-"), byte(at: position + 1) == UInt8(ascii: ">") {
            position += 2
            return
        }
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "-"), byte(at: position + 1) == UInt8(ascii: "-") {
                let isBang = byte(at: position + 2) == UInt8(ascii: "!")
                if byte(at: position + (isBang ? 3 : 2)) == UInt8(ascii: ">") {
                    position += isBang ? 4 : 3
                    return
                }
            }
            position += 1
        }
    }

    /// The inside of a raw text element, up to its end tag, which comes as the next token; to the end when there is none.
    private mutating func rawText(of element: String) -> HTMLToken {
        let start = position
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "<"), byte(at: position + 1) == UInt8(ascii: "/"),
                isName(element, at: position + 2)
            {
                break
            }
            position += 1
        }
        return .rawText(of: element, start..<position)
    }

    private func isName(_ name: String, at start: Int) -> Bool {
        var index = start
        for letter in name.utf8 {
            guard let byte = byte(at: index), byte.lowercased == letter else { return false }
            index += 1
        }
        guard let after = byte(at: index) else { return false }
        return after.isHTMLSpace || after == UInt8(ascii: ">") || after == UInt8(ascii: "/")
    }

    /// A tag whose name begins at `start`. A tag that the input ends in is no token.
    private mutating func tag(at start: Int, isEnd: Bool) -> HTMLToken? {
        position = start
        while position < bytes.count, !bytes[position].endsTagName { position += 1 }
        let name = lowercased(start..<position)
        let attributes = attributes()
        guard position < bytes.count else { return nil }
        position += 1
        if isEnd { return .end(name: name) }
        if Self.rawTextElements.contains(name) { rawTextElement = name }
        return .start(name: name, attributes: attributes)
    }

    private func lowercased(_ range: Range<Int>) -> String {
        String(decoding: bytes[range].prefix(64).map(\.lowercased), as: UTF8.self)
    }

    /// The attributes up to the `>` of the tag, at most as many as a real mail has.
    private mutating func attributes() -> [HTMLTokenAttribute] {
        var attributes: [HTMLTokenAttribute] = []
        while true {
            while position < bytes.count, bytes[position].isHTMLSpace || bytes[position] == UInt8(ascii: "/") {
                position += 1
            }
            guard position < bytes.count, bytes[position] != UInt8(ascii: ">") else { return attributes }
            let start = position
            // An attribute name may begin with `=` and with nothing else that ends it.
            position += 1
            while position < bytes.count, !bytes[position].endsTagName, bytes[position] != UInt8(ascii: "=") {
                position += 1
            }
            let name = start..<position
            let value = attributeValue()
            if attributes.count < 64 { attributes.append(HTMLTokenAttribute(name: lowercased(name), value: value)) }
        }
    }

    private mutating func attributeValue() -> Range<Int> {
        var ahead = position
        while ahead < bytes.count, bytes[ahead].isHTMLSpace { ahead += 1 }
        guard byte(at: ahead) == UInt8(ascii: "=") else { return position..<position }
        position = ahead + 1
        while position < bytes.count, bytes[position].isHTMLSpace { position += 1 }
        guard let quote = byte(at: position), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            let start = position
            while position < bytes.count, !bytes[position].isHTMLSpace, bytes[position] != UInt8(ascii: ">") {
                position += 1
            }
            return start..<position
        }
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != quote { position += 1 }
        let value = start..<position
        position = min(position + 1, bytes.count)
        return value
    }
}

extension UInt8 {
    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }

    var lowercased: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }

    /// Tab, line feed, form feed, carriage return, space.
    var isHTMLSpace: Bool { self == 0x20 || self == 0x0A || self == 0x09 || self == 0x0D || self == 0x0C }

    fileprivate var endsTagName: Bool { isHTMLSpace || self == UInt8(ascii: "/") || self == UInt8(ascii: ">") }
}
