// SPDX-License-Identifier: Apache-2.0

import Engine
import HTTPTypes
import Hummingbird
import NIOCore
public import Planning
public import Store
import Vault

/// The path that a tenant's Jira sends its signed webhooks to. Nobody guesses it.
public func webhookPath(of tenant: TenantStore) -> String {
    path("\(tenant.id).\(tenant.keys.sign(tenant.id.rawValue, for: .webhookDoor))")
}

/// The path that is one connection's alone: a Data Center that does not sign is known by it, and which of an app's sites
/// tells something.
public func webhookPath(of tenant: TenantStore, for connection: Planning.Connection) -> String {
    guard connection.hasOwnDoor else { return webhookPath(of: tenant) }
    return path("\(tenant.id).\(connection.id).\(tenant.keys.sign("\(tenant.id) \(connection.id)", for: .webhookDoor))")
}

extension Planning.Connection {
    /// Whether its webhooks do not say whose they are.
    var hasOwnDoor: Bool { isDataCenter || oauth != nil }
}

private func path(_ token: String) -> String {
    Route.webhook.path.replacing(":token", with: token)
}

/// To whom an address of the door belongs.
private struct Addressee {
    let tenant: TenantID
    /// Nil for the address that all of a tenant's connections share.
    let connection: ConfigurationID?
}

/// Jira's events come in here: verified and durable before they are answered.
struct WebhookDoor: Sendable {
    static let largestBody = 25 << 20

    let engine: Engine

    func add(to doors: Doors) {
        doors.open(.webhook) { request, context in
            do {
                guard let addressee = try await addressee(context.parameters.get("token") ?? "") else {
                    return Response(status: .notFound)
                }
                return try await accept(request, for: addressee)
            } catch is NIOTooManyBytesError {
                return Response(status: .contentTooLarge)
            } catch let error as StoreError where error.retry != .never || error.code == .closed {
                return Response(status: .serviceUnavailable, headers: [.retryAfter: "\(error.retry.seconds)"])
            }
        }
    }

    private func accept(_ request: Request, for addressee: Addressee) async throws -> Response {
        let announced = request.headers[.contentLength].flatMap(Int.init) ?? 0
        guard announced <= Self.largestBody else { return Response(status: .contentTooLarge) }
        let body = try await request.body.collect(upTo: Self.largestBody)
        let verdict = try await EventIntake(engine: engine).accept(
            Array(body.readableBytesView),
            EventIntake.Proof(
                signature: request.headers[.hubSignature], authorization: request.headers[.authorization],
                connection: addressee.connection),
            delivery: request.headers[.webhookIdentifier], for: addressee.tenant)
        switch verdict {
        case .kept, .repeated, .ended: return Response(status: .ok)
        case .unsigned: return Response(status: .unauthorized)
        }
    }

    /// Nil where the address is nobody's. After a 404 Jira does not come again: what cannot be looked up is thrown.
    private func addressee(_ token: String) async throws -> Addressee? {
        let pieces = token.split(separator: ".").map(String.init)
        guard (2...3).contains(pieces.count), let id = TenantID(pieces[0]), let store = try await tenant(id) else {
            return nil
        }
        let connection = pieces.count == 3 ? ConfigurationID(pieces[1]) : nil
        guard connection != nil || pieces.count == 2 else { return nil }
        let signed = connection.map { "\(id) \($0)" } ?? id.rawValue
        return store.keys.verify(pieces[pieces.count - 1], of: signed, for: .webhookDoor)
            ? Addressee(tenant: id, connection: connection) : nil
    }

    private func tenant(_ id: TenantID) async throws -> TenantStore? {
        do {
            return try await engine.store.tenant(id)
        } catch let error as StoreError where [.unknownTenant, .notFound].contains(error.code) {
            return nil
        }
    }
}

extension StoreError.Retry {
    fileprivate var seconds: Int {
        switch self {
        case .after(let pause): Int(pause.components.seconds)
        case .soon, .never: 5
        }
    }
}
