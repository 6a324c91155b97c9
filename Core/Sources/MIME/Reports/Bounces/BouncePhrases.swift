// SPDX-License-Identifier: Apache-2.0

// The words by which mail servers give their reasons, in the order in which they are tried: what names one cause only
// stands before what is said of many. `*` stands for a few words between.

enum BouncePhrases {
    /// The first reason whose words stand in the text.
    static func reason(in text: FoldedText) -> BounceReason? {
        table.first { $0.phrases.contains(where: text.contains) }?.reason
    }

    static func says(_ reason: BounceReason, _ text: FoldedText) -> Bool {
        table.contains { $0.reason == reason && $0.phrases.contains(where: text.contains) }
    }

    typealias Row = (reason: BounceReason, phrases: [String])

    private static let table: [Row] = ofTheSender + ofTheMailbox + ofTheContent + ofTheAddress + ofTheServer

    /// Who sends, from where, and how often.
    private static let ofTheSender: [Row] = [
        (
            .virusDetected,
            [
                "virus detected", "virus found", "contains a virus", "contained a virus", "containing a virus",
                "contains*virus", "infected with", "message is infected", "was infected", "infected message",
                "malware", "suspected virus", "virus infected", "worm detected", "a virus was",
            ]
        ),
        (.spamDetected, ["due to spam classification", "classified as spam", "ube,", "considered*unsolicited"]),
        (.contentError, ["duplicate header", "presents a potential security issue"]),
        (.expired, ["delivery temporarily suspended*connect to", "delivery temporarily suspended*timed out"]),
        (
            .authFailure,
            [
                "bad spf record", "per spf", "spf policy", "spf.pobox.com", "openspf.", "spf check*fail", "fail*spf",
                "spf fail", "spf: fail",
                "spf=fail", "spf validation*fail", "spf hard fail", "per it's spf record", "spf record*fail",
                "spf-violation",
                "sender policy framework", "not a permitted sender", "spf not authorized", "no spf record",
                "missing spf", "is not allowed to send from", "is not allowed to send mail from",
                "not authorized to send*on behalf", "dmarc policy", "dmarc check failed", "dmarc verification",
                "does not pass dmarc", "dmarc evaluation", "fail*dmarc", "dmarc fail", "per dmarc", "violates dmarc",
                "dmarc alignment", "dmarc record", "dkim*fail", "fail*dkim", "dkim signature*invalid",
                "invalid dkim", "dkim verification", "domainkeys", "unauthenticated email", "unauthenticated mail",
                "sender is unauthenticated", "does not have authentication information",
                "authentication checks failed", "authentication requirements", "no authentication information",
                "arc validation", "not pass authentication checks", "sender-id*fail",
            ]
        ),
        (
            .requirePTR,
            [
                "reverse dns", "rdns", "no ptr", "ptr record", "dns ptr", "ptr resource record", "missing ptr",
                "ptr*does not", "reverse lookup", "reverse hostname", "reverse mapping", "reverse name",
                "unresolvable relay host name", "cannot find your hostname", "cannot find your reverse",
                "cannot resolve your address", "cannot resolve*your ip", "unable to resolve your",
                "mismatches client ip", "without a valid sender domain", "ip name lookup failed",
                "in-addr.arpa", "forward-confirmed", "must have a dns name", "client host name*not found",
                "hostname*does not match*ip",
            ]
        ),
        (
            .badReputation,
            [
                "low reputation", "poor reputation", "bad reputation", "sender reputation", "ip reputation",
                "reputation is", "domain reputation", "reputation of the sending", "sender score", "senderscore",
                "unexpected volume or user complaints", "user complaints", "generating complaints",
            ]
        ),
        (
            .speeding,
            [
                "too many recipients this hour", "sent to too many recipients", "receiving mail at a rate",
                "receiving mail too quickly", "rate limit", "rate-limit", "ratelimit", "rate exceeded",
                "sending rate", "message rate", "send rate", "throttl", "unusual rate", "too many messages",
                "too many recipients received",
                "too much mail from", "too many mails", "sending limit", "sending too fast", "too fast", "slow down",
                "too frequent", "sender frequency limited", "recipient frequency limited", "ip frequency limited",
                "recipient rate", "daily sending quota", "hourly limit", "messages per hour", "exceeded*per hour",
                "maximum number of messages", "exceeded the maximum*messages", "mail volume", "message quota per",
            ]
        ),
        (
            .tooManyConnections,
            [
                "connection frequency limited", "too many connection", "too many concurrent", "too many sessions",
                "too many smtp sessions", "concurrent connection", "simultaneous connection", "connection limit",
                "connection rate", "connection limited", "maximum*connections", "connections from your",
                "all available ips are at maximum",
                "per-connection", "too many recipients in", "trop de connexions",
            ]
        ),
    ]

