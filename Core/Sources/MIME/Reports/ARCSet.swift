// SPDX-License-Identifier: Apache-2.0

/// What one server on the way of a forwarded message found out and signed (RFC 8617).
///
/// It says what the fields say. Whether the seal holds is for the one to find out who can ask for keys.
public struct ARCSet: Sendable, Equatable {
    /// 1 for the first server, at most 50.
    public var instance: Int
    /// What the server saw; nil when its field is missing or cannot be read.
    public var results: AuthenticationResults?
    /// `none`, `pass`, `fail`: how the server found the sets before its own; lower case.
    public var chain: String?
    /// Who sealed it, in lower case.
    public var domain: String?
    public var selector: String?

    /// All three fields are there.
    public var isWhole: Bool
}

extension Message {
    /// The sets by their instance, the first server's first. An instance whose fields stand twice counts as broken.
    public var arcSets: [ARCSet] {
        let results = instances("ARC-Authentication-Results")
        let seals = instances("ARC-Seal")
        let signatures = instances("ARC-Message-Signature")
        let numbers = Set(results.keys).union(seals.keys).union(signatures.keys)
        return numbers.sorted().map { number in
            let counts = [results, seals, signatures].map { $0[number]?.count ?? 0 }
            let tags = seals[number]?.first.map(tagList) ?? [:]
            let said = results[number]?.first.flatMap { value in
                // `i=1;` stands before the server.
                value.firstIndex(of: ";").flatMap {
                    AuthenticationResults(parsing: String(value[value.index(after: $0)...]))
                }
            }
            return ARCSet(
                instance: number, results: said, chain: tags["cv"]?.lowercased(), domain: tags["d"]?.lowercased(),
                selector: tags["s"], isWhole: counts == [1, 1, 1])
        }
    }

    private func instances(_ name: String) -> [Int: [String]] {
        var found: [Int: [String]] = [:]
        for value in fields(named: name).prefix(200) {
            guard let number = tagList(value)["i"].flatMap({ Int($0) }), (1...50).contains(number) else { continue }
            found[number, default: []].append(value)
        }
        return found
    }
}

/// `a=rsa-sha256; cv=pass` (RFC 6376 §3.2); the first of each name.
private func tagList(_ value: String) -> [String: String] {
    var tags: [String: String] = [:]
    for piece in value.split(separator: ";").prefix(100) {
        guard let equals = piece.firstIndex(of: "=") else { continue }
        let name = String(piece[..<equals]).trimmingSpaces().lowercased()
        if tags[name] == nil { tags[name] = String(piece[piece.index(after: equals)...]).trimmingSpaces() }
    }
    return tags
}
