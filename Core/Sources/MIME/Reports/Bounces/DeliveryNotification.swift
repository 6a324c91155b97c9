// SPDX-License-Identifier: Apache-2.0

/// A notice of Amazon SES about one mail, which comes as JSON in a mail of Amazon SNS.
struct DeliveryNotification {
    private(set) var recipients: [DeliveryFailure] = []

    /// The kind of a notice, in lower case (`bounce`, `complaint`, `delivery`); nil when the text is none.
    static func kind(of text: String) -> String? {
        let top = text.prefix(400).drop { $0.isWhitespace }
        guard top.hasPrefix("{") else { return nil }
        var strings = JSONStrings(String(top))
        while let string = strings.next() {
            if string == "notificationType" || string == "eventType" { return strings.next()?.lowercased() }
        }
        return nil
    }

    init?(parsing text: String) {
        guard let kind = DeliveryNotification.kind(of: text) else { return nil }
        var strings = JSONStrings(text)
        switch kind {
        case "bounce": readBounce(&strings)
        case "delivery": readDelivery(&strings)
        default: break
        }
    }

    private mutating func readBounce(_ strings: inout JSONStrings) {
        while let key = strings.next() {
            if key == "emailAddress", let address = strings.next() {
                recipients.append(DeliveryFailure(address: address))
            } else if !recipients.isEmpty, ["action", "status", "diagnosticCode"].contains(key),
                let value = strings.next()
            {
                let last = recipients.count - 1
                switch key {
                case "action": recipients[last].action = value.lowercased()
                case "status": recipients[last].status = value
                default: recipients[last].diagnostic = value
                }
            }
            if recipients.count >= Bounce.mostRecipients { return }
        }
    }

    private mutating func readDelivery(_ strings: inout JSONStrings) {
        var isInside = false
        var said = ""
        while let string = strings.next() {
            if string == "delivery" { isInside = true }
            if string == "smtpResponse" { said = strings.next() ?? "" }
            if isInside, said.isEmpty, string.contains("@") { recipients.append(DeliveryFailure(address: string)) }
        }
        for index in recipients.indices {
            recipients[index].action = "delivered"
            recipients[index].diagnostic = said
        }
    }
}

extension Message {
    /// The kind of the notice that this mail of Amazon is; persons paste such notices, too.
    var deliveryNotification: String? {
        let isOfAmazon =
            fields.has("x-amz-sns-message-id")
            || from.contains { $0.address.hasSuffix("amazonaws.com") || $0.address.hasPrefix("no-reply@") }
        return isOfAmazon ? DeliveryNotification.kind(of: text) : nil
    }
}

/// The strings of a JSON text one after another, keys and values alike.
private struct JSONStrings {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func next() -> String? {
        guard let open = bytes[index...].firstIndex(of: 0x22) else { return nil }
        var out: [UInt8] = []
        index = open + 1
        while index < bytes.count, bytes[index] != 0x22 {
            if bytes[index] == 0x5C, index + 1 < bytes.count {
                index += 1
                appendEscaped(to: &out)
            } else {
                out.append(bytes[index])
            }
            index += 1
        }
        index = min(index + 1, bytes.count)
        return String(decoding: out, as: UTF8.self)
    }

    /// What the letter behind a backslash stands for (RFC 8259 §7).
    private mutating func appendEscaped(to out: inout [UInt8]) {
        switch bytes[index] {
        case 0x6E: out.append(10)
        case 0x72: out.append(13)
        case 0x74: out.append(9)
        case 0x62: out.append(8)
        case 0x66: out.append(12)
        case 0x75: out += String(decoding: units(), as: UTF16.self).utf8
        case let other: out.append(other)
        }
    }

    /// `u00e4`, and more of that kind behind it, since two may be one character.
    private mutating func units() -> [UInt16] {
        var units: [UInt16] = []
        while let unit = unit(at: index + 1) {
            units.append(unit)
            index += 4
            guard bytes[(index + 1)...].starts(with: [0x5C, 0x75]), self.unit(at: index + 3) != nil else { break }
            index += 2
        }
        return units
    }

    private func unit(at start: Int) -> UInt16? {
        guard start + 4 <= bytes.count else { return nil }
        let digits = bytes[start..<start + 4].compactMap(hexValue)
        return digits.count == 4 ? digits.reduce(0) { $0 << 4 | UInt16($1) } : nil
    }
}
