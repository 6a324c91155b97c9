// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
import Testing

@testable import Planning

/// One finding, its id and its words.
struct Wording: Sendable, CustomTestStringConvertible {
    let finding: Finding
    let id: String
    let text: String

    init(_ finding: Finding, _ id: String, _ text: String) {
        self.finding = finding
        self.id = id
        self.text = text
    }

    var testDescription: String { id }
}

private let job: JobID = "01J9ZZZZZZZZZZZZZZZZZZZZZZ"

private let screening: [Wording] = [
    Wording(
        .defect("base64-invalid in part 1.2"), "screen.defect",
        "The letter breaks the rules of mail and was read all the same: base64-invalid in part 1.2."),
    Wording(
        .reporterRefused("Not on the screen."), "identify.reporter-refused",
        "Jira did not take the reporter (\"Not on the screen.\"): the issue is there without."),
    Wording(
        .reporterRefused(""), "identify.reporter-refused",
        "Jira did not take the reporter (the issue shows another): the issue is there without."),
    Wording(
        .senderMissing, "screen.sender-missing",
        "Neither From nor Reply-To has an address, so there is nobody to act for."),
    Wording(
        .ownMail(job), "screen.own-mail",
        "Martlet sent this letter itself (job 01J9ZZZZZZZZZZZZZZZZZZZZZZ): processing it would make a loop."),
    Wording(
        .foreignMarker, "screen.foreign-marker",
        "The letter carries an X-Martlet header whose code is not ours, so the header is ignored."),
    Wording(
        .seenBefore(job), "screen.seen-before", "The same letter was kept before as job 01J9ZZZZZZZZZZZZZZZZZZZZZZ."),
    Wording(
        .caught(Recipient(header: "Cc", address: "support+x@example.com"), by: "support@example.com"), "screen.caught",
        "The catch address support@example.com matches support+x@example.com in Cc."),
    Wording(
        .notCaught(recipients: 0), "screen.not-caught",
        "The letter names no recipient, so none matches a catch address of this profile."),
    Wording(
        .notCaught(recipients: 1), "screen.not-caught",
        "The only recipient is none that matches a catch address of this profile."),
    Wording(
        .notCaught(recipients: 3), "screen.not-caught",
        "None of the 3 recipients matches a catch address of this profile."),
    Wording(
        .bounce(["MAIL FROM: <>", "From: postmaster@example.net"]), "screen.bounce",
        "A delivery report, not a letter of a person: MAIL FROM: <>; From: postmaster@example.net."),
    Wording(
        .autoReply(["Auto-Submitted: auto-replied"]), "screen.auto-reply",
        "An automatic reply, not a letter of a person: Auto-Submitted: auto-replied."),
    Wording(
        .list(["Precedence: list"]), "screen.list",
        "Mail of a list or in bulk, processed like any other: Precedence: list."),
    Wording(
        .automatic(["From: no-reply@example.org"]), "screen.automatic",
        "Sent by a program, processed but never answered: From: no-reply@example.org."),
    Wording(
        .overBulkThreshold(count: 20, limit: 20), "screen.over-bulk-threshold",
        "The sender's 20 letters within the last hour reach the limit of 20 that this profile sets."),
    Wording(.defaultMapping("HELP"), "route.default-mapping", "The default mapping applies: project HELP."),
    Wording(
        .keyInSubject("HELP-7", "HELP-7"), "associate.key-in-subject",
        "The subject names HELP-7: the letter becomes a comment on it."),
    Wording(
        .keyInSubject("OLD-7", "HELP-7"), "associate.key-in-subject",
        "The subject names OLD-7, now HELP-7: the letter becomes a comment on it."),
    Wording(
        .keyUnknown("HELP-9"), "associate.key-unknown", "The subject names HELP-9, but Jira shows no such issue."),
    Wording(
        .otherProject("SALES-3", "HELP"), "associate.other-project",
        "SALES-3 is not in project HELP, and this profile writes only there."),
    Wording(
        .threadRoot("HELP-7"), "associate.thread-root",
        "The letter answers mail that Martlet sent about HELP-7: it becomes a comment on it."),
    Wording(
        .answersLetter("HELP-7"), "associate.answers-letter",
        "The letter answers one that is already part of HELP-7: it becomes a comment on it."),
    Wording(
        .threadUnknown(1), "associate.thread-unknown", "No issue holds the one letter that this letter refers to."),
    Wording(
        .threadUnknown(4), "associate.thread-unknown",
        "No issue holds any of the 4 letters that this letter refers to."),
    Wording(
        .threadIssueGone, "associate.thread-issue-gone",
        "The issue that this letter's thread belongs to is no longer there."),
    Wording(.newIssue, "associate.new-issue", "The letter belongs to no issue that is there: it becomes one."),
    Wording(
        .newCustomer, "identify.new-customer", "No account shows the sender's address: the sender becomes a customer."),
    Wording(
        .organizationsRefused("No."), "identify.organizations-refused",
        "The new customer does not belong to all of the organizations: No."),
    Wording(
        .stranger("5b10a-desk"), "identify.stranger",
        "No account shows the sender's address: the default reporter stands in."),
    Wording(
        .stranger(nil), "identify.stranger",
        "No account shows the sender's address: the account that Martlet uses stands in."),
    Wording(
        .strangerRejected, "identify.stranger-rejected",
        "No account shows the sender's address, and this profile takes no strangers."),
    Wording(.account(.ada), "identify.account", "The sender is the Jira user with the account 5b10a-ada."),
    Wording(
        .claimUnverified("5b10a-desk"), "identify.claim-unverified",
        "The sender's address belongs to a Jira user, but nothing proves that this person wrote: the default reporter stands in."
    ),
    Wording(
        .claimUnverified(nil), "identify.claim-unverified",
        "The sender's address belongs to a Jira user, but nothing proves that this person wrote: the account that Martlet uses stands in."
    ),
    Wording(.fromTrusted, "identify.from-trusted", "This profile believes every From header."),
    Wording(
        .verificationOff, "identify.verification-off",
        "This profile names no authserv-id to believe, so no sender counts as verified."),
    Wording(
        .noAuthenticationResults("mx.example.com"), "identify.no-authentication-results",
        "No Authentication-Results header of mx.example.com is there."),
    Wording(
        .authentication(SenderVerdict(isPass: true, words: "dmarc=pass, spf=fail"), "mx.example.com"),
        "identify.authentication", "mx.example.com says of the sender's domain: dmarc=pass, spf=fail."),
]

