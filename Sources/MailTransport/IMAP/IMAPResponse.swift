// SPDX-License-Identifier: Apache-2.0

/// One answer of a server, as far as we need to understand it: RFC 3501 §7.
///
///     S: * 23 EXISTS
///     S: * 1 FETCH (UID 7 FLAGS (\Seen))
///     S: a3 NO [AUTHENTICATIONFAILED] Authentication failed.
enum IMAPResponse: Sendable, Equatable {
    /// `+`: the server waits for more of the command.
    case continuation(String)
    case tagged(String, IMAPStatus)
    case status(IMAPStatus)
    case capability(Set<String>)
    case search([UInt32])
    case exists(UInt32)
    case expunge(UInt32)
    case fetch(IMAPFetched)
    /// Something else, by its first word; it is passed over.
    case other(String)
}

/// `OK [CODE ...] words`.
struct IMAPStatus: Sendable, Equatable {
    enum Kind: String, Sendable {
        case ok = "OK"
        case no = "NO"
        case bad = "BAD"
        case preauth = "PREAUTH"
        case bye = "BYE"
    }

    let kind: Kind
    /// The name of the code in brackets in upper case, for example `UIDVALIDITY`.
    let code: String?
    /// What follows the code's name within the brackets.
    let argument: String
    let text: String
}

/// What a FETCH response tells of one message.
struct IMAPFetched: Sendable, Equatable {
    let sequence: UInt32
    var uid: UInt32?
    var flags: [String]?
    var received: String?
    var size: Int?
    /// A body that came as a quoted string or NIL and not as a literal.
    var inlineBody: [UInt8]?
}

/// A message's bytes are about to come; what the response told before them.
struct IMAPBody: Sendable, Equatable {
    let sequence: UInt32
    /// Nil where the server puts the UID behind the body.
    let uid: UInt32?
    let length: Int
}

/// What a server sent that is no IMAP, or too much of it. `words` complete the sentence "The server sent ...".
struct IMAPViolation: Error, Equatable {
    let words: String
}

extension IMAPStatus {
    /// Reads what follows the tag; nil if it does not start with one of the five words.
    init?(_ bytes: ArraySlice<UInt8>) {
        let line = String(decoding: bytes, as: UTF8.self)
        let word = line.prefix { $0 != " " }
        guard let kind = Kind(rawValue: word.uppercased()) else { return nil }
        self.kind = kind
        let rest = line.dropFirst(word.count).drop { $0 == " " }
        guard rest.first == "[", let end = rest.firstIndex(of: "]") else {
            code = nil
            argument = ""
            text = String(rest)
            return
        }
        let inside = rest[rest.index(after: rest.startIndex)..<end]
        let name = inside.prefix { $0 != " " }
        code = name.uppercased()
        argument = String(inside.dropFirst(name.count).drop { $0 == " " })
        text = String(rest[rest.index(after: end)...].drop { $0 == " " })
    }
}

extension IMAPResponse {
    /// Reads a whole response, that is lines and the literals between them.
    init(_ parts: [IMAPPart]) throws(IMAPViolation) {
        guard case .text(let line)? = parts.first else { throw IMAPViolation(words: "a literal without a line") }
        let tag = line.prefix { $0 != UInt8(ascii: " ") }
        let rest = line.dropFirst(tag.count).drop { $0 == UInt8(ascii: " ") }
        switch String(decoding: tag, as: UTF8.self) {
        case "": self = .other("")
        case "+": self = .continuation(String(decoding: rest, as: UTF8.self))
        case "*":
            if let status = IMAPStatus(rest) {
                self = .status(status)
            } else {
                try self.init(untagged: [.text(Array(rest))] + parts.dropFirst())
            }
        case let tag:
            guard let status = IMAPStatus(rest) else { throw IMAPViolation(words: "an answer that is not IMAP") }
            self = .tagged(tag, status)
        }
    }

    private init(untagged parts: [IMAPPart]) throws(IMAPViolation) {
        var scanner = IMAPScanner(parts)
        guard let first = try scanner.next()?.word?.uppercased() else {
            self = .other("")
            return
        }
        if let number = UInt32(first) {
            try self.init(about: number, &scanner)
            return
        }
        switch first {
        case "CAPABILITY": self = .capability(Set(try scanner.rest().compactMap { $0.word?.uppercased() }))
        case "SEARCH": self = .search(try scanner.rest().compactMap { $0.word.flatMap { UInt32($0) } })
        default: self = .other(first)
        }
    }

    private init(about number: UInt32, _ scanner: inout IMAPScanner) throws(IMAPViolation) {
        switch try scanner.next()?.word?.uppercased() {
        case "EXISTS": self = .exists(number)
        case "EXPUNGE": self = .expunge(number)
        case "FETCH":
            guard case .list(let items)? = try scanner.next() else { throw IMAPViolation(words: "an empty FETCH") }
            self = .fetch(IMAPFetched(sequence: number, items: items))
        case let word: self = .other(word ?? "")
        }
    }
}

extension IMAPFetched {
    /// Takes name and value in turn; what is not known is passed over.
    init(sequence: UInt32, items: [IMAPValue]) {
        self.init(sequence: sequence)
        for (name, value) in zip(items, items.dropFirst()).enumerated().filter({ $0.offset % 2 == 0 }).map(\.element) {
            switch (name.word?.uppercased() ?? "", value) {
            case ("UID", _): uid = value.word.flatMap { UInt32($0) }
            case ("RFC822.SIZE", _): size = value.word.flatMap { Int($0) }
            case ("INTERNALDATE", .string(let date)): received = String(decoding: date, as: UTF8.self)
            case ("FLAGS", .list(let list)): flags = list.compactMap(\.word)
            case (let name, .string(let bytes)) where name.hasPrefix("BODY["): inlineBody = bytes
            default: break
            }
        }
    }
}
