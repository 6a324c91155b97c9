// SPDX-License-Identifier: Apache-2.0

import MIME
import Testing

@Suite("The reason of a bounce")
struct BounceReasonTests {
    private static let table: [(diagnostic: String, reason: BounceReason)] = [
        ("550 5.7.26 This mail is unauthenticated, it does not pass DMARC", .authFailure),
        ("550 5.7.1 Fix reverse DNS for 192.0.2.1", .requirePTR),
        ("421 4.7.0 Our system has detected an unusual rate of unsolicited mail", .speeding),
        ("550-5.7.1 likely suspicious due to the very low 550-5.7.1 reputation of the sending IP", .badReputation),
        ("421 4.3.2 Too many concurrent SMTP connections", .tooManyConnections),
        ("552 5.2.2 <x@y.example>: user is over quota", .mailboxFull),
        ("550 Das Postfach des Empfängers ist voll", .mailboxFull),
        ("550 5.2.1 The email account that you tried to reach is disabled", .suspended),
        ("551 5.1.6 recipient no longer on server", .hasMoved),
        ("552 5.3.4 Message size exceeds fixed limit", .messageTooBig),
        ("550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient", .messageTooBig),
        ("552 5.2.3 Message length exceeds administrative limit", .exceedLimit),
        ("554 5.7.1 <x@y.example>: Relay access denied", .noRelaying),
        ("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", .noRelaying),
        ("550 5.7.1 [CBL] Client host [192.0.2.1] blocked using zen.spamhaus.org", .blocked),
        ("550 5.7.606 Access denied, banned sending IP [192.0.2.1]", .blocked),
        ("554 5.7.1 Message rejected as spam by Content Filtering.", .spamDetected),
        ("550 5.7.0 Virus detected: Eicar", .virusDetected),
        ("553 5.1.8 <a@b.example>... Domain of sender address a@b.example does not exist", .rejected),
        ("550 5.1.0 <a@b.example> sender rejected", .rejected),
        ("550 Sender verify failed", .rejected),
        ("550 5.1.2 Host or domain name not found", .hostUnknown),
        (
            "Host or domain name not found. Name service error for name=y.example type=MX: Host not found, try again",
            .networkError
        ),
        ("556 5.1.10 Recipient address has null MX", .notAccept),
        ("550 5.1.1 The email account that you tried to reach does not exist.", .userUnknown),
        ("550 5.4.1 [x@y.example]: Recipient address rejected: Access denied", .userUnknown),
        ("550 Adresse d au moins un destinataire invalide. OFR_416 [416]", .userUnknown),
        ("550 5.7.1 Access denied", .rejected),
        ("554 5.7.9 Message not accepted for policy reasons.", .policyViolation),
        ("530 5.7.0 Authentication required", .securityError),
        ("554 5.4.6 Too many hops", .networkError),
        ("connect to y.example[192.0.2.1]:25: Connection timed out", .expired),
        ("452 4.3.1 Insufficient system storage", .systemFull),
        ("451 4.3.0 Temporary lookup failure", .systemError),
        ("503 Improper sequence of commands", .syntaxError),
        ("550 Refused due to recipient preferences", .filtered),
        ("550 5.6.0 improper use of 8-bit data in message header", .contentError),
        ("550 5.7.1 Messages missing a valid address in From: header", .notCompliant),
        ("550 message held for review, on hold", .onHold),
        ("Command died with status 127: maildrop: exit status 127", .mailerError),
        ("599 Lorem ipsum dolor", .undefined),
    ]

    @Test("is found in what servers say", arguments: table.indices)
    func words(_ row: Int) throws {
        let (diagnostic, reason) = Self.table[row]
        #expect(Self.judged("smtp; \(diagnostic)").reason == reason, "\(diagnostic)")
    }

    @Test("is the program's when a program on the same machine failed, but for a full mailbox")
    func programs() {
        #expect(Self.judged("X-Unix; 255").reason == .mailerError)
        #expect(Self.judged("x-unix; procmail: No such user").reason == .mailerError)
        #expect(Self.judged("x-unix; maildrop: maildir over quota").reason == .mailboxFull)
    }

    @Test("follows from the status alone when no words say it")
    func statuses() {
        let table: [(String, BounceReason)] = [
            ("5.1.1", .userUnknown), ("4.2.2", .mailboxFull), ("5.3.4", .messageTooBig), ("4.4.7", .expired),
            ("5.4.4", .hostUnknown), ("4.4.4", .networkError), ("5.7.25", .requirePTR), ("5.7.620", .blocked),
            ("2.1.5", .delivered), ("5.9.9", .undefined), ("x", .undefined), ("", .undefined),
        ]
        for (status, reason) in table { #expect(Self.judged("", status: status).reason == reason, "\(status)") }
    }

    @Test("is a filter's when the unknown user was known until the mail was sent")
    func late() {
        let late = "smtp; 550 5.2.1 User unknown (in reply to end of DATA command)"
        #expect(Self.judged(late).reason == .filtered)
        #expect(!Self.judged(late).isHard)
        #expect(Self.judged("smtp; 550 5.2.1 User unknown (in reply to RCPT TO command)").isHard)
    }

    @Test("is hard only where no later mail can arrive")
    func hard() {
        #expect(Set(BounceReason.allCases.filter(\.isHard)) == [.userUnknown, .hostUnknown, .hasMoved, .notAccept])
    }

    @Test("has a code and a status, but no number of another kind")
    func codes() {
        let table: [(String, String)] = [
            ("550 5.1.1 unknown", "5.1.1 550"), ("#5.1.2", "5.1.2 "), ("550-5.7.1 a 550 5.7.1 b", "5.7.1 550"),
            ("host 5.1.1.7 said 554 no", "5.0.0 554"), ("Exim v4.6.1 on port 587", "5.0.0 "),
            ("550 see 5.16.55.1", "5.0.0 550"), ("id 5500 and 1550", "5.0.0 "),
            ("ERROR_CODE :550, ERROR_CODE :5.2.2 full", "5.2.2 550"), ("550 4.4.7 expired", "4.4.7 "),
        ]
        for (text, expected) in table {
            let judged = Self.judged("smtp; \(text)")
            #expect("\(judged.status) \(judged.reply)" == expected, "\(text)")
        }
        #expect(Self.judged("smtp; 522 5.2.0 Over quota").reply == "")
    }

    private static func judged(_ diagnostic: String, status: String = "5.0.0") -> Bounce.Recipient {
        let raw =
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; a.example\n\n"
            + "Final-Recipient: rfc822; x@y.example\nAction: failed\nStatus: \(status)\nDiagnostic-Code: \(diagnostic)\n"
        return parse(Array(raw.utf8)).bounce.recipients[0]
    }
}
