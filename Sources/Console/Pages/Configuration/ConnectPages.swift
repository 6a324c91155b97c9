// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Hummingbird
import Planning
import Synchronization
import Vault
import WebClient

/// Where Atlassian leads the browser back to: the callback of an app of OAuth 2.0.
public let consentPath = Route.consented.path

/// Connecting a Jira by OAuth 2.0: the question, and what comes back with the browser.
///
/// The question belongs to the session that asked it, so that nobody connects a Jira with the consent of somebody whom he only
/// sent a link. Atlassian's redirect comes without our cookie; the link on the page that it leads to brings it.
struct ConnectPages: Sendable {
    let engine: Engine
    /// Of the console, as a browser reaches it.
    let address: String
    let now: @Sendable () -> Date
    private let asked = Consents()

    init(engine: Engine, address: String, now: @escaping @Sendable () -> Date) {
        self.engine = engine
        self.address = address
        self.now = now
    }

    func add(to doors: Doors) {
        doors.admins(.connect) { ask, visit in
            guard let id = ConfigurationID(ask.form["connection"] ?? "") else {
                throw Refused.notDone("There is no such connection.")
            }
            let consent = try await inWords {
                try Consent(for: id, of: visit.setup, returningTo: address + consentPath)
            }
            asked.add(consent, by: visit.visitor, at: now())
            let page = ConnectPage(
                address: consent.address,
                words: "Atlassian asks you what Martlet may do in Jira, and leads you back here.",
                link: "Go on to Atlassian", lines: [])
            return render("connect", page, title: "Connect \(id)", for: visit.visitor)
        }
        doors.open(.consented) { request, _ in
            let fields = ["code", "state", "error", "error_description"].compactMap { name in
                request.query[name].map { "\(name)=\(queryEncoded(String($0.prefix(4000))))" }
            }
            let page = ConnectPage(
                address: "\(Route.connected.path)?\(fields.joined(separator: "&"))",
                words: "If you began by martlet tenant connect, copy the address of this page into it instead.",
                link: "Finish in the console", lines: [])
            return render("connect", page, title: "Back from Atlassian", for: nil)
        }
        doors.admins(.connected) { ask, visit in
            guard let consent = asked.take(ask.query["state"] ?? "", of: visit.visitor, at: now()) else {
                throw Refused.notDone("Nobody asked for this in your session, or it is too long ago: begin anew.")
            }
            let lines = try await inWords { try await consent.finish(ask.query, of: visit.setup) }
            engine.tenants.forget()
            let page = ConnectPage(address: Route.configuration.path, words: "", link: "Configuration", lines: lines)
            return render("connect", page, title: "Connected", for: visit.visitor)
        }
    }

    private func inWords<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as any Explained {
            throw Refused.notDone(error.description)
        } catch let error as WebClientError {
            throw Refused.notDone(error.said)
        }
    }
}

struct ConnectPage: Sendable {
    let address: String
    let words: String
    let link: String
    let lines: [String]

    static let template = """
        {{#lines}}<p>{{.}}</p>{{/lines}}<p>{{words}}</p><p><a href="{{address}}">{{link}}</a></p>
        """
}

/// Questions that were asked, each until its answer came or for ten minutes.
private final class Consents: Sendable {
    private struct Asked {
        let consent: Consent
        let session: Secret
        let until: Date
    }

    private let asked = Mutex<[Asked]>([])

    func add(_ consent: Consent, by visitor: Visitor, at now: Date) {
        asked.withLock { asked in
            asked.removeAll { $0.until < now }
            if asked.count >= 1000 { asked.removeFirst() }
            asked.append(Asked(consent: consent, session: visitor.session, until: now.addingTimeInterval(600)))
        }
    }

    /// Each is answered once.
    func take(_ state: String, of visitor: Visitor, at now: Date) -> Consent? {
        asked.withLock { asked in
            let index = asked.firstIndex {
                $0.until >= now && $0.session == visitor.session && $0.consent.state == Secret(state)
            }
            return index.map { asked.remove(at: $0).consent }
        }
    }
}
