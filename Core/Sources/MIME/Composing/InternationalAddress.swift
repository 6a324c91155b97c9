// SPDX-License-Identifier: Apache-2.0

import Foundation

extension Mailbox {
    /// The address with its domain in ASCII (RFC 5891), as every server takes it. The part before the sign stays as
    /// it is: one that is not ASCII has no other form.
    public var addressForTransport: String {
        guard !address.utf8.allSatisfy({ $0 < 0x80 }), let at = address.lastIndex(of: "@") else { return address }
        let labels = address[address.index(after: at)...].split(separator: ".", omittingEmptySubsequences: false)
        return address[...at] + labels.map { Punycode.label(String($0)) }.joined(separator: ".")
    }

    /// Only servers with SMTPUTF8 can carry it (RFC 6531).
    public var needsSMTPUTF8: Bool { !addressForTransport.utf8.allSatisfy { $0 < 0x80 } }
}

extension Draft {
    /// Some address cannot be written in ASCII: the message may be sent to servers with SMTPUTF8 only (RFC 6531).
    public var needsSMTPUTF8: Bool {
        let ids = [messageID] + inReplyTo + references
        return ([from] + [sender].compactMap { $0 } + replyTo + to + cc).contains(where: \.needsSMTPUTF8)
            || ids.contains { !$0.rawValue.utf8.allSatisfy { $0 < 0x80 } }
    }
}

/// Labels of domain names in ASCII (RFC 3492).
enum Punycode {
    /// A label as it goes over the wire: `xn--mller-kva` for `müller`.
    static func label(_ label: String) -> String {
        if label.utf8.allSatisfy({ $0 < 0x80 }) { return label }
        // RFC 5891 §5.3: `u` and its dots apart are one letter.
        let text = label.lowercased().precomposedStringWithCanonicalMapping
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
        guard text.utf8.count <= 256 else { return label }
        return "xn--" + encoded(text.unicodeScalars.map(\.value))
    }

    private static func encoded(_ scalars: [UInt32]) -> String {
        var out = scalars.filter { $0 < 0x80 }.map { UInt8($0) }
        let basic = out.count
        if basic > 0 { out.append(0x2D) }
        var (next, delta, bias, done) = (UInt32(128), 0, 72, basic)
        while done < scalars.count {
            guard let least = scalars.filter({ $0 >= next }).min() else { break }
            delta += Int(least - next) * (done + 1)
            next = least
            for scalar in scalars {
                if scalar < next { delta += 1 }
                guard scalar == next else { continue }
                write(delta, bias: bias, to: &out)
                bias = adapted(delta, count: done + 1, isFirst: done == basic)
                delta = 0
                done += 1
            }
            delta += 1
            next += 1
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func write(_ delta: Int, bias: Int, to out: inout [UInt8]) {
        var rest = delta
        var place = 36
        while true {
            let threshold = min(max(place - bias, 1), 26)
            if rest < threshold { break }
            out.append(digit(threshold + (rest - threshold) % (36 - threshold)))
            rest = (rest - threshold) / (36 - threshold)
            place += 36
        }
        out.append(digit(rest))
    }

    private static func adapted(_ delta: Int, count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var steps = 0
        while delta > 455 {
            delta /= 35
            steps += 36
        }
        return steps + 36 * delta / (delta + 38)
    }

    private static func digit(_ value: Int) -> UInt8 { UInt8(value < 26 ? 97 + value : 22 + value) }
}
