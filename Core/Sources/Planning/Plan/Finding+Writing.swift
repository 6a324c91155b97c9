// SPDX-License-Identifier: Apache-2.0

import Markup

// What `write`, `fill`, `attach`, `answer` and the stages of a notice say.

extension Finding {
    static let bodyFromHTML = Finding(.write, "body-from-html", "The text comes from the letter's HTML.")
    static let bodyFromText = Finding(.write, "body-from-text", "The text comes from the letter's plain text.")
    static let bodyUnpacked = Finding(
        .write, "body-unpacked", "The letter has no text of its own: the one in winmail.dat is taken.")
    static let bodyEmpty = Finding(.write, "body-empty", "The letter has no text.")
    static let bodyCleanedAway = Finding(
        .write, "body-empty", "The profile's clean-up expressions left nothing of the text.")
    static let htmlCut = Finding(
        .write, "html-cut", "The letter's HTML is longer than 8 MiB: its end is not shown.")
    static let nothingTrimmed = Finding(.write, "nothing-trimmed", "Nothing was cut as quote or signature.")
    static let pictureLost = Finding(
        .write, "picture-lost", "A picture that is written into the HTML itself is not shown.")

    static func bodiesJoined(_ count: Int) -> Finding {
        Finding(
            .write, "bodies-joined", "The letter has \(count) texts beside each other: all are read, in their order.")
    }

    /// `rule` is "rule gmail" or the like.
    static func folded(by rule: String, lines: Int) -> Finding {
        let stand = lines == 1 ? "stands" : "stand"
        return Finding(.write, "folded", "\(trimmedLines(lines)) \(stand) folded below the text (\(rule)).")
    }

    static func trimmed(by rule: String, lines: Int) -> Finding {
        Finding(
            .write, "trimmed",
            "\(trimmedLines(lines)) \(lines == 1 ? "was" : "were") cut (\(rule)); \(onlyTheLetterHas(lines)).")
    }

    static func foldLeftOut(by rule: String, lines: Int) -> Finding {
        Finding(
            .write, "fold-left-out",
            "\(trimmedLines(lines)) had no room within Jira's limit (\(rule)); \(onlyTheLetterHas(lines)).")
    }

    static func foldCut(lines: Int) -> Finding {
        let amount = lines == 1 ? "1 line" : "\(lines) lines"
        return Finding(
            .write, "fold-cut",
            "\(amount) of what is folded had no room within Jira's limit; \(onlyTheLetterHas(lines)).")
    }

    private static func trimmedLines(_ count: Int) -> String {
        count == 1 ? "1 line of quote or signature" : "\(count) lines of quote or signature"
    }

    private static func onlyTheLetterHas(_ lines: Int) -> String {
        "only the letter itself has \(lines == 1 ? "it" : "them")"
    }

    static func cleaned(_ expression: String, _ count: Int) -> Finding {
        let places = count == 1 ? "1 place" : "\(count) places"
        return Finding(.write, "cleaned", "The clean-up expression \"\(expression)\" took text out at \(places).")
    }

    static let expressionsStopped = Finding(
        .write, "expressions-stopped",
        "The profile's expressions were stopped, since they took too long on this letter: some of it is as it came.")

    static func bodyCut(_ limit: Int) -> Finding {
        Finding(
            .write, "body-cut", "Jira takes no longer text than this: it was cut after \(limit) characters at most.")
    }

    static func subjectMissing(_ summary: String) -> Finding {
        Finding(.write, "subject-missing", "The letter has no subject: the summary is \"\(summary)\".")
    }

    static func subjectCleanedAway(_ summary: String) -> Finding {
        Finding(
            .write, "subject-missing",
            "The profile's clean-up expressions left nothing of the subject: the summary is \"\(summary)\".")
    }

    static let summaryCut = Finding(
        .write, "summary-cut", "The subject is longer than Jira's 255 characters and was cut.")