private let writing: [Wording] = [
    Wording(.bodyFromHTML, "write.body-from-html", "The text comes from the letter's HTML."),
    Wording(.bodyFromText, "write.body-from-text", "The text comes from the letter's plain text."),
    Wording(.bodyEmpty, "write.body-empty", "The letter has no text."),
    Wording(
        .bodiesJoined(2), "write.bodies-joined",
        "The letter has 2 texts beside each other: all are read, in their order."),
    Wording(.nothingTrimmed, "write.nothing-trimmed", "Nothing was cut as quote or signature."),
    Wording(
        .trimmed(by: "rule signature", lines: 1), "write.trimmed",
        "1 line of quote or signature was cut (rule signature); only the letter itself has it."),
    Wording(
        .trimmed(by: "rule gmail", lines: 7), "write.trimmed",
        "7 lines of quote or signature were cut (rule gmail); only the letter itself has them."),
    Wording(
        .foldLeftOut(by: "rule gmail", lines: 1), "write.fold-left-out",
        "1 line of quote or signature had no room within Jira's limit (rule gmail); only the letter itself has it."),
    Wording(
        .folded(by: "rule signature", lines: 1), "write.folded",
        "1 line of quote or signature stands folded below the text (rule signature)."),
    Wording(
        .folded(by: #"delimiter "-{3}""#, lines: 7), "write.folded",
        #"7 lines of quote or signature stand folded below the text (delimiter "-{3}")."#),
    Wording(
        .foldCut(lines: 1), "write.fold-cut",
        "1 line of what is folded had no room within Jira's limit; only the letter itself has it."),
    Wording(
        .foldCut(lines: 12), "write.fold-cut",
        "12 lines of what is folded had no room within Jira's limit; only the letter itself has them."),
    Wording(
        .cleaned("[0-9]+", 1), "write.cleaned", #"The clean-up expression "[0-9]+" took text out at 1 place."#),
    Wording(
        .cleaned("a", 3), "write.cleaned", #"The clean-up expression "a" took text out at 3 places."#),
    Wording(
        .expressionsStopped, "write.expressions-stopped",
        "The profile's expressions were stopped, since they took too long on this letter: some of it is as it came."),
    Wording(
        .bodyCut(30_000), "write.body-cut",
        "Jira takes no longer text than this: it was cut after 30000 characters at most."),
    Wording(
        .subjectMissing("(no subject)"), "write.subject-missing",
        #"The letter has no subject: the summary is "(no subject)"."#),
    Wording(.summaryCut, "write.summary-cut", "The subject is longer than Jira's 255 characters and was cut."),
    Wording(
        .projectMissing("HELP"), "fill.project-missing",
        "Jira shows no project HELP to this account. The letter waits until the profile or Jira is mended."),
    Wording(
        .serviceDeskMissing("DESK"), "fill.service-desk-missing",
        "Jira shows no service project DESK to this account. The letter waits until the profile or Jira is mended."),
    Wording(
        .requestTypeMissing("Question", "DESK", ["Email request", "Fault"]), "fill.request-type-missing",
        #"Service project DESK has no request type "Question", only Email request, Fault. "#
            + "The letter waits until the profile is mended."),
    Wording(
        .requestTypeMissing("Question", "DESK", []), "fill.request-type-missing",
        #"Service project DESK has no request type "Question". The letter waits until the profile is mended."#),
    Wording(
        .request("Email request"), "fill.request", #"The letter becomes a customer's request: "Email request"."#),
    Wording(.internalComment, "fill.internal-comment", "Customers do not see the comment."),
    Wording(
        .participants(1), "involve.participants",
        "One recipient of the letter is to take part in the request."),
    Wording(
        .participants(2), "involve.participants", "2 recipients of the letter are to take part in the request."),
    Wording(
        .participantsUnverified, "involve.unverified",
        "Nobody more takes part in the request: nothing proves who sent the letter."),
    Wording(
        .participantsByOutsider, "involve.outsider",
        "Nobody more takes part in the request: the letter's sender does not take part either."),
    Wording(
        .issueTypeMissing("Question", "HELP", ["Task", "Bug"]), "fill.issue-type-missing",
        #"Project HELP has no issue type "Question", only Task, Bug. The letter waits until the profile is mended."#),
    Wording(
        .issueTypeMissing("Question", "HELP", []), "fill.issue-type-missing",
        #"Project HELP has no issue type "Question". The letter waits until the profile is mended."#),
    Wording(
        .transition("Reopen", from: "Done"), "fill.transition", #"The issue is Done: the comment moves it by "Reopen"."#
    ),
    Wording(
        .transitionMissing("Reopen", from: "Done"), "fill.transition-missing",
        #"The issue is Done, and Jira offers no transition "Reopen" from there."#),
    Wording(.attached("a.txt", bytes: 999), "attach.attached", "a.txt goes along (999 bytes)."),
    Wording(.attached("a.txt", bytes: 1_500), "attach.attached", "a.txt goes along (2 kB)."),
    Wording(.attached("a.txt", bytes: 12_345_678), "attach.attached", "a.txt goes along (12.3 MB)."),
    Wording(
        .attachmentTooLarge("a.iso", bytes: 2_000_000, limit: 1_000_000), "attach.too-large",
        "a.iso stays out: 2.0 MB is over the limit of 1.0 MB."),
    Wording(
        .attachmentExcluded("a.exe"), "attach.excluded",
        "a.exe stays out: the profile excludes files with this ending."),
    Wording(
        .signatureFile("smime.p7s"), "attach.signature-file",
        "smime.p7s stays out: it is the letter's own cryptographic signature."),
    Wording(
        .imageOfQuote("logo.png"), "attach.image-of-quote",
        "logo.png stays out: only the quote or the signature shows it."),
    Wording(
        .picture("a.png", .elided)!, "attach.image-of-quote",
        "a.png stays out: only the quote or the signature shows it."),
    Wording(
        .picture("a.png", .signature)!, "attach.decoration",
        "a.png stays out: only the signature shows it; only the letter itself has it."),
    Wording(
        .picture("a.png", .blank)!, "attach.decoration", "a.png stays out: there is nothing to be seen on it."),
    Wording(
        .picture("a.png", .decoration(PictureSign.allCases))!, "attach.decoration",
        "a.png stays out as a logo or an icon (it is called so, it leads to a web page, it comes more than once, "
            + "it is small or stands below the text); only the letter itself has it."),
    Wording(
        .wholeLetterAttached("letter.eml"), "attach.whole-letter",
        "The whole letter goes along as letter.eml, since not all of it is shown."),
    Wording(.noticeSent, "answer.notice-sent", "The sender is told."),
    Wording(
        .noticeWithoutOutbound, "answer.notice-without-outbound",
        "The sender is not told: this profile has no outbound."),
    Wording(
        .noticeToProgram, "answer.notice-to-program",
        "The sender is not told: a program or a list sent the letter."),
    Wording(
        .noticeToDoubtful(["Subject: Automatic reply", "X-Loop"]), "answer.notice-to-doubtful",
        "The sender is not told: a program may have sent the letter (Subject: Automatic reply; X-Loop)."),
    Wording(
        .noticeToUnverified, "answer.notice-to-unverified",
        "The sender is not told: nothing proves that this person wrote."),
]

private let telling: [Wording] = [
    Wording(.mapped("News", events: 1), "screen.mapped", #"The notification "News" covers this event."#),
    Wording(.mapped("News", events: 3), "screen.mapped", #"The notification "News" covers these 3 events."#),
    Wording(.unmapped, "screen.unmapped", "No notification covers this kind of event in this project."),
    Wording(
        .restricted, "screen.restricted", "A comment that not everybody may see is told to nobody by mail."),
    Wording(.issueGone, "screen.issue-gone", "The issue is no longer there."),
    Wording(
        .merged(into: job), "screen.merged",
        "Told together with another event of the same issue (job 01J9ZZZZZZZZZZZZZZZZZZZZZZ)."),
    Wording(.ownActionLeftOut, "address.own-action", "Who did it is not told."),
    Wording(.told(1), "address.told", "One person is told."),
    Wording(.told(3), "address.told", "3 people are told."),
    Wording(
        .addressHidden(1), "address.address-hidden",
        "One person hides the address from Jira's API and cannot be told."),
    Wording(
        .addressHidden(2), "address.address-hidden",
        "2 people hide their addresses from Jira's API and cannot be told."),
    Wording(
        .catchAddressLeftOut, "address.catch-address",
        "An address that mail is caught by is never told: that would make a loop."),
    Wording(.nobody, "address.nobody", "Nobody is left to tell."),
    Wording(
        .templateBroken("line 1: no."), "write.template-broken",
        "The template could not be used, the default stands in: line 1: no."),
]

@Suite("The words of a finding")
struct FindingWordsTests {
    @Test("of a letter's first stages are these", arguments: screening)
    func first(_ one: Wording) { check(one) }

    @Test("of a letter's later stages are these", arguments: writing)
    func later(_ one: Wording) { check(one) }

    @Test("of a notice are these", arguments: telling)
    func notice(_ one: Wording) { check(one) }

    @Test("end in a full stop, and each id begins with its stage")
    func form() {
        for one in screening + writing + telling {
            #expect(one.finding.text.hasSuffix("."))
            #expect(one.finding.id.hasPrefix("\(one.finding.stage.rawValue)."))
        }
    }

    private func check(_ one: Wording) {
        #expect(one.finding.id == one.id)
        #expect(one.finding.text == one.text)
    }
}

@Suite("The words of an outcome")
struct OutcomeWordsTests {
    @Test("are these")
    func words() {
        #expect(ActionResult.issue("10042", "HELP-7").words == "Issue HELP-7 was created.")
        #expect(
            ActionResult.issue("10042", "HELP-7", reporterRefused: "No.").words
                == "Issue HELP-7 was created, without its reporter.")
        #expect(
            ActionResult.issue("10042", "HELP-7", newCustomer: "5b10a-nils").words
                == "Issue HELP-7 was created, on behalf of a new customer.")
        #expect(
            ActionResult.notAttached(name: "a.txt", said: "This is more than Jira takes (413).").words
                == "a.txt was not attached: This is more than Jira takes (413).")
        let refused = RefusedRecipient(
            address: "b@example.com", said: "relay refused b@example.com: 450 Later", isFinal: false)
        #expect(
            ActionResult.sentInPart(messageID: "m", recipients: 1, refused: [refused]).words
                == "The mail left for one recipient. relay refused b@example.com: 450 Later")
        #expect(ActionResult.comment(issue: "10042", id: "500").words == "Comment 500 was added.")
        #expect(ActionResult.attachment(id: "9", name: "a.txt").words == "a.txt was attached.")
        #expect(ActionResult.transitioned.words == "The issue was moved.")
        #expect(ActionResult.participantsAdded(1).words == "One person more takes part in the request.")
        #expect(ActionResult.participantsAdded(2).words == "2 people more take part in the request.")
        #expect(
            ActionResult.participantsRefused(said: "Jira refused the request (400).").words
                == "Nobody more takes part in the request: Jira refused the request (400).")
        #expect(ActionResult.sent(messageID: "m", recipients: 1).words == "The mail left for one recipient.")
        #expect(ActionResult.sent(messageID: "m", recipients: 2).words == "The mail left for 2 recipients.")
    }
}
