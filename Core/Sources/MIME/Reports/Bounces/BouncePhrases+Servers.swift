// SPDX-License-Identifier: Apache-2.0

extension BouncePhrases {
    /// The server, its lists and rules, and the way to it.
    static let ofTheServer: [Row] = [
        (
            .policyViolation,
            [
                "policy reasons", "policy reason", "policy violation", "violat*policy", "policy restriction",
                "local policy", "security polic", "administrative prohibition", "administratively",
                "host network not allowed",
                "protocol violation", "prohibited by policy", "due to*policy", "policy rejection", "by policy",
                "organizational policy", "mail policy", "server policy", "site policy", "recipient's policy",
                "content policy", "policy block", "not allowed by*policy", "acceptable use",
            ]
        ),
        (
            .blocked,
            [
                "blocked using", "blocked by*list", "blocked by*rbl", "blacklist", "black list", "black-list",
                "block list", "blocklist", "blocked list", "dnsbl", "rbl", "spamhaus", "spamcop", "sorbs",
                "barracudacentral", "uceprotect", "surriel", "client host*blocked", "client host rejected",
                "client host*denied", "banned sending ip", "banned ip", "ip *is blocked", "ip *has been blocked",
                "ip *was blocked", "ip *blocked", "blocked ip", "ip *is listed", "ip *is banned", "ip *rejected",
                "host*is blocked", "host*blocked", "server*is blocked", "server*blocked", "your ip", "your host",
                "your server", "your mail server", "sending ip", "ip address*not", "not accepting connections",
                "connection refused by", "connection refused from", "connection rejected", "connection denied",
                "connection dropped", "connection from*refused", "connections not accepted", "connect refused",
                "refused to talk to me", "no access from mail server", "invalid ip for sending", "(bl)",
                "access from ip", "messages from*weren't sent", "daily relay quota", "helo command rejected",
                "helo*rejected", "helo*invalid", "invalid helo", "bad helo", "invalid domain name", "ehlo*rejected",
                "service refuse", "service denied", "refused service", "temporarily blocked",
                "temporarily deferred", "not allowed to connect", "dynamic ip", "dynamic address", "dial-up",
                "dialup", "residential", "greylist", "suspected bounce attacks", "server busy", "gray-list", "graylist",
                "denylist", "temporarily rejected",
                "we do not accept mail from", "not accept mail from*ip", "network is on our block", "bad ip",
                "too many bad", "too many errors", "too many invalid", "too many unknown", "harvest",
                "mail from*blocked", "ip not allowed", "hosts is on", "access not allowed", "access forbidden",
            ]
        ),
        (
            .spamDetected,
            [
                "spam", "unsolicited", "bulk email", "bulk e-mail", "bulk mail", "junk mail", "junk email", "ube",
                "blocked by*filter", "content filter", "filter*rejected", "phishing", "fraud", "scam",
                "surbl", "uribl", "cloudmark", "brightmail", "spamassassin", "high score", "suspicious content",
                "suspicious message", "appears to be suspicious", "垃圾邮件", "垃圾郵件", "迷惑メール", "спам",
            ]
        ),
        (.syntaxError, ["parameter not implemented", "command not implemented", "sequence of commands"]),
        (
            .syntaxError,
            [
                "syntax error", "bad sequence", "command unrecognized", "unrecognized command", "unknown command",
                "command not recognized", "invalid command", "bad command", "command rejected", "not implemented",
            ]
        ),
        (
            .notAccept,
            [
                "does not accept mail", "doesn't accept mail", "not accept mail", "doesn't receive email",
                "does not receive email", "does not receive mail", "no mail exchanger", "no mx", "no valid mx",
                "system not accepting", "not accepting network messages", "not accepting messages",
                "not accept any mail", "not accept email", "not accepting mail", "mail receiving disabled",
                "does not accept email", "not currently accepting", "no mail service",
            ]
        ),
        (
            .systemFull,
            [
                "insufficient system storage", "insufficient storage", "insufficient disk", "system full",
                "mail system full", "no space left", "disk full", "disk is full", "not enough disk",
                "system storage", "out of disk", "system disk",
            ]
        ),
        (
            .mailerError,
            [
                "mailer error", "unknown mailer", "exit code", "exit status", "command died", "command failed",
                "process failed", "pipe to |", "local mailer", "procmail:", "maildrop:", "operating system error",
                "child process of", "bin/procmail", "mailer*failed", "service unavailable*command output",
            ]
        ),
        (
            .networkError,
            [
                "too many hops", "hop count exceeded", "hop count", "routing loop", "mail loop", "mailing loop",
                "forwarding loop", "loops back to myself", "loop detected", "mxloopback", "too many received",
                "message is looping", "no route to host", "network is unreachable", "network unreachable",
                "network error", "host unreachable", "address family mismatch", "all routes to destination",
                "no valid route", "lowest numbered mx", "points to local host", "best-preference mx",
                "could not connect and send", "establish an smtp connection",
                "connection was dropped", "connection lost", "lost connection", "connection reset",
                "connection*closed", "name service error", "dns error", "dns lookup failure", "dns failure",
                "dns*timed out", "cname lookup", "name lookup failure", "name server", "forwarded more than",
                "resolve route", "bad connection", "routing error", "smtp connection*broken", "dns server",
            ]
        ),
        (
            .systemError,
            [
                "transaction failed", "local error", "internal error", "internal server error", "internal software",
                "system error", "system config error", "configuration error", "config error", "ldap",
                "local problem", "temporary problem", "interrupted system call", "write error", "queue file",
                "lookup failure", "database", "out of memory", "processing error", "processing failed",
                "temporary system", "service temporarily unavailable",
                "service currently unavailable", "service not available", "unexpected failure",
                "unexpected error", "server error", "unable to process", "could not be processed",
                "badprimary", "resolver.adr.ambiguous", "invalidinsmtp", "not responding properly",
                "error in processing", "remote server error", "proxy", "can't create", "cannot create",
                "cannot open", "could not open", "timeout*processing",
            ]
        ),
        (.onHold, ["on hold", "message held", "has been held", "message is held", "held for"]),
        (
            .userUnknown,
            ["recipient address rejected", "address rejected", "rejected recipient", "recipient rejected"]
        ),
        (.rejected, ["access denied", "message rejected", "mail rejected", "rejecting mail", "email rejected"]),
    ]

