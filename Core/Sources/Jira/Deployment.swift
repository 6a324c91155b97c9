// SPDX-License-Identifier: Apache-2.0

/// Whose machines a Jira runs on. It decides the language: REST v3 with Atlassian documents and account ids on Cloud,
/// REST v2 with wiki markup and user names on Data Center.
public enum Deployment: String, Hashable, Codable, Sendable, CaseIterable {
    case cloud
    case dataCenter = "data-center"

    /// A path below the REST API of the platform.
    func api(_ segments: String...) -> [String] {
        ["rest", "api", self == .cloud ? "3" : "2"] + segments
    }
}
