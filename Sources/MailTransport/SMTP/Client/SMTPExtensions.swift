// SPDX-License-Identifier: Apache-2.0

/// What a server offered in its answer to EHLO.
struct SMTPExtensions: Equatable {
    private(set) var startTLS = false
    private(set) var pipelining = false
    private(set) var eightBit = false
    private(set) var utf8 = false
    /// Whether SIZE was there at all.
    private(set) var size = false
    /// The largest letter in bytes; nil if no limit was named.
    private(set) var maximumSize: Int?
    private(set) var mechanisms: [String] = []

    init() {}

    /// The lines of the reply; the first is the server's name.
    init(_ lines: [String]) {
        for line in lines.dropFirst() {
            // QUIRK: old servers write `AUTH=LOGIN`; both forms may stand in one reply.
            let words = line.split { $0 == " " || $0 == "=" }.map { $0.uppercased() }
            switch words.first {
            case "STARTTLS": startTLS = true
            case "PIPELINING": pipelining = true
            case "8BITMIME": eightBit = true
            case "SMTPUTF8": utf8 = true
            case "SIZE":
                size = true
                // RFC 1870 §3: zero means that there is no fixed limit.
                maximumSize = words.dropFirst().first.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
            case "AUTH": mechanisms += words.dropFirst().filter { !mechanisms.contains($0) }
            default: break
            }
        }
    }
}
