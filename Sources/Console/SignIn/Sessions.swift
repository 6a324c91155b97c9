// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import Store
import Vault

/// Finds who is signed in by the session that the browser's cookie names.
struct Sessions: RouterMiddleware {
    typealias Context = ConsoleContext

    static let length: TimeInterval = 12 * 3600

    let store: InstallationStore
    let transport: Transport
    let now: @Sendable () -> Date

    func handle(
        _ request: Request, context: ConsoleContext, next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.visitor = try await visitor(of: request)
        return try await next(request, context)
    }

    private func visitor(of request: Request) async throws -> Visitor? {
        guard let cookie = request.cookies[SessionCookie.name(transport.isEncrypted(request))]?.value,
            (1...100).contains(cookie.utf8.count)
        else { return nil }
        let token = Secret(cookie)
        guard let session = try await store.session(token, at: now()),
            let account = try await store.account(named: session.account)
        else { return nil }
        return Visitor(
            account: account.name, role: account.role, session: token, formToken: Secret(bytes: session.payload))
    }
}

/// The cookie that holds a session's token.
enum SessionCookie {
    /// The prefix binds the cookie to this host and to HTTPS (RFC 6265bis §4.1.3).
    static func name(_ isEncrypted: Bool) -> String {
        isEncrypted ? "__Host-martlet" : "martlet"
    }

    static func make(_ value: String, lasting: TimeInterval, isEncrypted: Bool) -> Cookie {
        Cookie(
            name: name(isEncrypted), value: value, maxAge: Int(lasting), path: "/", secure: isEncrypted,
            httpOnly: true, sameSite: .strict)
    }
}
