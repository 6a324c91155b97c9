// SPDX-License-Identifier: Apache-2.0

/// One property of a calendar: `DTSTART;TZID=Europe/Berlin:20260203T091500`.
struct CalendarProperty {
    /// Lower case.
    var name: String
    /// By names in lower case.
    var parameters: [String: String]
    /// As it is written.
    var value: String

    /// Nil for a line without a colon.
    init?(_ line: Bytes) {
        var index = 0
        while index < line.count, line[index] != 0x3A, line[index] != 0x3B { index += 1 }
        guard index < line.count, index > 0 else { return nil }
        name = lowercased(line[part: 0..<index])
        parameters = [:]
        while index < line.count, line[index] == 0x3B {
            let start = index + 1
            index = CalendarProperty.parameterEnd(line, from: start)
            let parameter = line[part: start..<index]
            guard let equals = parameter.index(of: 0x3D) else { continue }
            let quoted = parameter[part: equals + 1..<parameter.count].filter { $0 != 0x22 }
            parameters[lowercased(parameter[part: 0..<equals])] = CalendarProperty.uncareted(
                String(decoding: quoted, as: UTF8.self))
        }
        guard index < line.count else { return nil }
        value = String(line[part: index + 1..<line.count])
    }

    private static func parameterEnd(_ line: Bytes, from start: Int) -> Int {
        var index = start
        var isQuoted = false
        while index < line.count, isQuoted || line[index] != 0x3A && line[index] != 0x3B {
            if line[index] == 0x22 { isQuoted.toggle() }
            index += 1
        }
        return index
    }

    /// `^n`, `^'` and `^^` stand for what a parameter cannot hold (RFC 6868).
    private static func uncareted(_ text: String) -> String {
        guard text.utf8.contains(0x5E) else { return text }
        return unescaped(text, mark: "^", signs: ["n": "\n", "'": "\"", "^": "^"])
    }

    /// The value as text: `\n`, `\,`, `\;` and `\\` are escapes (RFC 5545 §3.3.11).
    var text: String {
        guard value.utf8.contains(0x5C) else { return value }
        return CalendarProperty.unescaped(
            value, mark: "\\", signs: ["n": "\n", "N": "\n", ",": ",", ";": ";", "\\": "\\"])
    }

    private static func unescaped(
        _ text: String, mark: Unicode.Scalar, signs: [Unicode.Scalar: Unicode.Scalar]
    ) -> String {
        var out = String.UnicodeScalarView()
        var isEscape = false
        for scalar in text.unicodeScalars {
            if isEscape {
                if let sign = signs[scalar] { out.append(sign) } else { out.append(contentsOf: [mark, scalar]) }
                isEscape = false
            } else if scalar == mark {
                isEscape = true
            } else {
                out.append(scalar)
            }
        }
        if isEscape { out.append(mark) }
        return String(out)
    }

    /// A person: the name of a parameter and the address of `mailto:`.
    var mailbox: Mailbox {
        var address = value.trimmingSpaces()
        if address.lowercased().hasPrefix("mailto:") { address = String(address.dropFirst(7)) }
        return Mailbox(
            name: parameters["cn"] ?? "", address: address.contains("@") ? address : parameters["email"] ?? "")
    }
}

/// The events and tasks of a calendar, each as its own properties; what lies inside of them (alarms) is passed over.
struct CalendarLines {
    private(set) var components: [[CalendarProperty]] = []
    private(set) var method = ""

    private static let most = 10_000

    init(_ text: String) {
        let unfolded = withBytes(withLineFeeds(text), CalendarLines.unfolded)
        unfolded.withUnsafeBufferPointer { read($0) }
    }

    /// A fold may stand anywhere between two octets (RFC 5545 §3.1), such as before a combining sign.
    private static func unfolded(_ bytes: Bytes) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var start = 0
        while let feed = bytes.index(of: 10, from: start) {
            let isFold = feed + 1 < bytes.count && (bytes[feed + 1] == 32 || bytes[feed + 1] == 9)
            out.append(contentsOf: bytes[part: start..<(isFold ? feed : feed + 1)])
            start = feed + (isFold ? 2 : 1)
        }
        out.append(contentsOf: bytes[part: start..<bytes.count])
        return out
    }

    private mutating func read(_ bytes: Bytes) {
        var open: [String] = []
        var current: [CalendarProperty]?
        var start = 0
        while start < bytes.count, components.count < CalendarLines.most {
            let line = TextLine(bytes, at: start)
            start = line.next
            guard let property = CalendarProperty(line.content) else { continue }
            let value = property.value.trimmingSpaces().lowercased()
            switch property.name {
            case "begin":
                if open.count < 100 { open.append(value) }
                if current == nil, value == "vevent" || value == "vtodo" { current = [] }
            case "end":
                if open.last == value { open.removeLast() }
                if value == "vevent" || value == "vtodo", let done = current {
                    components.append(done)
                    current = nil
                }
            case "method" where current == nil: method = value
            default:
                let isInside = open.last == "vevent" || open.last == "vtodo"
                if isInside, (current?.count ?? CalendarLines.most) < CalendarLines.most { current?.append(property) }
            }
        }
        // A calendar that was cut.
        if let current, !current.isEmpty { components.append(current) }
    }
}