    /// The recipient's mailbox and account.
    private static let ofTheMailbox: [Row] = [
        (
            .mailboxFull,
            [
                "mailbox full", "mailbox is full", "mailbox was full", "full mailbox", "mail box is full",
                "mail box full", "inbox is full", "inbox full", "mailbox*is full", "mailbox_full", "folder is full",
                "mailfolder is full", "over quota", "overquota", "over the quota", "over*disk quota", "out of quota",
                "quota exceeded", "quota is exceeded", "quota exhausted", "quota limit", "exceed*quota",
                "exceeded*storage", "exceeds*storage", "out of storage", "storage limit", "storage quota",
                "mailbox quota", "disk quota", "exceeded the local limit", "mailbox exceeds allowed size",
                "mailbox exceeded", "mailbox has exceeded", "mailbox size", "exceeded*mailbox", "exceed mailbox",
                "shutoffquotaexceeded", "not enough storage space in", "insufficient*space*mailbox",
                "mailbox*too large", "too much mail data", "maildir*full", "space*mailbox*exceeded",
                "postfach*voll", "postfach ist", "bo\u{EE}te*pleine", "boite*pleine", "bo\u{EE}te*satur",
                "buz\u{F3}n*lleno", "casella*piena", "caixa*cheia", "ящик*переполнен", "переполнен",
                "メールボックスが一杯", "メールボックスがいっぱい", "受信箱がいっぱい", "容量を超え", "容量オーバー",
                "郵箱已滿", "邮箱已满", "信箱已滿", "邮箱空间不足",
            ]
        ),
        (.messageTooBig, ["recipsizelimit", "too large for this recipient"]),
        (.exceedLimit, ["exceeds administrative limit", "message length exceeds", "larger than*recipient*accept"]),
        (
            .suspended,
            [
                "account is disabled", "account*been disabled", "account disabled", "account*is inactive",
                "account inactive", "inactive account", "account*suspend", "account*deactivated", "account*locked",
                "account*frozen", "account*terminated", "account*cancelled", "account expired", "account*has expired",
                "account*closed", "account that you tried to reach is", "disabled or discontinued",
                "mailbox disabled", "mailbox is disabled", "mailbox*has been disabled", "mailbox is inactive",
                "mailbox inactive", "mailbox*frozen", "mailbox*suspend", "mailbox*deactivated", "mailbox*locked",
                "mailbox is blocked", "deactivated mailbox", "user*suspended", "user*disabled", "user is inactive",
                "inactive user", "disabled user", "inactive recipient", "disabled recipient", "recipient*disabled",
                "recipient*suspended", "address*has been suspended", "address is disabled", "address*deactivated",
                "temporarily suspended", "currently suspended", "has been suspended", "is suspended",
                "not active", "no longer active", "suspend the service", "hibernated", "administratively disabled",
                "administratively*disabled", "deactivated mailbox", "permanently disabled",
                "konto*gesperrt", "konto*deaktiviert", "compte*d\u{E9}sactiv", "compte*suspend",
            ]
        ),
        (
            .hasMoved,
            [
                "has moved", "user moved", "mailbox moved", "no forwarding address", "no longer on server",
                "has been replaced by", "address has changed", "address has been changed", "moved permanently",
                "new address is", "no longer works here", "adresse a chang",
            ]
        ),
    ]

