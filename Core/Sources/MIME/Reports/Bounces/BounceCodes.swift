// SPDX-License-Identifier: Apache-2.0

// Codes that mean one thing: those of RFC 3463 and its registry, and those that large providers put into their
// replies and explain on their postmaster pages.

enum BounceCodes {
    /// By the code of a provider that stands in the text.
    static func reason(byProvider text: FoldedText) -> BounceReason? {
        providers.first { $0.codes.contains(where: text.contains) }?.reason
    }

    /// What a status means whatever words stand beside it.
    static func reason(surely status: String) -> BounceReason? {
        guard let (kind, detail) = parts(status) else { return nil }
        if let reason = sure[detail] { return reason }
        // Microsoft: 5.7.606 to 5.7.649 are banned hosts.
        guard detail.hasPrefix("7."), let number = Int(detail.dropFirst(2)) else { return nil }
        switch number {
        case 500...699 where kind == 4: return .blocked
        case 500...501: return .spamDetected
        case 509: return .authFailure
        case 510...512: return .blocked
        case 606...649: return .blocked
        case 700...705, 750: return .speeding
        case 708: return .badReputation
        default: return nil
        }
    }

    /// What a status means where the words say nothing.
    static func reason(by status: String) -> BounceReason? {
        guard let (kind, detail) = parts(status) else { return nil }
        return (kind == 4 ? temporary[detail] : nil) ?? sure[detail] ?? usual[detail]
    }

    private static func parts(_ status: String) -> (kind: Int, detail: String)? {
        guard let first = status.first, let kind = first.wholeNumberValue, status.dropFirst().first == "." else {
            return nil
        }
        return (kind, String(status.dropFirst(2)))
    }

    private static let sure: [String: BounceReason] = [
        "1.6": .hasMoved, "1.7": .rejected, "1.8": .rejected, "2.2": .mailboxFull, "2.3": .exceedLimit,
        "3.1": .systemFull, "3.4": .messageTooBig, "7.13": .suspended, "7.20": .authFailure, "7.21": .authFailure,
        "7.22": .authFailure, "7.23": .authFailure, "7.24": .authFailure, "7.25": .requirePTR,
        "7.26": .authFailure, "7.29": .authFailure, "7.30": .authFailure, "7.27": .rejected, "7.28": .speeding,
        "1.20": .notCompliant,
        "1.90": .speeding, "2.121": .speeding, "2.122": .speeding, "7.54": .noRelaying, "7.232": .speeding,
        "7.233": .speeding,
    ]

    private static let usual: [String: BounceReason] = [
        "1.0": .userUnknown, "1.1": .userUnknown, "1.2": .hostUnknown, "1.3": .userUnknown, "1.4": .filtered,
        "1.9": .systemError, "1.10": .notAccept, "1.351": .userUnknown, "2.0": .filtered, "2.1": .filtered,
        "2.4": .filtered,
        "3.0": .systemError, "3.2": .notAccept, "3.3": .systemError, "3.5": .systemError,
        "4.0": .networkError, "4.1": .expired, "4.2": .networkError, "4.3": .systemError, "4.4": .hostUnknown,
        "4.5": .systemError, "4.6": .networkError, "4.7": .expired, "4.8": .networkError, "4.14": .networkError,
        "4.300": .expired, "4.310": .hostUnknown, "4.312": .networkError, "4.316": .expired,
        "4.317": .securityError,
        "5.1": .syntaxError, "5.2": .syntaxError, "5.3": .tooManyConnections, "5.4": .syntaxError,
        "5.5": .systemError, "5.6": .contentError,
        "6.0": .contentError, "6.1": .contentError, "6.2": .contentError, "6.3": .contentError,
        "6.5": .contentError, "6.6": .contentError, "6.7": .contentError, "6.9": .contentError,
        "7.0": .securityError, "7.1": .securityError, "7.2": .securityError, "7.3": .securityError,
        "7.4": .securityError, "7.5": .securityError, "7.6": .securityError, "7.7": .securityError,
        "7.8": .securityError, "7.9": .securityError, "7.10": .securityError, "7.11": .securityError,
        "7.14": .securityError, "7.17": .hasMoved, "7.18": .hasMoved, "7.19": .securityError,
        "7.51": .filtered, "7.57": .securityError, "7.64": .noRelaying, "7.124": .filtered, "7.133": .filtered,
        "7.134": .filtered, "7.136": .filtered,
    ]

