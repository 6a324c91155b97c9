// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Planning
import Store
import Vault

/// The only way that a route gets an answer: through the access that it names.
struct Doors {
    let router: Router<ConsoleContext>
    let engine: Engine
    let now: @Sendable () -> Date

    /// For everyone.
    func open(_ route: Route, _ answer: @escaping @Sendable (Request, ConsoleContext) async throws -> Response) {
        precondition(route.access == .everyone, "\(route) is not for everyone")
        add(route, answer)
    }

    /// For who is signed in, whatever the role.
    func signedIn(_ route: Route, _ answer: @escaping @Sendable (Ask, Visitor) async throws -> Response) {
        precondition(route.access == .signedIn, "\(route) is not for everyone signed in")
        guarded(route) { ask, visitor in try await answer(ask, visitor) }
    }

    /// For operators, who see figures of all tenants and mail of none.
    func operators(_ route: Route, _ answer: @escaping @Sendable (Ask, Visitor) async throws -> Response) {
        precondition(route.access == .operators, "\(route) is not for operators")
        guarded(route) { ask, visitor in
            guard visitor.role == .operator else { throw Refused.otherRole }
            return try await answer(ask, visitor)
        }
    }

    /// For tenant admins, with what is their tenant's.
    func admins(_ route: Route, _ answer: @escaping @Sendable (Ask, AdminVisit) async throws -> Response) {
        precondition(route.access == .tenantAdmins, "\(route) is not for tenant admins")
        guarded(route) { [engine] ask, visitor in
            guard let id = visitor.tenant else { throw Refused.otherRole }
            return try await answer(ask, AdminVisit(visitor: visitor, setup: try await engine.tenants.setup(id)))
        }
    }

    private func guarded(_ route: Route, _ answer: @escaping @Sendable (Ask, Visitor) async throws -> Response) {
        add(route) { [engine, now] request, context in
            guard let visitor = context.visitor else { return redirect(to: Route.signInPage.path) }
            let job = context.parameters.get("job")
            if route.access == .tenantAdmins, visitor.tenant == nil { throw Refused.otherRole }
            if route.access == .operators, visitor.tenant != nil { throw Refused.otherRole }
            guard route.isPost else {
                let ask = Ask(query: request.query, form: [:], job: job)
                try await engine.store.record(route, ask, of: visitor, at: now())
                return try await answer(ask, visitor)
            }
            let form = try await request.form()
            guard !request.isFromElsewhere, Secret(form["token"] ?? "") == visitor.formToken else {
                throw Refused.strangeForm
            }
            let ask = Ask(query: [:], form: form, job: job)
            try await engine.store.record(route, ask, of: visitor, at: now())
            return try await answer(ask, visitor)
        }
    }

    private func add(
        _ route: Route, _ answer: @escaping @Sendable (Request, ConsoleContext) async throws -> Response
    ) {
        router.on(RouterPath(route.path), method: route.isPost ? .post : .get) { request, context in
            try await answer(request, context)
        }
    }
}

/// What a page is asked.
struct Ask: Sendable {
    var query: [String: String]
    var form: [String: String]
    private let job: String?

    init(query: [String: String], form: [String: String], job: String?) {
        self.query = query
        self.form = form
        self.job = job
    }

    /// What it is about, for the trail: nothing but what is an id.
    var subject: String {
        job.flatMap(JobID.init)?.rawValue ?? form["tenant"].flatMap(TenantID.init)?.rawValue ?? ""
    }

    /// The job that the address names.
    var jobID: JobID {
        get throws {
            guard let id = job.flatMap(JobID.init) else { throw Refused.notThere }
            return id
        }
    }
}

/// A tenant admin, and all that this person may see.
struct AdminVisit: Sendable {
    let visitor: Visitor
    let setup: TenantSetup

    var store: TenantStore { setup.store }
}

/// Why a page is not shown, in words for who asked.
struct Refused: Error, Sendable {
    let status: HTTPResponse.Status
    let title: String
    let words: String

    static let notThere = Refused(
        status: .notFound, title: "Not found", words: "There is nothing at this address, or it is no longer kept.")
    static let otherRole = Refused(
        status: .forbidden, title: "Not for this account", words: "Your account may not see this page.")
    static let strangeForm = Refused(
        status: .forbidden, title: "Not done",
        words: "The form was not one of your session, or it is too old. Go back, load the page again, and retry.")
    static let tooLarge = Refused(
        status: .contentTooLarge, title: "Too large", words: "This is more than the console takes here.")
    static let plainHTTP = Refused(
        status: .forbidden, title: "Only by HTTPS",
        words: "The console answers over HTTPS only. Plain HTTP is refused, except within this machine.")

    static let unsure = notDone("The box beside the button was not ticked.")

    static func notDone(_ words: String) -> Refused {
        Refused(status: .conflict, title: "Not done", words: words)
    }
}
