// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup

/// Which door of a site a request came to, and what it asks for behind it.
struct SitePlace {
    enum Door {
        case cloudSite
        /// `https://api.atlassian.com/ex/jira/{cloudId}/…`
        case gateway
        case dataCenter

        var takesBearer: Bool { self != .cloudSite }
    }

    let door: Door
    let segments: [String]
    /// As Jira names it in refusals: without what leads to the site.
    let path: String

    init(_ path: String, _ settings: JiraSettings) throws {
        switch settings.deployment {
        case .cloud where path.hasPrefix("/ex/"):
            let prefix = "/ex/jira/\(SandboxConfiguration.cloudID)"
            guard path.hasPrefix(prefix + "/") else { throw UnknownGatewayPath(path: path) }
            door = .gateway
            self.path = String(path.dropFirst(prefix.count))
        case .cloud:
            door = .cloudSite
            self.path = path
        case .dataCenter:
            door = .dataCenter
            self.path = path
        }
        segments = self.path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
    }
}

/// The operations below the first segments of a path.
struct Section {
    let table: [Endpoint]
    let dialect: Dialect
    let depth: Int

    var isForAdmins: Bool { depth == 1 }

    init?(of segments: [String], on deployment: Deployment) {
        depth = segments.first == "sandbox" ? 1 : segments.prefix(2) == ["rest", "servicedeskapi"] ? 2 : 3
        switch (Array(segments.prefix(depth)), deployment) {
        case (["sandbox"], _): (table, dialect) = (adminEndpoints, .v3)
        case (["rest", "api", "3"], .cloud): (table, dialect) = (apiEndpoints, .v3)
        case (["rest", "api", "2"], .cloud), (["rest", "api", "latest"], .cloud): (table, dialect) = (apiEndpoints, .v2)
        case (["rest", "api", "2"], .dataCenter), (["rest", "api", "latest"], .dataCenter):
            (table, dialect) = (dataCenterEndpoints, .dataCenter)
        case (["rest", "servicedeskapi"], .cloud): (table, dialect) = (serviceDeskEndpoints, .v2)
        case (["rest", "webhooks", "1.0"], .cloud): (table, dialect) = (webhookEndpoints, .v2)
        case (["rest", "jira-webhook", "1.0"], .dataCenter):
            (table, dialect) = (dataCenterWebhookEndpoints, .dataCenter)
        default: return nil
        }
    }
}

/// What the gateway says where it knows no site.
struct UnknownGatewayPath: Error {
    let path: String

    func answer(at time: Date) -> Answer {
        Answer(
            404,
            [
                "timestamp": .string(time.ISO8601Format()), "status": 404, "error": "Not Found",
                "message": "No message available", "path": .string(path),
            ])
    }
}