    static func projectMissing(_ project: some CustomStringConvertible) -> Finding {
        Finding(
            .fill, "project-missing",
            "Jira shows no project \(project) to this account. The letter waits until the profile or Jira is mended.")
    }

    static func issueTypeMissing(_ type: String, _ project: some CustomStringConvertible, _ known: [String]) -> Finding
    {
        let others = known.isEmpty ? "" : ", only \(known.joined(separator: ", "))"
        return Finding(
            .fill, "issue-type-missing",
            "Project \(project) has no issue type \"\(type)\"\(others). The letter waits until the profile is mended.")
    }

    static func serviceDeskMissing(_ project: some CustomStringConvertible) -> Finding {
        Finding(
            .fill, "service-desk-missing",
            "Jira shows no service project \(project) to this account. The letter waits until the profile or Jira is "
                + "mended.")
    }

    static func requestTypeMissing(
        _ type: String, _ project: some CustomStringConvertible, _ known: [String]
    ) -> Finding {
        let others = known.isEmpty ? "" : ", only \(known.joined(separator: ", "))"
        return Finding(
            .fill, "request-type-missing",
            "Service project \(project) has no request type \"\(type)\"\(others). The letter waits until the profile is "
                + "mended.")
    }

    static func request(_ type: String) -> Finding {
        Finding(.fill, "request", "The letter becomes a customer's request: \"\(type)\".")
    }

    static let internalComment = Finding(.fill, "internal-comment", "Customers do not see the comment.")

    static func participants(_ count: Int) -> Finding {
        Finding(
            .involve, "participants",
            count == 1
                ? "One recipient of the letter is to take part in the request."
                : "\(count) recipients of the letter are to take part in the request.")
    }

    static let participantsUnverified = Finding(
        .involve, "unverified", "Nobody more takes part in the request: nothing proves who sent the letter.")
    static let participantsByOutsider = Finding(
        .involve, "outsider", "Nobody more takes part in the request: the letter's sender does not take part either.")

    static func transition(_ name: String, from status: String) -> Finding {
        Finding(.fill, "transition", "The issue is \(status): the comment moves it by \"\(name)\".")
    }

    static func transitionMissing(_ name: String, from status: String) -> Finding {
        Finding(
            .fill, "transition-missing", "The issue is \(status), and Jira offers no transition \"\(name)\" from there."
        )
    }

    static func opened(_ part: OpenedPart) -> Finding {
        let count = part.fileCount == 1 ? "1 file" : "\(part.fileCount) files"
        guard let name = part.name else {
            let verb = part.fileCount == 1 ? "was" : "were"
            return Finding(.attach, "taken-from-text", "\(count) \(verb) taken out of the text (uuencode or yEnc).")
        }
        guard part.isKept else { return Finding(.attach, "opened", "\(name) was opened: \(count) in its place.") }
        return Finding(
            .attach, "opened-damaged", "\(name) was opened and is damaged: \(count) beside it as far as it goes.")
    }

    static func attached(_ name: String, bytes: Int) -> Finding {
        Finding(.attach, "attached", "\(name) goes along (\(size(bytes))).")
    }

    static func attachmentTooLarge(_ name: String, bytes: Int, limit: Int) -> Finding {
        Finding(.attach, "too-large", "\(name) stays out: \(size(bytes)) is over the limit of \(size(limit)).")
    }

    static func attachmentsOff(_ name: String) -> Finding {
        Finding(.attach, "off", "\(name) stays out: Jira takes no files.")
    }

    static func attachmentExcluded(_ name: String) -> Finding {
        Finding(.attach, "excluded", "\(name) stays out: the profile excludes files with this ending.")
    }

    static func signatureFile(_ name: String) -> Finding {
        Finding(.attach, "signature-file", "\(name) stays out: it is the letter's own cryptographic signature.")
    }

    static func imageOfQuote(_ name: String) -> Finding {
        Finding(.attach, "image-of-quote", "\(name) stays out: only the quote or the signature shows it.")
    }

