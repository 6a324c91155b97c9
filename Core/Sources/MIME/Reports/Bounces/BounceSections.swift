// SPDX-License-Identifier: Apache-2.0

/// The words of a bounce that has no form, divided by the recipients that they speak of.
struct BounceSections {
    struct Section {
        var address: String
        var lines: [Substring]
        /// It goes on with what was said of this recipient before.
        fileprivate var isMore = false

        fileprivate init(address: String, lines: [Substring], isMore: Bool = false) {
            self.address = address
            self.lines = lines
            self.isMore = isMore
        }

        var text: String { lines.joined(separator: "\n") }
    }

    private(set) var sections: [Section] = []
    /// By address in lower case.
    private var places: [String: Int] = [:]

    /// Addresses of `others` (who wrote the mail, who reports) are no recipients.
    init(_ text: BounceText, others: Set<String>) {
        for kind in [Mention.Kind.heading, .named, .passing] {
            collect(text.lines, kind: kind, others: others)
            if !sections.isEmpty { break }
        }
        join()
    }

    /// What is said of an address; nil when it is not mentioned.
    func text(of address: String) -> String? { places[address.lowercased()].map { sections[$0].text } }

    private mutating func collect(_ lines: [Substring], kind: Mention.Kind, others: Set<String>) {
        // What stands before an address may speak of it (`>>> MAIL From:`, then `554 <jane@x>... refused`).
        var before: [Substring] = []
        var isBetween = true
        var last: Substring = ""
        for line in lines.prefix(4000) {
            defer { if !line.isEmpty { last = line } }
            guard let mention = Mention(line), !last.lowercased().hasSuffix("sent by"),
                mention.kind.rawValue <= kind.rawValue,
                !others.contains(mention.address.lowercased()),
                kind != .passing || !Mention.isPostmaster(mention.address)
            else {
                if line.lowercased().hasPrefix("while talking to") { isBetween = true }
                if isBetween {
                    before.append(line)
                } else {
                    sections[sections.count - 1].lines.append(line)
                }
                continue
            }
            if !mention.isEnd, !sections.isEmpty { sections[sections.count - 1].lines += before }
            add(mention.address, line, before: mention.isEnd ? before : [])
            before = []
            isBetween = mention.isEnd
        }
        if !sections.isEmpty { sections[sections.count - 1].lines += before }
    }

    /// A recipient that is named again gets the words that follow as well.
    private mutating func add(_ address: String, _ line: Substring, before: [Substring]) {
        if let last = sections.last, last.address.lowercased() == address.lowercased() {
            sections[sections.count - 1].lines += before + [line]
        } else if places[address.lowercased()] != nil {
            sections.append(Section(address: address, lines: before + [line], isMore: true))
        } else if places.count < Bounce.mostRecipients {
            places[address.lowercased()] = sections.count
            sections.append(Section(address: address, lines: before + [line]))
        }
    }

    /// Puts the words about one recipient together.
    private mutating func join() {
        for section in sections where section.isMore {
            if let place = places[section.address.lowercased()] { sections[place].lines += section.lines }
        }
        sections.removeAll { $0.isMore }
        places = [:]
        for (place, section) in sections.enumerated() { places[section.address.lowercased()] = place }
    }
}

/// An address in a line of a bounce, and how much the line is about it.
struct Mention {
    enum Kind: Int {
        /// The line begins with it: what follows is about it.
        case heading
        /// A word before it says that it is the recipient.
        case named
        case passing
    }

    var address: String
    var kind: Kind
    /// The line ends what is said of the address: `554 <jane@example.org>... Remote protocol error`.
    var isEnd = false

    init?(_ line: Substring) {
        guard line.utf8.count < 2000, line.utf8.contains(0x40) else { return nil }
        let text = line.lowercased()
        if Mention.speaksOfSender(text) { return nil }
        if let address = Mention.leading(line) {
            self.init(address: address, kind: .heading)
            return
        }
        guard let address = Mention.first(in: line) else { return nil }
        if text.first?.isNumber == true, text.contains("...") {
            self.init(address: address, kind: .heading, isEnd: true)
            return
        }
        let isNamed = Mention.names.contains { text.contains($0) }
        self.init(address: address, kind: isNamed ? .named : .passing)
    }

    private init(address: String, kind: Kind, isEnd: Bool = false) {
        self.address = address
        self.kind = kind
        self.isEnd = isEnd
    }

    static func isPostmaster(_ address: String) -> Bool {
        let local = address.lowercased().prefix { $0 != "@" }
        return ["postmaster", "mailer-daemon", "abuse", "support", "helpdesk"].contains(String(local))
    }

    private static func speaksOfSender(_ text: String) -> Bool {
        [
            "from:", "sender:", "mail from", "reply-to:", "return-path:", "(ultimately generated", "envelope-from",
            "message-id:", "x-", "original sender", ">>> mail", "subject:", "generated by", "errors-to:", "cc:",
            "from <", "in-reply-to:", "a message sent by", "a message from", "message from <", "(expanded from",
        ].contains { text.hasPrefix($0) } || text.contains("please contact") || text.contains("envelope-from")
    }

    private static let names = [
        "recipient", "rcpt to", "delivered to", "deliver message to", "delivering your mail to", "deliver to",
        "delivery to", "could not be delivered", "mailbox exceeds", "userid:", "not reached", "undeliverable to",
        "to:", "sent to", "unable to deliver", "was not delivered",
    ]

    /// The address at the start of a line: `<jane@example.org>: ...`, `* jane@example.org`, `jane@example.org on ...`.
    private static func leading(_ line: Substring) -> String? {
        var rest = line.drop { $0 == "*" || $0 == "-" || $0 == ">" || $0 == "\u{2022}" || $0.isWhitespace }
        if rest.hasPrefix("RCPT TO:") || rest.hasPrefix("RCPT To:") { rest = rest.dropFirst(8) }
        let isBracketed = rest.first == "<"
        if isBracketed { rest = rest.dropFirst() }
        let end =
            rest.firstIndex { isBracketed ? $0 == ">" : $0.isWhitespace || $0 == ":" || $0 == "(" || $0 == "," }
            ?? rest.endIndex
        let address = rest[..<end]
        return isAddress(address) ? String(address) : nil
    }

    private static func first(in line: Substring) -> String? {
        for word in line.split(whereSeparator: { $0.isWhitespace || "<>()[],;\"'".contains($0) }) {
            var word = word
            if let colon = word.lastIndex(of: ":"), colon < word.index(before: word.endIndex) {
                word = word[word.index(after: colon)...]
            }
            while let last = word.last, ".:!?".contains(last) { word.removeLast() }
            if isAddress(word) { return String(word) }
        }
        return nil
    }

    static func isAddress(_ text: Substring) -> Bool {
        guard let at = text.lastIndex(of: "@"), at > text.startIndex, text.utf8.count <= 320 else { return false }
        let domain = text[text.index(after: at)...]
        return domain.contains(".") && !domain.hasPrefix(".")
            && domain.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_" }
            && !text[..<at].contains { $0.isWhitespace || $0 == "<" || $0 == "/" }
    }
}
