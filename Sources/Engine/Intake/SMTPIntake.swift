// SPDX-License-Identifier: Apache-2.0

import Foundation
public import MailTransport
import NIOCore
import NIOFoundationCompat
import Planning
import Store

/// Receives by SMTP for every profile whose catch address a recipient is.
public struct SMTPIntake: MailReception {
    let engine: Engine

    public init(engine: Engine) {
        self.engine = engine
    }

    public func accepts(_ recipient: SMTPAddress, in session: SMTPSession) async -> RecipientVerdict {
        do {
            let doors = try await doors(for: [recipient])
            return doors.isEmpty ? .refused("No profile takes mail to this address.") : .accepted
        } catch {
            return .tryLater
        }
    }

    public func begin(_ envelope: MailTransport.Envelope, in session: SMTPSession) async throws -> any LetterSink {
        do {
            let doors = try await doors(for: envelope.recipients)
            // A catch address may have been taken away since it was accepted: nobody would have the letter then.
            let caught = Set(doors.flatMap(\.recipients))
            guard envelope.recipients.allSatisfy(caught.contains) else { throw ReceptionVerdict.failed }
            for door in doors { try await engine.admit(to: door.tenant) }
            let now = engine.now
            return SMTPLetter(copies: try doors.map { try LetterCopy($0, envelope, receivedAt: now) })
        } catch let error as StoreError {
            throw ReceptionVerdict(error)
        }
    }

    /// One door for each profile that some of the recipients belong to.
    private func doors(for recipients: [SMTPAddress]) async throws -> [Door] {
        let (setups, unreadable) = try await engine.tenants.served()
        let doors = setups.flatMap { setup in
            setup.configuration.profiles.compactMap { profile in
                let caught = recipients.filter { recipient in
                    profile.catchAddresses.contains { $0.matches(recipient.rawValue) }
                }
                return caught.isEmpty ? nil : Door(tenant: setup.store, profile: profile.id, recipients: caught)
            }
        }
        // Whose address this is may be one of those that cannot be asked now.
        if doors.isEmpty, !unreadable.isEmpty { throw SetupsUnreadable() }
        return doors
    }
}

/// Some tenants' addresses are not known at present.
struct SetupsUnreadable: Error {}

/// A profile that letters come in by.
private struct Door: Sendable {
    let tenant: TenantStore
    let profile: ConfigurationID
    let recipients: [SMTPAddress]
}

/// A letter as one profile receives it.
private struct LetterCopy: Sendable {
    let tenant: TenantStore
    let arrival: Arrival

    init(_ door: Door, _ envelope: MailTransport.Envelope, receivedAt: Date) throws {
        tenant = door.tenant
        let kept = Planning.Envelope(
            returnPath: envelope.sender?.rawValue ?? "", recipients: door.recipients.map(\.rawValue))
        arrival = Arrival(
            source: LetterOrigin.source(ofProfile: door.profile),
            body: try door.tenant.newBody(.letter, receivedAt: receivedAt),
            payload: try canonicalJSON(LetterOrigin(profile: door.profile, envelope: kept)))
    }
}

/// One letter under way; almost always there is one copy.
private struct SMTPLetter: LetterSink {
    let copies: [LetterCopy]

    func write(_ bytes: ByteBuffer) async throws {
        do {
            for copy in copies { try bytes.withUnsafeReadableBytes { try copy.arrival.body.append($0) } }
        } catch {
            throw ReceptionVerdict(error)
        }
    }

    func finish() async throws -> ReceptionVerdict {
        var id = ""
        do {
            for copy in copies {
                switch try await copy.tenant.receive(copy.arrival) {
                case .kept(let job), .seenBefore(let job): id = job.rawValue
                }
            }
        } catch {
            return ReceptionVerdict(error)
        }
        return .accepted(id: id)
    }

    func abandon() async {
        for copy in copies { copy.arrival.body.abandon() }
    }
}