    /// Nil for a picture that goes along.
    static func picture(_ name: String, _ role: PictureRole) -> Finding? {
        switch role {
        case .content: nil
        case .elided: imageOfQuote(name)
        case .signature:
            Finding(
                .attach, "decoration", "\(name) stays out: only the signature shows it; only the letter itself has it.")
        case .blank:
            Finding(.attach, "decoration", "\(name) stays out: there is nothing to be seen on it.")
        case .decoration(let signs):
            Finding(
                .attach, "decoration",
                "\(name) stays out as a logo or an icon (\(signs.map(words).joined(separator: ", "))); "
                    + "only the letter itself has it.")
        }
    }

    private static func words(_ sign: PictureSign) -> String {
        switch sign {
        case .name: "it is called so"
        case .link: "it leads to a web page"
        case .repetition: "it comes more than once"
        case .place: "it is small or stands below the text"
        }
    }

    static func wholeLetterAttached(_ name: String) -> Finding {
        Finding(.attach, "whole-letter", "The whole letter goes along as \(name), since not all of it is shown.")
    }

    static let noticeSent = Finding(.answer, "notice-sent", "The sender is told.")

    static let noticeWithoutOutbound = Finding(
        .answer, "notice-without-outbound", "The sender is not told: this profile has no outbound.")

    static let noticeToProgram = Finding(
        .answer, "notice-to-program", "The sender is not told: a program or a list sent the letter.")

    static func noticeToDoubtful(_ signs: [String]) -> Finding {
        Finding(
            .answer, "notice-to-doubtful",
            "The sender is not told: a program may have sent the letter (\(signs.joined(separator: "; "))).")
    }

    static let noticeToUnverified = Finding(
        .answer, "notice-to-unverified", "The sender is not told: nothing proves that this person wrote.")

    static func mapped(_ name: String, events: Int) -> Finding {
        Finding(
            .screen, "mapped",
            "The notification \"\(name)\" covers \(events == 1 ? "this event" : "these \(events) events").")
    }

    static let unmapped = Finding(.screen, "unmapped", "No notification covers this kind of event in this project.")

    static let restricted = Finding(
        .screen, "restricted", "A comment that not everybody may see is told to nobody by mail.")

    static let issueGone = Finding(.screen, "issue-gone", "The issue is no longer there.")

    public static func merged(into leader: JobID) -> Finding {
        Finding(.screen, "merged", "Told together with another event of the same issue (job \(leader)).")
    }

    public static let mayOvertake = Finding(
        .screen, "may-overtake",
        "The queue of events could not be taken up for 5 minutes: what Jira told before may be told after this.")

    public static let bodyNotKept = Finding(
        .screen, "body-not-kept",
        "The letter has more than 10 MB: it was processed in full, and only this record of it is kept.")

    static let ownActionLeftOut = Finding(.address, "own-action", "Who did it is not told.")

    static func told(_ count: Int) -> Finding {
        Finding(.address, "told", count == 1 ? "One person is told." : "\(count) people are told.")
    }

    static func addressHidden(_ count: Int) -> Finding {
        let who = count == 1 ? "One person hides the address" : "\(count) people hide their addresses"
        return Finding(.address, "address-hidden", "\(who) from Jira's API and cannot be told.")
    }

    static let catchAddressLeftOut = Finding(
        .address, "catch-address", "An address that mail is caught by is never told: that would make a loop.")

    static let nobody = Finding(.address, "nobody", "Nobody is left to tell.")

    static func templateBroken(_ reason: String) -> Finding {
        Finding(.write, "template-broken", "The template could not be used, the default stands in: \(reason)")
    }

    private static func size(_ bytes: Int) -> String {
        switch bytes {
        case ..<1_000: "\(bytes) bytes"
        case ..<1_000_000: "\((bytes + 500) / 1_000) kB"
        default: "\(bytes / 1_000_000).\(bytes % 1_000_000 / 100_000) MB"
        }
    }
}
