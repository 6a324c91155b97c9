// SPDX-License-Identifier: Apache-2.0

/// The leaves of a message by what they are for.
struct Bodies {
    private(set) var text: [Int] = []
    private(set) var html: [Int] = []
    /// Files. A body that may be incomplete stands here as well, so that nothing of it is lost.
    private(set) var rest: [Int] = []

    private let message: Message
    private var skipped: Set<Int> = []
    /// The kinds of text that each `multipart/related` has shown already.
    private var shown: [Int: Set<String>] = [:]
    /// Parts in broken base64.
    private let broken: Set<Int>
    /// Several multiparts have no end.
    private let isCut: Bool

    init(_ message: Message) {
        self.message = message
        broken = Set(message.defects.lazy.filter { $0.kind == .malformedBase64 }.map(\.part))
        isCut =
            message.defects.count(where: { $0.kind == .unclosedMultipart || $0.kind == .multipartWithoutParts }) > 1
        for index in message.parts.indices { sort(index) }
    }

    private mutating func sort(_ index: Int) {
        let part = message.parts[index]
        if let parent = part.parent, skipped.contains(parent) || message.parts[parent].isMessage {
            skipped.insert(index)
        } else if part.isMessage {
            rest.append(index)
        } else if part.isMultipart {
            // Its boundaries are missing: the text is shown, and the whole kept as a file.
            guard part.childCount == 0, !(part.text ?? "").isEmpty else { return }
            text.append(index)
            rest.append(index)
        } else if !isBody(part) || isObject(part) {
            rest.append(index)
        } else {
            if part.type == "text/html" { html.append(index) } else { text.append(index) }
            if isDoubtful(index) { rest.append(index) }
        }
    }

    private func isBody(_ part: Part) -> Bool {
        guard part.text != nil, part.type == "text/plain" || part.type == "text/html" else { return false }
        return part.disposition?.kind != "attachment" && part.filename == nil
    }

    /// RFC 2387 §3: one part of a `multipart/related` is shown, the others are what it refers to. Text and HTML side by
    /// side are taken as two forms of that one.
    private mutating func isObject(_ part: Part) -> Bool {
        var isObject = false
        var ancestor = part.parent
        while let index = ancestor {
            if message.parts[index].type == "multipart/related" {
                let isFirst = shown[index, default: []].insert(part.type).inserted
                if !isFirst, index == part.parent { isObject = true }
            }
            ancestor = message.parts[index].parent
        }
        return isObject
    }

    /// A text beside other parts that is broken base64, or that the message ends in while several multiparts are open.
    private func isDoubtful(_ index: Int) -> Bool {
        guard let parent = message.parts[index].parent, message.parts[parent].type == "multipart/mixed" else {
            return false
        }
        return broken.contains(index) || isCut && index == message.parts.count - 1
    }
}

extension Message {
    var bodies: Bodies { Bodies(self) }
}