    /// What the mail contains.
    private static let ofTheContent: [Row] = [
        (
            .messageTooBig,
            [
                "message too big", "message too large", "message is too large", "message is too big",
                "message size", "message was too large", "message*exceeds*size", "message*exceed*size",
                "exceeds size limit", "exceeded maximum inbound", "size limit", "maximum size", "max message size",
                "line limit exceeded", "message file too big", "message exceeds the maximum", "mail too large",
                "mail size", "too large*message", "larger than*limit", "message body is too large",
                "nachricht ist zu gro", "message*trop volumineux", "file too large", "size exceeds",
                "メールサイズ", "サイズが大き",
            ]
        ),
        (
            .notCompliant,
            [
                "rfc 5322", "rfc5322", "rfc 2822", "rfc2822", "rfc 822", "rfc compliant", "not rfc", "rfcmessage",
                "not compliant", "missing a valid address in from", "multiple addresses in from",
                "from header is missing", "missing from header", "duplicate from", "bare lf", "bare linefeed",
            ]
        ),
        (
            .contentError,
            [
                "improper use of 8-bit", "8-bit data in", "message content rejected",
                "content rejected", "content type*not", "attachment*not accept", "attachment*not allow",
                "attachment*block", "attachment type", "banned file", "banned content", "blocked file",
                "prohibited content", "illegal attachment", "invalid header", "malformed header", "bad header",
                "header error", "header syntax", "message header size", "malformed message", "message malformed",
                "malformed mime", "mime error", "invalid character", "charset not", "8bit data", "8bitmime",
                "no date header", "executable", "dangerous attachment", "objectionable content",
            ]
        ),
    ]