    /// The mail lay too long; said beside the cause as well, so it counts only where no cause is named.
    static func saysExpired(_ text: FoldedText) -> Bool { expired.contains(where: text.contains) }

    private static let expired = [
        "timed out", "timeout", "time out", "delivery time expired", "retry time not reached", "message expired",
        "envelope expired", "queue.expired", "delivery expired", "has expired", "retention time",
        "for too long", "too long in", "queue too long", "for a long time", "could not be delivered for",
        "not delivered within", "was not delivered within", "giving up", "given up trying", "multiple retries",
        "retries exceeded", "maximum retries", "number of retries", "after*tries", "retry count",
        "not responding", "no response", "delivery failed*attempts", "host lookup did not complete",
        "did not accept our requests to connect", "could not find a gateway",
        "still undelivered", "undelivered after", "could not deliver for", "unable to connect", "could not connect",
        "connection refused", "connect to", "not been delivered", "has been delayed", "is delayed",
        "message is delayed",
        "will be retried", "no need to resend", "need to resend", "being unable to connect", "queued for", "deferred",
        "unable to contact", "will keep trying",
    ]

    /// Some say so of an unknown user, some of one who refuses.
    static func saysMailboxUnavailable(_ text: FoldedText) -> Bool {
        ["mailbox unavailable", "mailbox not available", "mailbox*unavailable", "mailbox temporarily unavailable"]
            .contains(where: text.contains)
    }
}
