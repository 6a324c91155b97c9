// SPDX-License-Identifier: Apache-2.0

/// What stands behind `order by`: by which fields issues are put in order, and which way.
struct JQLOrder: Equatable, Sendable {
    enum Field: Sendable {
        case created, updated, key
    }

    let field: Field
    let isDescending: Bool

    /// The fields that the sandbox puts issues in order by; others are read over.
    static func all(in text: String) throws -> [JQLOrder] {
        let tokens = try jqlTokens(text)
        let start = tokens.indices.dropLast().last { tokens[$0].isWord("order") && tokens[$0 + 1].isWord("by") }
        guard let start else { return [] }
        return tokens[(start + 2)...].split { $0.isSign(",") }.compactMap { words in
            guard let name = words.first?.text.lowercased(), let field = Field(name) else { return nil }
            return JQLOrder(field: field, isDescending: words.count > 1 && words.last!.isWord("desc"))
        }
    }

    /// Whether the first comes before the second; nil where this order does not tell them apart.
    func precedes(_ one: Issue, _ other: Issue) -> Bool? {
        let isBefore: Bool
        switch field {
        case .created where one.created != other.created: isBefore = one.created < other.created
        case .updated where one.updated != other.updated: isBefore = one.updated < other.updated
        case .key where one.id != other.id: isBefore = one.id < other.id
        default: return nil
        }
        return isBefore != isDescending
    }
}

extension JQLOrder.Field {
    fileprivate init?(_ name: String) {
        switch name {
        case "created", "createddate": self = .created
        case "updated", "updateddate": self = .updated
        case "key", "issuekey", "id": self = .key
        default: return nil
        }
    }
}
