// SPDX-License-Identifier: Apache-2.0

/// Parts the bodies of a mail, read one below the other, into the sender's own words and what was carried along.
///
/// HTML is laid out in lines, so that both forms are trimmed by the same rules; what mail clients say by its structure counts
/// beside the words. `isForward` is what the subject says: it tells a forwarded mail from an answer where the body alone does not (Outlook writes
/// the same into both). Everything from the first line on that one of the delimiters matches at its beginning goes, unless it is
/// everything.
public func trim(
    _ bodies: [Body], keeping kept: Keeping = .answer, isForward: Bool = false, delimiters: [TextPattern] = []
) -> Trimmed {
    let bodies = bodies.map(LaidOutBody.init)
    let search = DelimiterSearch(bodies, delimiters)
    var scanner = TrimScanner(bodies.flatMap(\.lines), isForward: isForward, end: search.line)
    return Trimming(bodies: bodies, verdict: scanner.verdict(), kept: kept, search: search).trimmed
}

/// Parts a plain text body; see ``trim(_:keeping:isForward:delimiters:)``.
public func trim(
    text: String, keeping kept: Keeping = .answer, isForward: Bool = false, delimiters: [TextPattern] = []
) -> Trimmed {
    trim([.text(text)], keeping: kept, isForward: isForward, delimiters: delimiters)
}

/// Parts an HTML body; see ``trim(_:keeping:isForward:delimiters:)``.
public func trim(
    html: String, keeping kept: Keeping = .answer, isForward: Bool = false, delimiters: [TextPattern] = []
) -> Trimmed {
    trim([.html(html)], keeping: kept, isForward: isForward, delimiters: delimiters)
}

/// Writes what the verdict leaves of the bodies.
private struct Trimming {
    let bodies: [LaidOutBody]
    let verdict: TrimScanner.Verdict
    let kept: Keeping
    let search: DelimiterSearch

    var trimmed: Trimmed {
        let reply = passages { isKept($0) }
        let elided = passages { !isKept($0) }
        var (own, carried) = (reply.document, elided.document)
        let isWholeKept = own.isEmpty && !carried.isEmpty
        let hasSignature = !isWholeKept && verdict.fates.contains(.signature)
        let signature = hasSignature ? passages { verdict.fates[$0] == .signature } : []
        var words = (reply: reply.words, elided: elided.words)
        if isWholeKept {
            let whole = passages { _ in true }
            (own, carried, words) = (whole.document, Document(), (whole.words, ""))
        } else if showsWhole, !carried.isEmpty {
            own = passages { $0 < verdict.end }.document
            carried = passages { $0 >= verdict.end }.document
        }
        return Trimmed(
            reply: words.reply, elided: words.elided, signature: signature.words,
            forwarded: verdict.embedded.map(forwarded), rule: isWholeKept ? .wholeKept : rule,
            delimiter: rule == .delimiter ? search.pattern : nil, isSearched: search.isComplete, document: own,
            elidedDocument: carried, signaturePictures: pictures(onlyIn: signature.document),
            lastPictures: own.imageContentIDs.isEmpty
                ? [] : passages { verdict.fates[$0] == .own }.document.lastPictures)
    }

    private func pictures(onlyIn signature: Document) -> Set<String> {
        let pictures = Set(signature.imageContentIDs)
        guard !pictures.isEmpty else { return [] }
        return pictures.subtracting(passages { verdict.fates[$0] != .signature }.document.imageContentIDs)
    }

    private func isKept(_ line: Int) -> Bool {
        switch (kept, verdict.fates[line]) {
        case (.letter, _): line < verdict.end
        case (_, .own), (.answerAndSignature, .signature): true
        case (_, .quote), (.answer, .signature): false
        }
    }

    private var rule: Trimmed.Rule {
        switch kept {
        case .answer: verdict.rule
        case .answerAndSignature: verdict.rule == .signature ? .none : verdict.rule
        case .letter: verdict.rule == .delimiter ? .delimiter : .none
        }
    }

    /// A forwarded mail is what the sender wants to be seen, and so is one without a word above it.
    private var showsWhole: Bool {
        kept != .letter && verdict.embedded.map { $0.isForward || !$0.isIntroduced } ?? false
    }

    private func passages(_ isWanted: (Int) -> Bool) -> [LaidOutBody.Passage] {
        var start = 0
        return bodies.map { body in
            defer { start += body.lines.count }
            return body.passage { isWanted(start + $0) }
        }
    }

    private func forwarded(_ mail: TrimScanner.Embedded) -> Trimmed.Forwarded {
        Trimmed.Forwarded(
            before: passages { $0 < mail.start }.words,
            embedded: withoutCommonMarks(passages { $0 >= mail.head }.words), isForward: mail.isForward)
    }
}

/// A text without the quote marks that all of its lines have.
private func withoutCommonMarks(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.allSatisfy({ $0.isBlank || $0.first == ">" }) else { return text }
    let inside = lines.map { line in
        let inside = line.dropFirst()
        return inside.first == " " ? inside.dropFirst() : inside
    }
    return String(inside.joined(separator: "\n").trimmed(of: "\n"))
}
