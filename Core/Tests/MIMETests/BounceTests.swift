// SPDX-License-Identifier: Apache-2.0

import MIME
import Testing

@Suite("A bounce")
struct BounceTests {
    private func recipients(_ raw: String) -> [String] {
        let message = parse(Array(raw.utf8))
        #expect(message.nature().kind == .bounce)
        return message.bounce.recipients.map {
            "\($0.address) \($0.status) \($0.reply) \($0.reason.rawValue) \($0.isHard ? "hard" : "soft")"
        }
    }

    private let head = "From: MAILER-DAEMON@mx.example.net\nTo: ada@example.org\nSubject: failure notice\n\n"
    private let copy =
        "\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <ada@example.org>\nTo: x@y.example\n"

    @Test("of the standard form tells of each recipient")
    func standard() {
        let report = """
            Return-Path: <>
            From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
            To: ada@example.org
            Subject: Undelivered Mail Returned to Sender
            Content-Type: multipart/report; report-type=delivery-status; boundary=b

            --b

            <grace@example.com>: host mx.example.com[192.0.2.1] said: 550 5.1.1
                <grace@example.com>: User unknown (in reply to RCPT TO command)
            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example.net

            Final-Recipient: rfc822; grace@example.com
            Action: failed
            Status: 5.1.1
            Diagnostic-Code: smtp; 550 5.1.1 <grace@example.com>: User unknown
            Final-Recipient: rfc822; joan@example.com
            Action: failed
            Status: 5.0.0
            Diagnostic-Code: smtp; 552 5.2.2 Over quota

            Final-Recipient: rfc822; mary@example.com
            Action: delayed
            Status: 4.4.1 (no answer from host)

            Final-Recipient: rfc822; edith@example.com
            Action: delivered
            Status: 2.0.0

            --b
            Content-Type: message/rfc822

            To: grace@example.com

            --b--
            """
        #expect(
            recipients(report) == [
                "grace@example.com 5.1.1 550 userunknown hard", "joan@example.com 5.2.2 552 mailboxfull soft",
                "mary@example.com 4.4.1  expired soft", "edith@example.com 2.0.0  delivered soft",
            ])
    }

    @Test("of qmail has its words below each address")
    func qmail() {
        let body = """
            Hi. This is the qmail-send program at mx.example.net.
            I'm afraid I wasn't able to deliver your message to the following addresses.

            <grace@example.com>:
            192.0.2.1 does not like recipient.
            Remote host said: 550 5.1.1 no such user
            Giving up on 192.0.2.1.

            <joan@example.edu>:
            Sorry, I couldn't find any host named example.edu. (#5.1.2)
            """
        #expect(
            recipients(head + body + copy) == [
                "grace@example.com 5.1.1 550 userunknown hard", "joan@example.edu 5.1.2  hostunknown hard",
            ])
    }

    @Test("of Exim names who sent it, and that is no recipient")
    func exim() {
        let body = """
            This message was created automatically by mail delivery software.

            A message sent by

              <bob@example.org>

            could not be delivered to one or more of its recipients. The following
            address(es) failed:

              grace@example.com
                host mx.example.com [192.0.2.1]
                SMTP error from remote mail server after end of data:
                554 5.7.1 This message looks like spam
            """
        #expect(recipients(head + body + copy) == ["grace@example.com 5.7.1 554 spamdetected soft"])
    }

    @Test("of an old sendmail has its reasons above each address")
    func transcript() {
        let body = """
               ----- Transcript of session follows -----
            While talking to mx.example.com:
            >>> RCPT To:<grace@example.com>
            <<< 550 <grace@example.com>... User unknown
            550 <grace@example.com>... User unknown
            550 example.edu (smtp)... 550 Host unknown
            554 <joan@example.edu>... 550 Host unknown (Authoritative answer from name server)

               ----- Unsent message follows -----
            Received: by mx.example.net
            From: ada@example.org
            """
        #expect(
            recipients(head.replacing("failure notice", with: "Returned mail: User unknown") + body) == [
                "grace@example.com 5.0.0 550 userunknown hard", "joan@example.edu 5.0.0 550 hostunknown hard",
            ])
    }

    @Test("may give its reason first and the addresses after it")
    func reasonFirst() {
        let body = """
            Your message:
               From:    ada@example.org
               Subject: Tea
            Could not be delivered because of

            552 5.2.2 Mailbox full

            The following recipients were affected:
                grace@example.com
                joan@example.com
            """
        #expect(
            recipients(head + body) == [
                "grace@example.com 5.2.2 552 mailboxfull soft", "joan@example.com 5.2.2 552 mailboxfull soft",
            ])
    }

    @Test("may be in another language, in HTML, and name its recipient in a header field")
    func languages() {
        let japanese = "次のあて先へのメッセージはエラーのため送信できませんでした。\n\n<grace@example.com>: 550 User unknown\n"
        #expect(recipients(head + japanese) == ["grace@example.com 5.0.0 550 userunknown hard"])
        let html =
            String(head.dropLast())
            + "Content-Type: text/html\n\n<style>p {}</style><p>Delivery has failed to these recipients"
            + "</p><p>&lt;grace@example.com&gt;<br>The mailbox is full.</p>"
        #expect(recipients(html) == ["grace@example.com 5.0.0  mailboxfull soft"])
        let group =
            "X-Failed-Recipients: team@example.com\n" + head + "Hallo ada@example.org,\ndie Gruppe nimmt keine "
            + "Beiträge an. https://groups.google.com/support/\n"
        #expect(recipients(group) == ["team@example.com 5.0.0  rejected soft"])
    }

    @Test("is told from a letter, and read, in the ways of many programs", arguments: programs.indices)
    func otherPrograms(_ row: Int) {
        let (subject, body, expected) = Self.programs[row]
        #expect(recipients(head.replacing("failure notice", with: subject) + body) == [expected], "\(subject)")
    }

    private static let programs: [(subject: String, body: String, expected: String)] = [
        (
            "[BOUNCE]",
            """
            Hi. This is the James mail server at mx.example.net.
            I'm afraid I wasn't able to deliver your message to the following addresses.

            Failed recipient(s):
            grace@example.com

            Error message:
            550 5.1.1 no such mailbox

            Message details:
              MAIL FROM: ada@example.org
              RCPT TO: grace@example.com
            """, "grace@example.com 5.1.1 550 userunknown hard"
        ),
        (
            "Mail delivery failed: returning message to sender",
            """
            A message that you sent could not be delivered to
            one or more of its recipients. The following addresses failed:

            <grace@example.com>

            For the following reason:

            Mail size limit exceeded.

            --- The header of the original message is following. ---
            Received: by mx.example.net
            From: ada@example.org
            """, "grace@example.com 5.0.0  mesgtoobig soft"
        ),
        (
            "mail failed, returning to sender",
            """
            |------------------------- Message log follows: -------------------------|
             no valid recipients were found for this message
            |------------------------- Failed addresses follow: ---------------------|
             <grace@example.com> ... unknown host
            |------------------------- Message text follows: ------------------------|
            Received: from x
            To: other@example.com
            """, "grace@example.com 5.0.0  hostunknown hard"
        ),
        (
            "Message non-deliverable",
            """
            Your message could not be sent.
            A transcript of the attempts to send the message follows.
            Addressed To: grace@example.com

            Failed to send to identified host,
            grace@example.com: [192.0.2.5], 550 grace@example.com... No such user
            """, "grace@example.com 5.0.0 550 userunknown hard"
        ),
        (
            "Undeliverable Mail", "Delivery failed 20 attempts: grace@example.com\n\nOriginal message follows.\n",
            "grace@example.com 5.0.0  expired soft"
        ),
        (
            "Undeliverable: Tea",
            """
            Your message did not reach some or all of the intended recipients.

                  To:\tgrace@example.com
                  Subject:\tTea

            The following recipient(s) could not be reached:

                  grace@example.com on 4/29/01 11:34 PM
                        The recipient's mailbox is full
            """, "grace@example.com 5.0.0  mailboxfull soft"
        ),
    ]

    @Test("without any address still says why")
    func nameless() {
        #expect(recipients(head + "The mailbox is full.\n") == [" 5.0.0  mailboxfull soft"])
        let returned = head + "Delivery failed.\n\nOriginal Message:\nFrom: ada@example.org\nTo: 555@example.com\n"
        #expect(recipients(returned) == ["555@example.com 5.0.0  undefined soft"])
    }

    @Test("of Amazon SES comes as JSON")
    func notification() {
        let mail = "From: no-reply@sns.example.com\nSubject: AWS Notification Message\n\n"
        let bounced =
            #"{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"grace@example.com","#
            + #""action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user \"grace\" unknown"}]}}"#
        #expect(recipients(mail + bounced) == ["grace@example.com 5.1.1 550 userunknown hard"])
        let delivered =
            #"{"notificationType":"Delivery","mail":{"destination":["x@example.com"]},"delivery":{"#
            + #""timestamp":"2026","recipients":["grace@example.com"],"smtpResponse":"250 2.6.0 queued"}}"#
        #expect(recipients(mail + delivered) == ["grace@example.com 2.6.0 250 delivered soft"])
        let escapes = #""smtpResponse":"250 \r\n\t\u003cJ\u00f6rg\uD83D\uDE00\u003E \"\\\/\b\f \u12"#
        let notice = mail + delivered.replacing(#""smtpResponse":"250 2.6.0 queued"#, with: escapes)
        let escaped = parse(Array(notice.utf8))
        #expect(
            escaped.bounce.recipients.map(\.diagnostic) == ["250 <J\u{F6}rg\u{1F600}> \"\\/\u{8} 12"])
    }

    @Test("that warns is soft, even of an unknown user")
    func warning() {
        let body = "This is the mail system at host mx.example.net.\nTHIS IS A WARNING ONLY. It will be retried.\n\n"
        #expect(
            recipients(head + body + "<grace@example.com>: 450 4.1.1 User unknown\n") == [
                "grace@example.com 4.1.1 450 userunknown soft"
            ])
    }

    @Test("shows what was said, on one line and not without end")
    func diagnostic() throws {
        let long = String(repeating: "and so on ", count: 1_000)
        let message = parse(Array((head + "<grace@example.com>:\n550 No such user\n   \(long)\n").utf8))
        let said = try #require(message.bounce.recipients.first?.diagnostic)
        #expect(said.hasPrefix("<grace@example.com>: 550 No such user and so on and"))
        #expect(said.utf8.count <= 2_000)
    }

    @Test(
        "with more recipients than are looked at tells of the first two hundred, in linear time",
        .timeLimit(.minutes(5)))
    func many() {
        let lines = (0..<250).map { "<u\($0)@example.com>: 550 5.1.1 no user\n" }
        let bounce = parse(Array((head + lines.joined()).utf8)).bounce
        #expect(bounce.recipients.count == 200)
        let words = String(repeating: "no user of that name is known ", count: 8)
        let isLinear = isLinear(at: 200) { count in
            let lines = (0..<count).map { "<u\($0)@example.com>: 550 5.1.1 \(words)\n" }
            let bounce = parse(Array((head + lines.joined()).utf8)).bounce
            #expect(bounce.recipients.count == count)
        }
        #expect(isLinear)
    }
}
