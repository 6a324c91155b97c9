// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import Store

/// What goes for every answer: the transport it may take, the headers it has, and a page where there was an error.
struct AnswerHeaders: RouterMiddleware {
    typealias Context = ConsoleContext

    let transport: Transport

    func handle(
        _ request: Request, context: ConsoleContext, next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        var response = await answer(request, context, next)
        let headers: [(HTTPField.Name, String)] = [
            (.contentSecurityPolicy, Self.policy), (.xContentTypeOptions, "nosniff"),
            (.referrerPolicy, "no-referrer"), (.openerPolicy, "same-origin"), (.resourcePolicy, "same-origin"),
            (.cacheControl, "no-store"),
        ]
        for (name, value) in headers where response.headers[name] == nil { response.headers[name] = value }
        if transport.isEncrypted(request) {
            response.headers[.strictTransportSecurity] = "max-age=31536000"
        }
        return response
    }

    /// Nothing but our own style sheet is loaded, nothing runs, and nobody frames us.
    static let policy =
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    private func answer(
        _ request: Request, _ context: ConsoleContext, _ next: (Request, ConsoleContext) async throws -> Response
    ) async -> Response {
        do {
            let isProbe = Route.allCases.contains { $0.isProbe && $0.path == request.uri.path }
            guard isProbe || transport.isAllowed(request, from: context.peer) else { throw Refused.plainHTTP }
            return try await next(request, context)
        } catch let refused as Refused {
            return messagePage(refused)
        } catch let error as StoreError {
            return messagePage(Refused(error))
        } catch let error as HTTPError where error.status.kind == .clientError {
            return messagePage(error.status == .notFound ? .notThere : Refused(status: error.status))
        } catch {
            context.logger.error("page failed", metadata: ["error": "\(type(of: error))"])
            return messagePage(.broken)
        }
    }
}

extension Refused {
    fileprivate static let broken = Refused(
        status: .internalServerError, title: "Something went wrong",
        words: "The console could not do this. The log of the process says more.")

    fileprivate init(status: HTTPResponse.Status) {
        self.init(status: status, title: status.reasonPhrase, words: "The console cannot answer this request.")
    }

    init(_ error: StoreError) {
        switch error.code {
        case .notFound, .unknownTenant: self = .notThere
        case .wrongState: self = .notDone(error.said)
        case .unreadable:
            self.init(status: .gone, title: "No longer kept", words: error.said)
        default:
            self.init(status: .serviceUnavailable, title: "Not available now", words: error.said)
        }
    }
}