    /// The address itself: the part before the sign, or the domain.
    private static let ofTheAddress: [Row] = [
        (
            .securityError,
            [
                "turn on smtp authentication", "unauthenticated senders not allowed", "authentication required",
                "authentication is required", "authentication needed", "requires authentication",
                "must authenticate", "need to authenticate", "not authenticated", "authentication failed",
                "authentication failure", "authentication error", "auth failed", "authrequired", "starttls",
                "tls required", "tls is required", "require tls", "encryption required", "encryption needed",
                "certificate", "authentication credentials", "login failed", "smtp auth",
            ]
        ),
        (.blocked, ["which is an open relay", "open relay", "open proxy"]),
        (
            .noRelaying,
            [
                "relay access denied", "relaying denied", "relay denied", "no relaying", "not relaying", "relay not",
                "relaying not", "not permitted to relay", "not allowed to relay", "unable to relay", "cannot relay",
                "can't relay", "do not relay", "don't relay", "does not relay", "insecure mail relay",
                "relaying prohibited", "relay prohibited", "relaying is prohibited", "relaying is not",
                "relaying mail to", "relay operation", "relay rejected", "relaying disallowed", "relay attempt",
                "list of allowed rcpthosts", "allowed rcpthosts", "isn't in my list", "not a local domain",
                "not local and", "is not hosted here", "domain is not hosted", "not one of my domains",
                "as a relay", "allowed to be relayed", "mail relay", "relaying*verboten", "relais refus",
            ]
        ),
        (
            .filtered,
            [
                "refused due to recipient preferences", "email preferences of the person", "recipient preferences",
                "recipient refuses", "refused by the recipient", "rejected by the recipient's", "user refuse",
                "user reject", "blocked by the recipient", "blocked by user", "blocked by recipient",
                "only accepting mail from", "only accepts mail from", "only accepts messages from",
                "not accepting mail from you", "doesn't accept mail from you", "rejected by user",
                "550 : user unknown", "550: : user unknown", "was rejected by a remote mail server",
                "recipient not accept", "rejected by recipient", "you have been blocked", "recipient has blocked",
                "受信拒否",
            ]
        ),
        (
            .rejected,
            [
                "sender address rejected", "sender rejected", "sender was rejected", "sender refused",
                "sender*has been rejected", "sender denied", "domain of sender", "sender domain", "sender's domain",
                "sender*does not exist", "sender verif", "sender verify", "unroutable sender", "unrouteable sender",
                "invalid sender", "bad sender", "unknown sender", "sender*invalid", "sender unknown",
                "sender*blacklist", "sender*not allowed", "sender*not accept", "sender*not permitted",
                "sender*blocked", "unable to verify sender", "not*verify*sender", "return address",
                "address that has been blacklisted", "your address*blacklist", "domain is invalid",
                "valid from:", "empty envelope sender", "null sender", "null reverse path", "envelope sender",
                "not accept mail from", "not accepting mail from", "not accept messages from", "mail from*denied",
                "mail from*reject", "from address*not", "you are not allowed to post",
                "not allowed to send to", "not allowed to send", "not authorized to send", "not permitted to send",
                "don't have permission to", "do not have permission to", "notauthorized", "'send mail as'",
                "groups.google.com", "google groups", "only members", "subscribers only", "non-member",
                "not a member", "expediteur*refus", "exp\u{E9}diteur*refus", "absender*abgelehnt", "absender*gesperrt",
            ]
        ),
        (.hostUnknown, ["unrouteable address", "unroutable address", "unrouteable mail domain"]),
        (
            .notAccept,
            ["null mx", "nullmx", "indicated no smtp service", "no mx found", "couldn't find a mail exchanger"]
        ),
        (.networkError, ["host not found, try again", "name service error*try again"]),
        (
            .hostUnknown,
            [
                "host unknown", "unknown host", "host not found", "host or domain name not found",
                "domain name not found", "domain not found", "domain does not exist", "domain doesn't exist",
                "no such domain", "unknown domain", "domain unknown", "nonexistentdomain", "non-existent domain",
                "nonexistent domain", "couldn't find any host", "could not find any host", "cannot find*host",
                "host*not found", "host*does not exist", "nxdomain", "non-existent host", "host address lookups failed",
                "unknown mail host", "no such host", "bad destination host",
                "bad destination system", "domain*could not be found", "domain*couldn't be found",
                "domain lookup failed", "illegal host", "invalid domain*recipient", "domaine inconnu",
                "domain is not valid",
            ]
        ),
        (
            .userUnknown,
            [
                "user unknown", "unknown user", "users unknown", "user is unknown", "user*unknown", "no such user",
                "no such address", "no such mailbox", "no such recipient", "no such person", "no such account",
                "no such local", "no such email", "no such name", "no such id", "recipient unknown",
                "unknown recipient", "recipient is unknown", "address unknown", "unknown address",
                "mailbox unknown", "unknown mailbox", "unknown account", "unknown local part", "unknown or illegal",
                "unknown email", "unknown username", "unknown alias", "unknown virtual", "addressee unknown",
                "alias unknown",
                "user not found", "recipient not found", "address not found", "mailbox not found",
                "account not found", "recipnotfound", "recipientnotfound", "address couldn't be found",
                "address could not be found", "address was not found", "recipient*not found", "user*not found",
                "recipient*could not be found", "no mailbox", "no user", "no account", "no valid recipient",
                "validrcptto",
                "no recipient", "not a valid", "not valid", "not a known", "not a registered", "not known",
                "not listed in", "not on our", "not our customer", "not our user", "isn't listed", "not exist",
                "doesn't exist", "doesn't have a", "doesn't have an", "does not have a", "does not have an",
                "doesn't match", "invalid recipient", "invalid mailbox", "invalid address", "invalid user",
                "invalid email", "invalid final delivery userid", "invalid local", "invalid account",
                "illegal user", "illegal alias", "bad address", "bad mailbox", "bad recipient",
                "bad destination mailbox",
                "recipient name is not recognized", "recipient is not", "recipient no longer", "unable to find",
                "recipient is invalid", "recipient invalid", "mailbox invalid", "there is no", "nonexistent",
                "non-existent",
                "non existent", "no longer available", "no longer in use", "no longer exist", "no longer valid",
                "no longer employed", "user was not found", "undeliverable address", "addresses failed",
                "not in our database", "check if address is correct", "couldn't be found", "no direct link",
                "account has been deleted", "mailbox*deleted", "email address*deleted", "user*deleted",
                "utilisateur inconnu", "destinataire inconnu", "destinataire invalide", "adresse inconnue",
                "adresse*invalide", "n'existe pas", "no existe", "usuario desconocido", "non esiste",
                "sconosciuto", "destinat\u{E1}rio", "n\u{E3}o existe", "unbekannt", "existiert nicht",
                "onbekend", "bestaat niet", "нет такого", "не существует", "не найден", "нет пользователя",
                "見つかりません", "見つからない", "リストにありません", "存在しません", "存在しない", "不明なユーザ",
                "不存在", "用户不存在", "查無此", "存在하지", "존재하지",
            ]
        ),
    ]
}
