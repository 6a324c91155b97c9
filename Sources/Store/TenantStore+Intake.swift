// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
import Vault

extension TenantStore {
    /// Where the bytes of a letter or event go while they come.
    ///
    /// - Parameter place: The id by which it was ordered among others when it came, where it was kept elsewhere since.
    public func newBody(_ line: Line, receivedAt: Date, inPlaceOf place: JobID? = nil) throws -> BodyWriter {
        // What is brought twice is two bodies up to the row of one, so that none takes the other's name.
        let id = place.map { store.newJobID(inPlaceOf: $0) } ?? store.newJobID(at: receivedAt)
        return BodyWriter(id, line, receivedAt: receivedAt, key: LetterKey(of: keys), store: store.bodies)
    }

    /// Keeps a letter or event: durable, sealed and due or parked on return.
    public func receive(_ arrival: Arrival) async throws -> Receipt {
        try committer.checkIsOpen()
        let sealed = try await sealedJob(of: arrival)
        do {
            return try await keep(sealed, of: arrival)
        } catch let error as StoreError where error.code == .alreadyThere && sealed.identity != nil {
            // Another process was faster with the same one.
            return try await keep(sealed, of: arrival)
        } catch let error as StoreError where error.code == .outcomeUnknown {
            // A row may name the file. If none does, it goes at the next start, in a bucket with its day.
            arrival.body.keep()
            throw error
        } catch {
            await dropBody(of: sealed)
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
            if sealed.said == nil { store.changes.announce(body.line.news) }
        } else {
            await dropBody(of: sealed)
        }
        return receipt
    }

    /// Removes what no row names. What fails to go now goes with its day.
    private func dropBody(of arrival: SealedArrival) async {
        guard case .file(let place) = arrival.body else { return }
        _ = try? await store.bodies.remove([place.file])
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
            let pendingKey = try body.key.wrapped(
                as: body.line.pendingRetention, at: body.receivedAt, for: .pendingKey(of: body.id))
            let keptKey = try body.key.wrapped(
                as: body.line.retention, at: body.receivedAt, for: .keptKey(of: body.id))
            let payload = try body.key.seal(arrival.payload, for: .job(body.id, "payload"))
            let said = try arrival.parkedSaying.map { try body.key.seal(Data($0.utf8), for: .job(body.id, "said")) }
            // The body last: what fails before leaves nothing of it.
            return SealedArrival(
                body: try await body.end(), size: body.size,
                identity: arrival.identity.map { keys.hash($0, for: .identity) }, pendingKey: pendingKey,
                keptKey: keptKey, payload: payload, said: said)
        } catch {
            throw StoreError.of(error)
        }
    }
}
