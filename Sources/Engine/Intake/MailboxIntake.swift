// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import MailTransport
import NIOCore
import Planning
import Store

/// Receives the letters of one mailbox for its profile.
struct MailboxIntake: MailboxSink {
    let engine: Engine
    let tenant: TenantStore
    let source: Planning.Source

    private var name: String { LetterOrigin.source(ofMailbox: source.id) }

    func position() async throws -> MailboxPosition? {
        try await tenant.position(of: name).map { try JSONDecoder().decode(MailboxPosition.self, from: $0) }
    }

    func remember(_ position: MailboxPosition) async throws {
        try await tenant.setPosition(try canonicalJSON(position), of: name, at: engine.now)
    }

    func begin(_ arrival: MailboxArrival) async throws -> any LetterSink {
        try await engine.admit(to: tenant)
        let body = try tenant.newBody(.letter, receivedAt: engine.now)
        return MailboxLetter(
            tenant: tenant, arrival: Arrival(source: name, body: body, payload: try canonicalJSON(origin(arrival))))
    }

    /// Kept as its header alone, and parked: an admin sees it, the box goes on.
    func oversized(_ arrival: MailboxArrival, header: [UInt8]) async throws {
        try await parkHeader(
            header, arrival,
            said: "The letter has \(arrival.size) bytes, more than is fetched. It is still in the mailbox.")
    }

    func unreadable(_ arrival: MailboxArrival, said: String) async throws {
        try await parkHeader(
            Array("Subject: (message \(arrival.place.uid) of the mailbox)\r\n\r\n".utf8), arrival,
            said: "The server does not give this message: \(said)")
    }

    func settlements() async throws -> [Settlement] {
        try await engine.settlements.list(of: tenant, source.id)
    }

    func carriedOut(_ settlements: [Settlement]) async throws {
        try await engine.settlements.remove(settlements, of: tenant, source.id, at: engine.now)
    }

    func report(_ health: MailTransport.SourceHealth) async {
        do {
            try await tenant.note(health, of: source.id, at: engine.now)
        } catch {
            engine.logger.error("a mailbox's health cannot be kept", metadata: ["error": "\(label(of: error))"])
        }
    }

    private func origin(_ arrival: MailboxArrival) -> LetterOrigin {
        var origin = LetterOrigin(profile: source.profile, envelope: Planning.Envelope())
        origin.mailbox = LetterOrigin.Place(source: source.id, place: arrival.place)
        return origin
    }

    private func parkHeader(_ header: [UInt8], _ arrival: MailboxArrival, said: String) async throws {
        let body = try tenant.newBody(.letter, receivedAt: engine.now)
        do {
            try body.append(header)
            var origin = origin(arrival)
            origin.isHeaderOnly = true
            _ = try await tenant.receive(
                Arrival(source: name, body: body, payload: try canonicalJSON(origin), parkedSaying: said))
        } catch {
            body.abandon()
            throw error
        }
    }
}

private struct MailboxLetter: LetterSink {
    let tenant: TenantStore
    let arrival: Arrival

    func write(_ bytes: ByteBuffer) async throws {
        try bytes.withUnsafeReadableBytes { try arrival.body.append($0) }
    }

    func finish() async throws -> ReceptionVerdict {
        switch try await tenant.receive(arrival) {
        case .kept(let job), .seenBefore(let job): .accepted(id: job.rawValue)
        }
    }

    func abandon() async {
        arrival.body.abandon()
    }
}
