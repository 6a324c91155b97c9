// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

extension IMAPWatch {
    /// Messages up to this size are fetched together, as long as the sum stays under four times of it.
    private static let small = 256 << 10

    /// Takes a window of new messages in, and remembers that.
    func take(_ uids: [UInt32], _ visit: inout IMAPVisit) async throws {
        let listed = try await visit.connection.list(UIDSet(uids)).compactMap { $0.arrival(in: visit.mailbox) }
        var wanted: [MailboxArrival] = []
        for arrival in listed {
            if visit.position.precedesStart(arrival) {
                visit.position.taken.insert(arrival.place.uid)
            } else if arrival.size > rules.sizeLimit {
                try await passOver(arrival, &visit)
            } else {
                wanted.append(arrival)
            }
        }
        for group in groups(of: wanted) { try await fetch(group, &visit) }
        try await remember(&visit)
        if calls.take() != nil { try await settle(&visit) }
    }

    /// Small ones together, others alone; the order stays.
    private func groups(of arrivals: [MailboxArrival]) -> [[MailboxArrival]] {
        var groups: [[MailboxArrival]] = []
        var room = 0
        for arrival in arrivals {
            if arrival.size <= Self.small, arrival.size <= room, !fetchesSingly {
                groups[groups.count - 1].append(arrival)
                room -= arrival.size
            } else {
                groups.append([arrival])
                room = arrival.size <= Self.small ? 4 * Self.small - arrival.size : 0
            }
        }
        return groups
    }

    /// One FETCH. What it did not bring is asked for once more, message by message.
    private func fetch(_ group: [MailboxArrival], _ visit: inout IMAPVisit) async throws {
        let intake = IMAPIntake(group, sink: sink, limit: rules.sizeLimit)
        let status: IMAPStatus
        do {
            status = try await visit.connection.fetch(UIDSet(group.map(\.place.uid))) { try await intake.take($0) }
        } catch {
            await intake.breakOff()
            try await salvage(intake, error, &visit)
            throw error
        }
        try note(intake, &visit)
        if intake.metNameless { fetchesSingly = true }
        for case (let arrival, .oversized(let size)) in intake.results {
            try await passOver(arrival.sized(size), &visit)
        }
        for arrival in intake.missing {
            if group.count > 1 {
                try await fetch([arrival], &visit)
            } else {
                let words = status.kind == .ok ? "" : visit.connection.hush(status.text)
                try await doubt(arrival, said: words, &visit)
            }
        }
    }

    /// The connection broke in the middle: what was whole counts, and the message that was on its way is suspected.
    private func salvage(_ intake: IMAPIntake, _ error: any Error, _ visit: inout IMAPVisit) async throws {
        guard !Task.isCancelled else { return }
        try note(intake, &visit)
        if let suspect = intake.firstMissing, error is MailTransportError {
            try await doubt(suspect, said: String(describing: error), &visit)
        }
        try await remember(&visit)
    }

    /// Counts what has come of a fetch; throws where our side cannot go on.
    private func note(_ intake: IMAPIntake, _ visit: inout IMAPVisit) throws {
        var trouble: (any Error)?
        for (arrival, result) in intake.results {
            let uid = arrival.place.uid
            switch result {
            case .taken:
                sinkFailures = 0
                suspects.clear(uid)
                visit.position.taken.insert(uid)
            case .oversized: break
            case .noRoom: trouble = NoRoom()
            case .failed(let error):
                sinkFailures += 1
                suspects.put(off: uid, at: time.now)
                if sinkFailures >= 3 { trouble = trouble ?? error }
            }
        }
        if let trouble { throw trouble }
    }

    /// A message that is too large: its header is fetched, for the report.
    private func passOver(_ arrival: MailboxArrival, _ visit: inout IMAPVisit) async throws {
        var header: [UInt8] = []
        let limit = 65536
        _ = try await visit.connection.fetch(UIDSet([arrival.place.uid]), section: "[HEADER]<0.\(limit)>") { step in
            if case .bytes(let bytes) = step { header += bytes.readableBytesView.prefix(limit - header.count) }
        }
        try await sink.oversized(arrival, header: header)
        visit.position.taken.insert(arrival.place.uid)
    }

    /// The server did not give this message. After some tries it is reported, and not asked for any more.
    private func doubt(_ arrival: MailboxArrival, said: String, _ visit: inout IMAPVisit) async throws {
        let uid = arrival.place.uid
        guard suspects.failed(uid, at: time.now) == .hopeless else { return }
        try await sink.unreadable(arrival, said: said)
        suspects.clear(uid)
        visit.position.taken.insert(uid)
    }
}

/// Our side has no room for mail at present: it stays in the mailbox.
struct NoRoom: Error, CustomStringConvertible {
    var description: String { "There is no room to keep letters here; they stay in the mailbox." }
}

extension IMAPFetched {
    fileprivate func arrival(in mailbox: IMAPMailbox) -> MailboxArrival? {
        guard let uid, let size else { return nil }
        return MailboxArrival(
            place: MailboxPlace(uidValidity: mailbox.uidValidity, uid: uid),
            received: received.flatMap { IMAPDate.instant($0) }, size: size, flags: flags ?? [])
    }
}

extension MailboxArrival {
    /// The same with the size that the message turned out to have.
    fileprivate func sized(_ size: Int) -> MailboxArrival {
        MailboxArrival(place: place, received: received, size: size, flags: flags)
    }
}
