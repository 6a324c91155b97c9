// SPDX-License-Identifier: Apache-2.0

import Foundation
import MailTransport
import Planning
import Store
import Synchronization
import WebClient

/// What a failure means for a job.
enum Trouble {
    /// The world will get better by itself.
    case putOff(Duration, said: String)
    /// Nothing was tried.
    case wait(Duration, said: String)
    /// A person has to mend something.
    case park(said: String)

    init(_ error: any Error, attempts: Int) {
        let backoff = Trouble.backoff(attempts)
        switch error {
        case let error as WebClientError:
            self = Trouble(error.said, error.retry, or: backoff)
        case let error as MailTransportError:
            switch error.retry {
            case .never: self = .park(said: error.said)
            case .soon: self = .putOff(backoff, said: error.said)
            case .after(let pause): self = .putOff(pause, said: error.said)
            case .whenReauthorized: self = .putOff(Trouble.untilReauthorized, said: error.said)
            }
        case let error as StoreError:
            switch error.retry {
            case .never: self = .park(said: error.said)
            case .soon: self = .putOff(backoff, said: error.said)
            case .after(let pause): self = .putOff(pause, said: error.said)
            }
        case let error as LeftAlone:
            self = .wait(error.pause, said: "Jira is left alone for a moment.")
        case let error as NotSettled:
            self = .putOff(error.wait, said: error.description)
        case let error as any Explained:
            self = .park(said: error.description)
        default:
            // Not classified where it arose: worth a few more tries, and then a person's look.
            let said = "Something inside Martlet went wrong (\(type(of: error)))."
            self = attempts < 5 ? .putOff(backoff, said: said) : .park(said: said)
        }
    }

    private init(_ said: String, _ retry: WebClientError.Retry, or backoff: Duration) {
        switch retry {
        case .never: self = .park(said: said)
        case .soon: self = .putOff(backoff, said: said)
        case .after(let pause): self = .putOff(pause, said: said)
        case .whenReauthorized: self = .putOff(Trouble.untilReauthorized, said: said)
        }
    }

    static let untilReauthorized = Duration.seconds(60)

    /// 2 s, doubled with each try, to 5 minutes.
    private static func backoff(_ attempts: Int) -> Duration {
        .seconds(min(2 << min(attempts, 10), 300))
    }
}

/// An error whose description is written for admins.
public protocol Explained: Error, CustomStringConvertible {}

extension OutboundMissing: Explained {}
extension MailImpossible: Explained {}

/// A job names something that is no longer set up.
struct SetupMissing: Explained {
    let description: String
}

/// The job's site is left alone for a moment; nothing was tried.
struct LeftAlone: Error {
    let pause: Duration
}

/// Sites that answer nothing at present: what waits for them does not try one by one.
final class Holds: Sendable {
    private struct Place: Hashable {
        var tenant: TenantID
        var connection: ConfigurationID
    }

    private let until = Mutex<[Place: Date]>([:])
    private let time: any Timekeeper

    init(time: any Timekeeper) {
        self.time = time
    }

    /// Does the work unless the site is left alone just now, and learns from how it fails.
    func respecting(
        _ tenant: TenantID, _ connection: ConfigurationID, _ work: () async throws -> Void
    ) async throws {
        if let pause = pause(tenant, connection, at: time.now) { throw LeftAlone(pause: pause) }
        do {
            try await work()
        } catch {
            note(error, tenant, connection, at: time.now)
            throw error
        }
    }

    /// How long to leave a site alone.
    private func pause(_ tenant: TenantID, _ connection: ConfigurationID, at now: Date) -> Duration? {
        let end = until.withLock { $0[Place(tenant: tenant, connection: connection)] }
        return end.map { $0.timeIntervalSince(now) }.flatMap { $0 > 0 ? .seconds($0) : nil }
    }

    private func note(_ error: any Error, _ tenant: TenantID, _ connection: ConfigurationID, at now: Date) {
        guard let error = error as? WebClientError else { return }
        let pause: Duration? =
            switch (error.code, error.retry) {
            case (.rateLimited, .after(let pause)), (.server, .after(let pause)): pause
            case (.unreachable, _), (.timeout, _), (.rateLimited, _): .seconds(2)
            case (.unauthorized, _): Trouble.untilReauthorized
            default: nil
            }
        guard let pause else { return }
        until.withLock {
            let place = Place(tenant: tenant, connection: connection)
            $0[place] = max($0[place] ?? .distantPast, now.addingTimeInterval(pause.seconds))
        }
    }
}
