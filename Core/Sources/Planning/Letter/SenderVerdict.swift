// SPDX-License-Identifier: Apache-2.0

import MIME

/// What a trusted mail server found out about the domain of a sender.
struct SenderVerdict: Hashable, Sendable {
    /// DMARC passed, or DKIM or SPF passed for the sender's own domain (RFC 7489 §3.1).
    let isPass: Bool
    /// The checks and their results, as the header has them: `dmarc=pass, spf=fail`.
    let words: String
}

extension AuthenticationResults {
    func isFrom(_ authservID: String) -> Bool {
        server == authservID.lowercased()
    }

    func verdict(on address: String) -> SenderVerdict {
        let domain = senderDomain(of: address)
        let passes = results.contains { $0.value == "pass" && $0.speaks(for: domain) }
        let isRefuted = results(of: "dmarc").contains { $0.value == "fail" }
        let words = results.prefix(10).map { "\($0.method)=\($0.value)" }.joined(separator: ", ")
        return SenderVerdict(isPass: passes && !isRefuted, words: words.isEmpty ? "nothing" : words)
    }
}

extension AuthenticationResults.Result {
    /// The names of the domain that a passed check stands for, by method (RFC 8601 §2.7).
    private static let properties = [
        "dmarc": ["header.from"], "dkim": ["header.d", "header.i"], "spf": ["smtp.mailfrom"],
    ]

    /// The domain that was checked is the sender's, or one above or below it.
    fileprivate func speaks(for domain: String) -> Bool {
        guard let names = Self.properties[method], !domain.isEmpty else { return false }
        guard let checked = names.lazy.compactMap(property).first else { return false }
        let other = senderDomain(of: checked)
        return other == domain || isBelow(other, domain) || isBelow(domain, other)
    }

    private func isBelow(_ name: String, _ parent: String) -> Bool {
        parent.contains(".") && name.hasSuffix(".\(parent)")
    }
}

/// What stands behind the last `@`, or all of it, in lower case.
private func senderDomain(of text: String) -> String {
    String(text.split(separator: "@", omittingEmptySubsequences: false).last ?? "").lowercased()
}
