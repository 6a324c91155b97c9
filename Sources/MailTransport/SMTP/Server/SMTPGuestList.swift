// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// Who is connected to a listener: counts, limits, and the farewell.
final class SMTPGuestList: Sendable {
    struct Admission {
        let number: Int
        let remote: IPAddress?
        let isEncrypted: Bool
        /// The reply that sends the client away.
        let refusal: StaticString?
    }

    /// Sent through a connection's pipeline when the listener goes away.
    struct PleaseLeave {}

    private struct State {
        var admitted = 0
        var guests: [Int: any Channel] = [:]
        var perClient: [IPAddress: Int] = [:]
        var isClosing = false
        var onEmpty: CheckedContinuation<Void, Never>?
    }

    private let networks: [IPNetwork]
    private let limits: SMTPServerConfiguration.Limits
    private let state = Mutex(State())

    init(networks: [IPNetwork], limits: SMTPServerConfiguration.Limits) {
        self.networks = networks
        self.limits = limits
    }

    /// Every admitted connection, refused ones too, ends with `leave`.
    func admit(_ channel: any Channel, isEncrypted: Bool) -> Admission {
        let remote = channel.remoteAddress.flatMap(IPAddress.init)
        return state.withLock { state in
            state.admitted += 1
            let refusal = refusal(for: remote, state)
            state.guests[state.admitted] = channel
            if let remote { state.perClient[remote, default: 0] += 1 }
            return Admission(number: state.admitted, remote: remote, isEncrypted: isEncrypted, refusal: refusal)
        }
    }

    private func refusal(for remote: IPAddress?, _ state: State) -> StaticString? {
        if let remote, !networks.contains(where: { $0.contains(remote) }) { return SMTPServerReply.clientNotAllowed }
        if state.isClosing { return SMTPServerReply.shuttingDown }
        let ofClient = remote.map { state.perClient[$0, default: 0] } ?? 0
        if state.guests.count >= limits.connections || ofClient >= limits.connectionsPerClient {
            return SMTPServerReply.tooManyConnections
        }
        return nil
    }

    func leave(_ admission: Admission) {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.guests.removeValue(forKey: admission.number) != nil else { return nil }
            if let remote = admission.remote, let count = state.perClient[remote] {
                state.perClient[remote] = count > 1 ? count - 1 : nil
            }
            guard state.isClosing, state.guests.isEmpty else { return nil }
            return state.onEmpty.take()
        }
        waiting?.resume()
    }

    /// Tells all connections to end and waits until they have.
    func askToLeave() async {
        let channels = state.withLock { state in
            state.isClosing = true
            return Array(state.guests.values)
        }
        for channel in channels {
            channel.eventLoop.execute { channel.pipeline.fireUserInboundEventTriggered(PleaseLeave()) }
        }
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.guests.isEmpty { return true }
                state.onEmpty = continuation
                return false
            }
            if isEmpty { continuation.resume() }
        }
    }

    /// The patience is at its end.
    func closeAll() {
        let (channels, waiting) = state.withLock { state in
            defer { state.guests = [:] }
            return (Array(state.guests.values), state.onEmpty.take())
        }
        for channel in channels { channel.close(promise: nil) }
        waiting?.resume()
    }
}
