// SPDX-License-Identifier: Apache-2.0

import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import Planning
public import Store
import Vault

/// The path that a tenant's Jira sends its webhooks to. Nobody guesses it.
public func webhookPath(of tenant: TenantStore) -> String {
    Route.webhook.path.replacing(
        ":token", with: "\(tenant.id).\(tenant.keys.sign(tenant.id.rawValue, for: .webhookDoor))")
}

/// Jira's events come in here: verified and durable before they are answered.
struct WebhookDoor: Sendable {
    static let largestBody = 25 << 20

    let engine: Engine

    func add(to doors: Doors) {
        doors.open(.webhook) { request, context in
            guard let tenant = await tenant(context.parameters.get("token") ?? "") else {
                return Response(status: .notFound)
            }
            do {
                return try await accept(request, for: tenant)
            } catch is NIOTooManyBytesError {
                return Response(status: .contentTooLarge)
            } catch let error as StoreError where error.retry != .never {
                return Response(status: .serviceUnavailable, headers: [.retryAfter: "\(error.retry.seconds)"])
            }
        }
    }

    private func accept(_ request: Request, for tenant: TenantID) async throws -> Response {
        let announced = request.headers[.contentLength].flatMap(Int.init) ?? 0
        guard announced <= Self.largestBody else { return Response(status: .contentTooLarge) }
        let body = try await request.body.collect(upTo: Self.largestBody)
        let verdict = try await EventIntake(engine: engine).accept(
            Array(body.readableBytesView), signature: request.headers[.hubSignature],
            delivery: request.headers[.webhookIdentifier], for: tenant)
        switch verdict {
        case .kept, .repeated: return Response(status: .ok)
        case .unsigned: return Response(status: .unauthorized)
        }
    }

    private func tenant(_ token: String) async -> TenantID? {
        let pieces = token.split(separator: ".")
        guard pieces.count == 2, let id = TenantID(String(pieces[0])), let store = try? await engine.store.tenant(id),
            store.keys.verify(String(pieces[1]), of: id.rawValue, for: .webhookDoor)
        else { return nil }
        return id
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
