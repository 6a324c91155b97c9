// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Logging
import MailTransport
import Markup
import Planning
import Store
import Vault
import WebClient

/// Events on their way by a queue outside of the database: Jira has its answer as soon as the queue has them.
///
/// They are sealed under their tenant's keys of waiting events, as those in the database are, and end with them. Each has a
/// name by which it is kept once, however often the queue brings it.
///
/// They come into the database as of when Jira told them, and are told in that order, with those that went there at once. Before
/// anything is told, the queue is taken up to that moment (`catchUp`); what cannot be waited for any longer is told with a line
/// in its report that says so.
struct QueuedEvents: Sendable {
    let engine: Engine
    let queue: SQSQueue

    /// How long the queue keeps what nobody takes: as long as an event is kept at most.
    static let longest = 7 * 86_400

    // MARK: In

    /// Gives false for what has no place in the queue, now or ever: that goes into the database at once.
    func put(_ event: VerifiedEvent, of setup: TenantSetup) async throws -> Bool {
        let message = try Message(event, of: setup)
        guard message.text.utf8.count <= SQSQueue.largestMessage - 1024 else { return false }
        let keys = setup.store.keys
        engine.queueProgress.begin(event)
        defer { engine.queueProgress.end(event) }
        do {
            try await queue.send(
                message.text, group: hex(keys.hash("\(event.connection) \(event.issue)", for: .thread)),
                name: hex(keys.hash("\(event.connection) \(event.identity)", for: .identity)))
            return true
        } catch let error as AWSError {
            engine.logger.warning(
                "the queue of events takes nothing", metadata: ["error": "\(label(of: error))"])
            return false
        }
    }

    // MARK: Out

    /// Brings what waits into the database until the task is cancelled.
    func run() async {
        await limitKeeping()
        while !Task.isCancelled {
            do {
                try await takeUp()
            } catch  where !(error is CancellationError) {
                engine.logger.error(
                    "the queue of events gives nothing", metadata: ["error": "\(label(of: error))"])
                try? await engine.time.sleep(for: .seconds(5))
            } catch {
                return
            }
        }
    }

    private func limitKeeping() async {
        let isSet = try? await queue.keepMessages(forSeconds: Self.longest)
        if isSet != true {
            engine.logger.warning(
                "the queue of events may keep them for longer than 7 days, sealed: its retention period cannot be set")
        }
    }

    /// Takes what was sent to the queue before now, as far as that is possible at once, so that it is told in its order.
    func catchUp() async {
        let now = engine.now
        for _ in 0..<Self.roundsOfTick where engine.queueProgress.taken < now {
            do {
                try await takeUp(waiting: 1)
            } catch {
                // `run` meets it too, and says so.
                return
            }
        }
    }

    /// Receipts of ten messages before a tick: more than that are waited for by the next one.
    private static let roundsOfTick = 50

    /// What waits now. What cannot be kept stays in the queue and comes again, and with it what came later of its tenant.
    ///
    /// - Parameter seconds: How long nothing is waited for; nil for as long as the queue is usually asked to.
    func takeUp(waiting seconds: Int? = nil) async throws {
        let began = engine.now
        let messages = try await queue.receive(waiting: seconds)
        let look = UUID()
        if !messages.isEmpty { engine.queueProgress.hold(look) }
        defer { engine.queueProgress.release(look) }
        var troubles: [TenantID: any Error] = [:]
        var oldest: Date?
        for received in messages {
            do {
                let message = try Message(text: received.text)
                if troubles[message.tenant] != nil { continue }
                do {
                    let event = try await keep(message)
                    oldest = min(oldest ?? event.receivedAt, event.receivedAt)
                } catch let error where !error.isHopeless {
                    troubles[message.tenant] = error
                    let again = engine.now.addingTimeInterval(Double(queue.hidden))
                    engine.queueProgress.hold(message.tenant, until: again)
                    continue
                }
            } catch {
                engine.logger.error(
                    "an event out of the queue cannot be read and is dropped",
                    metadata: ["error": "\(label(of: error))"])
            }
            try await queue.delete(received)
        }
        if messages.isEmpty {
            engine.queueProgress.empty(at: began)
        } else if let oldest {
            engine.queueProgress.reach(oldest, at: began)
        }
        if let trouble = troubles.values.first { throw trouble }
    }

    private func keep(_ message: Message) async throws -> VerifiedEvent {
        let setup = try await engine.tenants.setup(message.tenant)
        let event = try message.opened(of: setup)
        _ = try await EventIntake(engine: engine).keep(event, setup)
        return event
    }
}

/// An event that is sealed, and the little that stands beside it in clear.
private struct Message {
    let tenant: TenantID
    let text: String
    private let token: String
    private let sealed: Data

    struct Unreadable: Error {}

    init(_ event: VerifiedEvent, of setup: TenantSetup) throws {
        tenant = setup.id
        token = event.token
        var bytes = try canonicalJSON(Head(event))
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: event.body)
        sealed = try setup.store.keys.seal(
            bytes, as: .pendingEvent, at: event.receivedAt, for: Self.context(token))
        text =
            JSONValue.object([
                "tenant": .string(tenant.rawValue), "token": .string(token),
                "event": .string(sealed.base64EncodedString()),
            ]).description
    }

    init(text: String) throws {
        guard let json = try? JSONValue(parsing: Array(text.utf8)),
            let tenant = json["tenant"]?.stringValue.flatMap(TenantID.init), let token = json["token"]?.stringValue,
            let sealed = json["event"]?.stringValue.flatMap({ Data(base64Encoded: $0) })
        else { throw Unreadable() }
        self.tenant = tenant
        self.text = text
        self.token = token
        self.sealed = sealed
    }

    func opened(of setup: TenantSetup) throws -> VerifiedEvent {
        let bytes = try setup.store.keys.open(sealed, for: Self.context(token))
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
            let head = try? JSONDecoder().decode(Head.self, from: bytes[..<end])
        else { throw Unreadable() }
        return VerifiedEvent(
            body: Array(bytes[(end + 1)...]), of: head.connection, delivery: head.delivery, receivedAt: head.receivedAt,
            place: head.place, token: token)
    }

    private static func context(_ token: String) -> SealContext {
        SealContext(table: "queue", row: token, column: "event")
    }

    /// What is known of an event beside its bytes.
    private struct Head: Codable {
        var connection: ConfigurationID
        var delivery: String?
        var receivedAt: Date
        var place: JobID?

        init(_ event: VerifiedEvent) {
            connection = event.connection
            delivery = event.delivery
            receivedAt = event.receivedAt
            place = event.place
        }
    }
}

extension Error {
    /// Another try finds the same: it was changed, its time is over, or its tenant is gone.
    fileprivate var isHopeless: Bool {
        switch self {
        case is Message.Unreadable: true
        case let error as VaultError: [.keyGone, .doesNotOpen].contains(error.code)
        case let error as StoreError: error.code == .unknownTenant
        default: false
        }
    }
}
