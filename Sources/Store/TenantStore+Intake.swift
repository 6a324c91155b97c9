// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
import Vault

extension TenantStore {
    /// Where the bytes of a letter or event go while they come.
    public func newBody(_ line: Line, receivedAt: Date) throws -> BodyWriter {
        guard let id = JobID(newJobID(at: receivedAt)) else { preconditionFailure("a new job id is not one") }
        return BodyWriter(id, line, receivedAt: receivedAt, key: LetterKey(of: keys), folder: store.bodies)
    }

    /// Keeps a letter or event: durable, sealed and due or parked on return.
    public func receive(_ arrival: Arrival) async throws -> Receipt {
        let sealed = try await sealedJob(of: arrival)
        do {
            return try await keep(sealed, of: arrival)
        } catch let error as StoreError where error.code == .outcomeUnknown {
            // A row may name the file. If none does, it goes at the next start.
            arrival.body.keep()
            throw error
        }
    }

    private func keep(_ sealed: SealedArrival, of arrival: Arrival) async throws -> Receipt {
        let body = arrival.body
        let tenant = id
        let receipt: Receipt = try await committer.write(with: sealed.body) { connection, place in
            if let identity = sealed.identity,
                let earlier = try connection.job(of: tenant, body.line, from: arrival.source, identity: identity)
            {
                return .seenBefore(earlier)
            }
            let job = Job(
                id: body.id, tenant: tenant, line: body.line, source: arrival.source,
                state: sealed.said == nil ? .received : .parked, receivedAt: body.receivedAt,
                dueAt: sealed.said == nil ? body.receivedAt : nil, attempts: 0, size: sealed.size)
            try connection.insert(
                NewJob(
                    job: job, identity: sealed.identity, place: place!, pendingKey: sealed.pendingKey,
                    keptKey: sealed.keptKey, payload: sealed.payload, said: sealed.said))
            return .kept(job.id)
        }
        if case .kept = receipt {
            body.keep()
            store.usage.add(sealed.size, of: id)
            if sealed.said == nil { store.changes.announce(body.line) }
        }
        return receipt
    }

    private struct SealedArrival: Sendable {
        var body: SealedBody
        var size: Int
        var identity: Data?
        var pendingKey: Data
        var keptKey: Data
        var payload: Data
        var said: Data?
    }

    private func sealedJob(of arrival: Arrival) async throws -> SealedArrival {
        let body = arrival.body
        do {
            return SealedArrival(
                body: try await body.end(), size: body.size,
                identity: arrival.identity.map { keys.hash($0, for: .identity) },
                pendingKey: try body.key.wrapped(
                    as: body.line.pendingRetention, at: body.receivedAt, for: .pendingKey(of: body.id)),
                keptKey: try body.key.wrapped(
                    as: body.line.retention, at: body.receivedAt, for: .keptKey(of: body.id)),
                payload: try body.key.seal(arrival.payload, for: .job(body.id, "payload")),
                said: try arrival.parkedSaying.map {
                    try body.key.seal(Data($0.utf8), for: .job(body.id, "said"))
                })
        } catch {
            throw StoreError.of(error)
        }
    }
}
