// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import Markup
import NIOCore

/// The way in to the stand-in of auth.atlassian.com, and of what api.atlassian.com has beside the sites.
struct OAuthDoor: Sendable {
    let jira: SandboxJira

    static func has(_ path: String) -> Bool {
        path.hasPrefix("/oauth/") || path == "/.well-known/jwks.json"
    }

    func answer(_ request: Request) async -> Answer {
        do {
            switch (request.method, request.uri.path) {
            case (.post, "/oauth/token"):
                let body = try? await request.body.collect(upTo: 1 << 20)
                let fields = body.flatMap { try? JSONValue(parsing: Array($0.readableBytesView)) }
                return try await jira.whole { try $0.token(fields) }
            case (.get, "/oauth/token/accessible-resources"):
                return try await jira.accessibleResources(bearer(request) ?? "")
            case (.get, "/.well-known/jwks.json"): return try await jira.publishedKeys()
            default: return Answer(404, ["error": "not_found", "error_description": "Not found"])
            }
        } catch let refusal as OAuthRefusal {
            return refusal.answer
        } catch {
            return OAuthRefusal.unreadable.answer
        }
    }

    private func bearer(_ request: Request) -> String? {
        let words = (request.headers[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        return words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : nil
    }
}
