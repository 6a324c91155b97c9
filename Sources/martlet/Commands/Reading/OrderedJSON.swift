// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A JSON value whose keys keep their order.
indirect enum OrderedJSON: Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case string(String)
    case list([OrderedJSON])
    case object([(String, OrderedJSON)])

    static func optional(_ text: String?) -> OrderedJSON { text.map { .string($0) } ?? .null }
    static func strings(_ texts: [String]) -> OrderedJSON { .list(texts.map { .string($0) }) }

    /// On one line.
    var compact: String { written(indent: nil) }

    /// With two blanks for each level.
    var pretty: String { written(indent: 0) }

    private func written(indent: Int?) -> String {
        var out: [UInt8] = []
        write(to: &out, indent: indent)
        return String(decoding: out, as: UTF8.self)
    }

    private func write(to out: inout [UInt8], indent: Int?) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let value): out += (value ? "true" : "false").utf8
        case .int(let value): out += String(value).utf8
        case .string(let text): OrderedJSON.quote(text, to: &out)
        case .list(let items):
            OrderedJSON.write(items.map { (nil, $0) }, open: "[", close: "]", to: &out, indent: indent)
        case .object(let pairs):
            OrderedJSON.write(pairs.map { ($0.0, $0.1) }, open: "{", close: "}", to: &out, indent: indent)
        }
    }

    private static func write(
        _ items: [(String?, OrderedJSON)], open: String, close: String, to out: inout [UInt8], indent: Int?
    ) {
        out += open.utf8
        for (position, item) in items.enumerated() {
            if position > 0 { out.append(0x2C) }
            breakLine(&out, indent.map { $0 + 1 })
            if let key = item.0 {
                quote(key, to: &out)
                out.append(0x3A)
                if indent != nil { out.append(0x20) }
            }
            item.1.write(to: &out, indent: indent.map { $0 + 1 })
        }
        if !items.isEmpty { breakLine(&out, indent) }
        out += close.utf8
    }

    private static func breakLine(_ out: inout [UInt8], _ indent: Int?) {
        guard let indent else { return }
        out.append(0x0A)
        out.append(contentsOf: repeatElement(0x20, count: indent * 2))
    }

    private static func quote(_ text: String, to out: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        out.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C: out += [0x5C, byte]
            case 0x0A: out += "\\n".utf8
            case 0x0D: out += "\\r".utf8
            case 0x09: out += "\\t".utf8
            case 0..<32, 127: out += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: out.append(byte)
            }
        }
        out.append(0x22)
    }
}
