// SPDX-License-Identifier: Apache-2.0

import Markup

/// Issue links are refused in Jira's words; this sandbox keeps none.
extension SandboxJira {
    func readLink(_ call: Call) throws -> Answer {
        throw JiraRefusal.notFound("No issue link with id '\(call[parameter: "id"])' exists.")
    }

    func addLink(_ call: Call) throws -> Answer {
        let type = try call.object()["type"]?["name"]?.stringValue ?? ""
        throw JiraRefusal.notFound("No issue link type with name '\(type)' found.")
    }
}
