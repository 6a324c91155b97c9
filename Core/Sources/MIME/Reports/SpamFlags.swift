// SPDX-License-Identifier: Apache-2.0

extension Message {
    /// What spam filters on the way said, where they said yes. A sender can write such a field too, but nobody lies
    /// this way about his own mail.
    var spamFlags: [AutomaticSign] {
        var signs = AutomaticSign.Rule.spam.compactMap { $0.sign(in: self) }
        if let value = field("X-MS-Exchange-Organization-SCL"), let level = Int(value.trimmingSpaces()), level >= 5 {
            signs.append(spamSign("X-MS-Exchange-Organization-SCL", value))
        }
        if let value = field("X-Forefront-Antispam-Report"), value.uppercased().contains("SFV:SPM") {
            signs.append(spamSign("X-Forefront-Antispam-Report", "SFV:SPM"))
        }
        if let subject,
            let mark = ["[spam]", "***spam***", "*****spam*****", "{spam?}", "[spam?]"].first(
                where: subject.prefix(20).lowercased().hasPrefix)
        {
            signs.append(spamSign("Subject", mark))
        }
        return signs
    }

    private func spamSign(_ field: String, _ value: String) -> AutomaticSign {
        AutomaticSign(kind: .spamFlag, value: value.lowercased(), evidence: "\(field): \(value.prefix(200))")
    }
}

extension AutomaticSign.Rule {
    fileprivate static let spam = [
        // SpamAssassin, and those that write as it does
        AutomaticSign.Rule(kind: .spamFlag, field: "X-Spam-Flag", values: ["yes", "true"]),
        AutomaticSign.Rule(kind: .spamFlag, field: "X-Spam-Status", values: ["yes"]),
        AutomaticSign.Rule(kind: .spamFlag, field: "X-Spam", values: ["yes", "true", "spam"]),
        AutomaticSign.Rule(kind: .spamFlag, field: "X-Spam-Result", values: ["yes", "spam"]),
        // Rspamd
        AutomaticSign.Rule(kind: .spamFlag, field: "X-Rspamd-Action", values: ["add header", "rewrite subject"]),
        AutomaticSign.Rule(kind: .spamFlag, field: "X-Barracuda-Spam-Flag", values: ["yes"]),
        AutomaticSign.Rule(kind: .spamFlag, field: "X-Barracuda-Spam-Status", values: ["yes"]),
        AutomaticSign.Rule(kind: .spamFlag, field: "X-Bogosity", values: ["spam", "yes"]),
        AutomaticSign.Rule(kind: .spamFlag, field: "X-DSPAM-Result", values: ["spam"]),
        AutomaticSign.Rule(kind: .spamFlag, field: "X-SpamProbe", values: ["spam"]),
        AutomaticSign.Rule(kind: .spamFlag, field: "X-CRM114-Status", values: ["spam"]),
        AutomaticSign.Rule(kind: .spamFlag, field: "X-MailScanner-SpamCheck", values: ["spam"]),
        AutomaticSign.Rule(kind: .spamFlag, field: "X-NAI-Spam-Flag", values: ["yes"]),
        AutomaticSign.Rule(kind: .spamFlag, field: "X-Sophos-Spam", values: ["yes"]),
        AutomaticSign.Rule(
            kind: .spamFlag, field: "X-Proofpoint-Spam-Details", values: ["rule=spam", "rule=notspam_policy_spam"]),
        AutomaticSign.Rule(kind: .spamFlag, field: "X-GMX-Antispam", values: ["5"]),
        AutomaticSign.Rule(kind: .spamFlag, field: "X-Yandex-Spam", values: ["4"]),
        AutomaticSign.Rule(kind: .spamFlag, field: "X-MDSpam-Flag", values: ["yes"]),
    ]
}
