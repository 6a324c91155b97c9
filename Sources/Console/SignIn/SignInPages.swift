// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import Store
import Vault

/// The way in and the way out.
struct SignInPages: Sendable {
    let store: InstallationStore
    let transport: Transport
    let now: @Sendable () -> Date
    private let limits = SignInLimits()
    private let passwords = PasswordCheck()

    init(store: InstallationStore, transport: Transport, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.transport = transport
        self.now = now
    }

    func add(to doors: Doors) {
        doors.open(.signInPage) { _, context in
            context.visitor == nil ? page(nil, .ok) : redirect(to: Route.home.path)
        }
        doors.open(.signIn) { request, context in try await signIn(request, context) }
        doors.signedIn(.signOut) { _, visitor in
            try await store.endSession(visitor.session)
            var answer = redirect(to: Route.signInPage.path)
            for isEncrypted in [true, false] {
                answer.headers.append(
                    HTTPField(
                        name: .setCookie,
                        value: SessionCookie.make("", lasting: 0, isEncrypted: isEncrypted).description))
            }
            return answer
        }
    }

    private func signIn(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        guard !request.isFromElsewhere else { throw Refused.strangeForm }
        let form = try await request.form()
        let name = String((form["name"] ?? "").prefix(200))
        let password = Secret(String((form["password"] ?? "").prefix(1000)))
        let address = transport.client(of: request, from: context.peer)
        if let wait = limits.take(name: name, address: address, at: now()) {
            var answer = page(SignInWords.tooMany(wait), .tooManyRequests)
            answer.headers[.retryAfter] = "\(Int(wait.rounded(.up)))"
            return answer
        }
        let account = try await store.account(named: name)
        guard await passwords.matches(password, account?.password), let account else {
            return page(SignInWords.wrong, .unauthorized)
        }
        limits.forgive(name: name)
        try await store.record(
            Deed(by: account.name, what: ConsoleDeed.signIn.rawValue, about: ""), of: account.role, at: now())
        return try await begin(account.name, isEncrypted: transport.isEncrypted(request))
    }

    private func begin(_ account: String, isEncrypted: Bool) async throws -> Response {
        let token = newToken()
        try await store.endSessions(expiredAt: now())
        try await store.begin(
            Session(
                account: account, expiresAt: now().addingTimeInterval(Sessions.length),
                payload: Data(newToken().reveal().utf8)), token: token)
        var answer = redirect(to: Route.home.path)
        answer.setCookie(SessionCookie.make(token.reveal(), lasting: Sessions.length, isEncrypted: isEncrypted))
        return answer
    }

    private func page(_ problem: String?, _ status: HTTPResponse.Status) -> Response {
        render("sign-in", SignInPage(problem: problem), title: "Sign in", for: nil, status: status)
    }
}

struct SignInPage: Sendable {
    let problem: String?
}

enum SignInWords {
    /// The same for a wrong name and a wrong password.
    static let wrong = "This name and password do not belong together."

    static func tooMany(_ wait: TimeInterval) -> String {
        let minutes = max(1, Int((wait / 60).rounded(.up)))
        return "Too many attempts to sign in. Try again in \(minutes) \(minutes == 1 ? "minute" : "minutes")."
    }
}

extension SignInPage {
    static let template = """
        {{#problem}}<p class="problem" role="alert">{{problem}}</p>{{/problem}}
        <form method="post" action="/sign-in" class="narrow">
        <p><label for="name">Account name</label>
        <input id="name" name="name" autocomplete="username" required maxlength="200" autofocus></p>
        <p><label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1000"></p>
        <p><button>Sign in</button></p></form>
        """
}
