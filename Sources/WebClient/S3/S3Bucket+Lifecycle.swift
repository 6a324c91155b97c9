// SPDX-License-Identifier: Apache-2.0

/// What the bucket deletes by itself: objects that bear our mark, so many days after they were put.
public struct S3Expiry: Sendable, Hashable {
    /// Of the rule in the bucket.
    public var id: String
    /// Of the names that it is about, without the prefix of the address.
    public var beginning: String
    public var days: Int

    public init(id: String, beginning: String, days: Int) {
        self.id = id
        self.beginning = beginning
        self.days = days
    }
}

extension S3Bucket {
    /// Lets the bucket delete the object when its rule says so.
    public func allowExpiry(of name: String) async throws {
        _ = try await sendXML(
            "PUT", "<Tagging><TagSet><Tag><Key>martlet</Key><Value>done</Value></Tag></TagSet></Tagging>", name,
            query: "tagging")
    }

    /// Undoes `allowExpiry`.
    public func forbidExpiry(of name: String) async throws {
        _ = try await send("DELETE", name, query: [("tagging", "")])
    }

    /// Puts these rules, and one against uploads that nobody ended, beside the rules of others, and reads them back.
    ///
    /// Gives whether they stand there as they were put.
    public func setExpiry(_ rules: [S3Expiry]) async throws -> Bool {
        let wanted = rules.map(xml) + [uploadsRule]
        let there = try await lifecycleRules()
        if wanted.allSatisfy({ there.contains(Rule($0)) }) { return true }
        let ids = Set(wanted.map { Rule($0).id })
        let others = there.filter { !ids.contains($0.id) }.map(\.text)
        _ = try await sendXML(
            "PUT",
            "<LifecycleConfiguration>\((others + wanted).map { "<Rule>\($0)</Rule>" }.joined())</LifecycleConfiguration>",
            query: "lifecycle")
        return try await hasExpiry(rules)
    }

    /// Whether these rules stand there as `setExpiry` puts them.
    public func hasExpiry(_ rules: [S3Expiry]) async throws -> Bool {
        let there = try await lifecycleRules()
        return (rules.map(xml) + [uploadsRule]).allSatisfy { there.contains(Rule($0)) }
    }

    private func lifecycleRules() async throws -> [Rule] {
        do {
            return try await send("GET", nil, query: [("lifecycle", "")]).elements("Rule").map { Rule(String($0)) }
        } catch let error as AWSError where error.code == .notFound {
            return []
        }
    }

    /// A rule as it was written, and what of it counts.
    private struct Rule: Equatable {
        let text: String

        init(_ text: String) {
            self.text = text
        }

        var id: String { value("ID") }

        private func value(_ name: String) -> String { AWSAnswer.text(of: name, in: text[...]) ?? "" }

        static func == (one: Rule, other: Rule) -> Bool {
            ["ID", "Status", "Prefix", "Key", "Value", "Days", "DaysAfterInitiation"].allSatisfy {
                one.value($0) == other.value($0)
            }
        }
    }

    private func xml(_ rule: S3Expiry) -> String {
        """
        <ID>\(id(rule.id))</ID><Filter><And><Prefix>\(address.prefix)\(rule.beginning)</Prefix>\
        <Tag><Key>martlet</Key><Value>done</Value></Tag></And></Filter><Status>Enabled</Status>\
        <Expiration><Days>\(rule.days)</Days></Expiration>
        """
    }

    /// Installations may share a bucket under different prefixes.
    private func id(_ name: String) -> String { "martlet \(address.prefix)\(name)" }

    /// What a process that ended amid an upload left.
    private var uploadsRule: String {
        """
        <ID>\(id("uploads"))</ID><Filter><Prefix>\(address.prefix)</Prefix></Filter><Status>Enabled</Status>\
        <AbortIncompleteMultipartUpload><DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload>
        """
    }
}
