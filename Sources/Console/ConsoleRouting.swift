// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import HTTPTypes
import Hummingbird

/// Puts every route to its answer.
struct ConsoleRouting: Sendable {
    let engine: Engine
    let transport: Transport
    let publicURL: String?
    /// Of the console, as a browser reaches it.
    let address: String
    let now: @Sendable () -> Date

    func responder() -> RouterResponder<ConsoleContext> {
        let router = Router(context: ConsoleContext.self)
        router.add(middleware: AnswerHeaders(transport: transport))
        router.add(middleware: Sessions(store: engine.store, transport: transport, now: now))
        let doors = Doors(router: router, engine: engine, now: now)
        addPublicDoors(to: doors)
        SignInPages(store: engine.store, transport: transport, now: now).add(to: doors)
        addPages(to: doors)
        return router.buildResponder()
    }

    private func addPublicDoors(to doors: Doors) {
        doors.open(.styleSheet) { _, _ in
            var answer = answer(styleSheet, type: "text/css; charset=utf-8")
            answer.headers[.cacheControl] = "public, max-age=3600"
            return answer
        }
        Probes(engine: engine, startedAt: now(), now: now).add(to: doors)
        WebhookDoor(engine: engine).add(to: doors)
    }

    private func addPages(to doors: Doors) {
        doors.signedIn(.home) { _, visitor in
            redirect(to: visitor.tenant == nil ? Route.installation.path : Route.letters.path)
        }
        WorkPages(now: now).add(to: doors)
        LetterPages().add(to: doors)
        CaseFiles().add(to: doors)
        doors.admins(.sources) { _, visit in try await SourcesPage.page(visit) }
        doors.admins(.configuration) { _, visit in
            try await ConfigurationPage.page(visit, publicURL: publicURL)
        }
        TrailPage.add(to: doors, engine.store)
        TenantRemoval(engine: engine).add(to: doors)
        AuditingSwitch(store: engine.store).add(to: doors)
        TermsForm.add(to: doors)
        ConnectPages(engine: engine, address: address, now: now).add(to: doors)
        doors.operators(.installation) { _, visitor in try await InstallationPage.page(visitor, engine.store) }
    }
}