    private static let temporary: [String: BounceReason] = [
        "2.1": .suspended, "4.0": .expired, "4.2": .networkError, "4.4": .networkError, "4.5": .systemFull,
        "7.1": .blocked, "7.2": .blocked,
    ]

    private static let providers: [(reason: BounceReason, codes: [String])] = [
        // Orange, Wanadoo
        (.blocked, ["ofr_102", "ofr_103", "ofr_105", "ofr_108", "ofr_109", "ofr_305", "ofr_999", "ofr004_"]),
        (.tooManyConnections, ["ofr_104", "ofr_401", "ofr_402"]),
        (.rejected, ["ofr_405", "ofr_409"]),
        (.userUnknown, ["ofr_416"]),
        (.mailboxFull, ["ofr_417"]),
        (.suspended, ["ofr_418"]),
        (.spamDetected, ["ofr_506", "ofr_510", "ofr_511", "ofr_513", "ofr_514"]),
        // La Poste
        (.policyViolation, ["lpn000_630"]),
        (.userUnknown, ["lpn007_510"]),
        // Cox
        (.blocked, ["cxbl", "cdrbl", "cxrbl"]),
        (.speeding, ["cxthrt"]),
        (.rejected, ["cxsndr"]),
        (.requirePTR, ["cxdns"]),
        (.tooManyConnections, ["cxcnct", "cxmj"]),
        // GoDaddy
        (.authFailure, ["ib508"]),
        (.rejected, ["ib506", "ib507", "ib501", "ib502", "ib503", "ib504", "ib505"]),
        (.speeding, ["ib605", "ib606", "ib607", "ib405"]),
        (.blocked, ["ib103", "ib104", "ib105", "ib106", "ib108", "ib110", "ib111", "ib112", "ib113"]),
        (.requirePTR, ["ib212", "ib101"]),
        (.spamDetected, ["ib701", "ib702", "ib703", "ib704"]),
        (.virusDetected, ["ib705"]),
        (.messageTooBig, ["ib601", "ib602"]),
        // Microsoft
        (.blocked, ["sc-001 (", "sc-002 (", "sc-003 (", "sc-004 (", "dy-001 (", "dy-002 (", "ou-001 (", "ou-002 ("]),
        (.badReputation, ["rp-001 (", "rp-002 (", "rp-003 ("]),
        // Yahoo
        (.userUnknown, ["this user doesn't have a yahoo.com account"]),
        (.badReputation, ["[tss", "[ts0", "[ts1"]),
        (.blocked, ["[bl21]", "[bl22]", "[bl23]", "[ipts"]),
        // AOL
        (.blocked, ["con:b", "rly:b", "dyn:t", "rtr:b"]),
        (.spamDetected, ["hvu:b"]),
        // Facebook
        (.userUnknown, ["rcp-p1"]),
        (.filtered, ["rcp-p2", "rcp-p3"]),
        (.policyViolation, ["pol-p"]),
        (.tooManyConnections, ["con-t"]),
        (.messageTooBig, ["msg-p2"]),
        (.contentError, ["msg-p1"]),
        (.systemError, ["int-t", "int-p"]),
        // Exchange
        (.messageTooBig, ["recipsizelimit"]),
        (.rejected, ["resolver.rst.notauthorized"]),
        (.securityError, ["resolver.rst.authrequired"]),
        (.userUnknown, ["recipnotfound", "recipientnotfound"]),
        // PowerMTA says what it takes the answer for.
        (.userUnknown, ["bouncecategory: bad-mailbox"]),
        (.hostUnknown, ["bouncecategory: bad-domain"]),
        (.suspended, ["bouncecategory: inactive-mailbox"]),
        (.mailboxFull, ["bouncecategory: quota-issues"]),
        (.noRelaying, ["bouncecategory: relaying-issues"]),
        (.spamDetected, ["bouncecategory: spam-related"]),
        (.virusDetected, ["bouncecategory: virus-related"]),
        // Google
        (.notCompliant, ["p=rfcmessagenoncompliant"]),
        (.speeding, ["p=receivingrate", "p=unsolicitedratelimit"]),
        (.mailboxFull, ["p=overquota"]),
        (.suspended, ["p=disableduser", "p=inactiveuser"]),
        (.userUnknown, ["p=nosuchuser", "answer=6596"]),
        (.authFailure, ["p=unauthenticatedemail", "p=dmarcrejection", "p=spfhardfail"]),
        (.spamDetected, ["p=unsolicitedmessageerror"]),
    ]
}
