// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import MailTransport
import Planning
import Store
import Testing

@testable import Engine

@Suite("The sweeper")
struct SweeperTests {
    @Test("destroys mail after its 30 days, and leaves what waits for Jira until it is done (P10, P92)")
    func sweep() async throws {
        try await withWorkplace { place in
            let done = try await place.take(letter())
            try await place.work()
            #expect(try await place.audit(done)?.disposition == .created)
            let waits = try await place.take(letter(id: "two@example.com"))
            await place.sandbox.fail("503", times: 1)
            try await place.work()
            place.time.advance(40 * 86_400)
            await Sweeper(engine: place.engine).sweep()
            #expect(try await place.audit(done) == nil)
            #expect(try await place.store.counts().map(\.count) == [1])
            try await place.work()
            #expect(await place.sandbox.issues().count == 2)
            #expect(try await place.tenant.job(waits) == nil)
        }
    }
    @Test("says when it was through, and destroys a tenant whose grace is over (P4)")
    func ended() async throws {
        try await withWorkplace { place in
            #expect(try await place.store.sweptAt() == nil)
            _ = try await place.store.endTenant(acme, afterDays: 1)
            await Sweeper(engine: place.engine).sweep()
            #expect(try await place.store.sweptAt() == noon)
            #expect(try await place.store.tenants().map(\.id) == [acme])
            place.time.advance(86_400)
            await Sweeper(engine: place.engine).sweep()
            #expect(try await place.store.tenants().isEmpty)
            #expect(try await place.store.counts().isEmpty)
        }
    }
}

@Suite("A tenant that has ended")
struct EndedTenantTests {
    @Test("takes no mail in and sends none, and goes on where it was when it is served again (P4)")
    func rests() async throws {
        try await withWorkplace {
            $0.sources = [
                Planning.Source(id: ConfigurationID("box")!, profile: support, host: "127.0.0.1", user: "support")
            ]
        } _: { place in
            let intake = SMTPIntake(engine: place.engine)
            let waits = try await place.take(letter())
            _ = try await place.store.endTenant(acme, afterDays: 30)
            place.time.advance(1)
            #expect(
                await intake.accepts(SMTPAddress("support@example.com")!, in: session)
                    == .refused("No profile takes mail to this address."))
            #expect(await MailboxKeeper(engine: place.engine).wanted()?.wanted.isEmpty == true)
            try await place.work()
            try await place.tick()
            #expect(await place.sandbox.requests() == [])
            #expect(await place.sandbox.issues().isEmpty)
            #expect(try await place.tenant.job(waits)?.state == .received)
            try await place.store.keepTenant(acme)
            place.time.advance(1)
            #expect(await intake.accepts(SMTPAddress("support@example.com")!, in: session) == .accepted)
            #expect(await MailboxKeeper(engine: place.engine).wanted()?.wanted.count == 1)
            try await place.work()
            #expect(await place.sandbox.issues().count == 1)
        }
    }

    @Test("has Jira's webhooks answered, those that are signed, and keeps none of them (P4, P35)")
    func webhooks() async throws {
        try await withWorkplace { place in
            let body = Array(#"{"webhookEvent": "comment_created"}"#.utf8)
            let setup = try await place.engine.tenants.setup(acme)
            let queued = VerifiedEvent(
                body: body, of: Profile.defaultConnection, delivery: "queued", receivedAt: place.time.now, place: nil)
            _ = try await place.store.endTenant(acme, afterDays: 30)
            place.time.advance(1)
            let intake = EventIntake(engine: place.engine)
            #expect(try await place.tell(body, delivery: "1") == .ended)
            #expect(try await intake.accept(body, .init(signature: "sha256=00"), delivery: "1", for: acme) == .unsigned)
            let ended = try await place.engine.tenants.setup(acme)
            #expect(setup.endsAt == nil && ended.endsAt == noon.addingTimeInterval(30 * 86_400))
            #expect(try await intake.keep(queued, ended) == .ended)
            #expect(try await place.events().isEmpty)
        }
    }
}
