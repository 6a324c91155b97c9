// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Jira
import MailTransport
import Planning
import Store
import WebClient

/// What a failure means for a job.
enum Trouble {
    /// The world will get better by itself.
    case putOff(Duration, said: String)
    /// Nothing was tried.
    case wait(Duration, said: String)
    /// A person has to mend something.
    case park(said: String)

    /// - Parameter spread: The share of a pause of our own choosing that is really waited.
    init(_ error: any Error, attempts: Int, spread: Double) {
        let backoff = Trouble.backoff(attempts) * spread
        switch error {
        case let error as WebClientError:
            // What is the site's is tried often enough to be soon behind it.
            let most = Trouble.untilReauthorized * spread
            self = Trouble(error.said, error.retry, or: isOfSite(error) ? min(backoff, most) : backoff)
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
        case let error as WaitsItsTurn:
            self = .wait(error.pause, said: "Its issue takes only so many changes at a time.")
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

    /// Until it is tried again; nil where it is not.
    var pause: Duration? {
        switch self {
        case .putOff(let pause, _), .wait(let pause, _): pause
        case .park: nil
        }
    }

    /// The same, so that other processes, which look a minute ahead for letters that come first, see that this one does.
    var withinSight: Trouble {
        let most = Duration.seconds(55)
        return switch self {
        case .putOff(let pause, let said): .putOff(min(pause, most), said: said)
        case .wait(let pause, let said): .wait(min(pause, most), said: said)
        case .park: self
        }
    }

    static let untilReauthorized = Duration.seconds(60)

    /// 2 s, doubled with each try, to 5 minutes.
    private static func backoff(_ attempts: Int) -> Duration {
        .seconds(min(2 << min(attempts, 10), 300))
    }
}

/// Whether Jira as a whole is the trouble, and not this one job.
func isOfSite(_ error: any Error) -> Bool {
    if error is LeftAlone { return true }
    guard let error = error as? WebClientError else { return false }
    return [.unreachable, .timeout, .unavailable, .unauthorized, .rateLimited].contains(error.code)
}

/// An error whose description is written for admins.
public protocol Explained: Error, CustomStringConvertible {}

extension OutboundMissing: Explained {}
extension MailImpossible: Explained {}
extension PropertyTooLong: Explained {}

/// A job names something that is no longer set up.
struct SetupMissing: Explained {
    let description: String
}

/// The job's site is left alone for a moment; nothing was tried.
struct LeftAlone: Error {
    let pause: Duration
}
