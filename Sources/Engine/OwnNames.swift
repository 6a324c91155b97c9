// SPDX-License-Identifier: Apache-2.0

import Jira
import Planning
import Vault

/// Names that mail of ours carries, with a code that nobody else can make.
///
///     X-Martlet: v1 tenant=acme; id=01J8…; mac=5f0c…
///     References: <martlet.issue.acme.10042.5f0c…@example.com>
struct OwnNames: Sendable {
    let tenant: TenantID
    let keys: OwnerKeys

    /// The value of the header by which we know our own mail.
    func marker(of job: JobID) -> String {
        "v1 tenant=\(tenant); id=\(job); mac=\(keys.sign("\(tenant);\(job)", for: .marker))"
    }

    /// The left side of the id that all mail about an issue of this Jira refers to.
    func threadRoot(of issue: IssueID, in connection: ConfigurationID) -> String {
        "martlet.issue.\(tenant).\(issue).\(keys.sign("\(tenant);\(connection);\(issue)", for: .thread))"
    }

    /// What a marker or a thread root says; nil when it is not of this tenant's making, or of another Jira's issue.
    func meaning(of name: String, in connection: ConfigurationID) -> OwnName? {
        guard name.utf8.count <= 500 else { return nil }
        return name.hasPrefix("v1 ")
            ? job(inMarker: name).map(OwnName.sentByUs) : issue(inRoot: name, connection).map(OwnName.thread)
    }

    private func job(inMarker marker: String) -> JobID? {
        let pairs = marker.dropFirst(3).split(separator: ";").map { $0.split(separator: "=", maxSplits: 1) }
        let values = Dictionary(
            pairs.filter { $0.count == 2 }.map { (trimmed($0[0]), trimmed($0[1])) },
            uniquingKeysWith: { first, _ in first })
        guard values["tenant"] == tenant.rawValue, let job = values["id"].flatMap(JobID.init), let mac = values["mac"],
            keys.verify(mac, of: "\(tenant);\(job)", for: .marker)
        else { return nil }
        return job
    }

    private func issue(inRoot name: String, _ connection: ConfigurationID) -> IssueID? {
        let local = name.prefix { $0 != "@" }
        let pieces = local.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard pieces.count == 5, pieces[0] == "martlet", pieces[1] == "issue", pieces[2] == tenant.rawValue,
            let issue = IssueID(pieces[3]), keys.verify(pieces[4], of: "\(tenant);\(connection);\(issue)", for: .thread)
        else { return nil }
        return issue
    }

    private func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
