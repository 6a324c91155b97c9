// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// How far a mailbox has been read: small, kept by the caller, and opaque to it.
///
/// A message is new if it fits the read strategy, stands after `floor`, and is not among the `taken`. Those that no longer fit
/// (read by now, deleted by now) leave `taken` by themselves, so it holds only what still waits in the mailbox
/// or was left there.
public struct MailboxPosition: Codable, Sendable, Equatable {
    public var uidValidity: UInt32
    /// Messages up to here were there before the first look "from now on".
    public var floor: UInt32
    /// When that first look was.
    public var start: Date?
    /// Whether the server has given all messages new numbers since the first look, so that `start` has to serve as the floor.
    public var isRenumbered = false
    public var taken: UIDSet

    public init(uidValidity: UInt32, floor: UInt32, start: Date? = nil, taken: UIDSet = UIDSet()) {
        self.uidValidity = uidValidity
        self.floor = floor
        self.start = start
        self.taken = taken
    }
}

extension MailboxPosition {
    /// How far the clocks of a server and of this machine may lie apart.
    private static let tolerance: TimeInterval = 3600

    /// After a change of UIDVALIDITY everything is looked at once more; the caller knows again what it had.
    func renumbered(_ uidValidity: UInt32) -> MailboxPosition {
        var position = MailboxPosition(uidValidity: uidValidity, floor: 0, start: start)
        position.isRenumbered = true
        return position
    }

    func criteria(_ strategy: ReadStrategy) -> IMAPCriteria {
        IMAPCriteria(strategy: strategy, after: floor, since: isRenumbered ? start.map { $0 - 86400 } : nil)
    }

    /// Whether a message was there before the first look, though its number does not tell.
    func precedesStart(_ arrival: MailboxArrival) -> Bool {
        guard isRenumbered, let start, let received = arrival.received else { return false }
        return received < start - Self.tolerance
    }

    /// Forgets of what was taken all that the mailbox does not list any more.
    mutating func keep(_ listed: [UInt32]) {
        guard !taken.isEmpty else { return }
        taken = UIDSet(listed.filter { taken.contains($0) })
    }
}

/// A set of message numbers as ranges, since they mostly come in runs. Written as in IMAP: `3,7:12`.
public struct UIDSet: Sendable, Equatable {
    /// Ascending, apart from each other by at least one number.
    public private(set) var ranges: [ClosedRange<UInt32>] = []

    public init(_ uids: some Sequence<UInt32> = []) {
        for uid in uids.sorted() {
            if let last = ranges.last, uid <= last.upperBound || uid - 1 == last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound...Swift.max(uid, last.upperBound)
            } else {
                ranges.append(uid...uid)
            }
        }
    }

    /// The ranges must be ascending and apart from each other, as in another set.
    init(joining ranges: some Sequence<ClosedRange<UInt32>>) {
        self.ranges = Array(ranges)
    }

    public var isEmpty: Bool { ranges.isEmpty }

    public var count: Int { ranges.reduce(0) { $0 + Int($1.upperBound - $1.lowerBound) + 1 } }

    public func contains(_ uid: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].contains(uid) { return true }
            if ranges[middle].upperBound < uid { low = middle + 1 } else { high = middle }
        }
        return false
    }

    public mutating func insert(_ uid: UInt32) {
        guard !contains(uid) else { return }
        let at = ranges.firstIndex { $0.lowerBound > uid } ?? ranges.count
        ranges.insert(uid...uid, at: at)
        joinRanges(at)
        if at > 0 { joinRanges(at - 1) }
    }

    private mutating func joinRanges(_ at: Int) {
        guard at + 1 < ranges.count, ranges[at].upperBound + 1 == ranges[at + 1].lowerBound else { return }
        ranges[at] = ranges[at].lowerBound...ranges[at + 1].upperBound
        ranges.remove(at: at + 1)
    }
}

extension UIDSet: CustomStringConvertible {
    public var description: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound):\($0.upperBound)" }.joined(separator: ",")
    }
}

extension UIDSet: Codable {
    /// Reads `description`; nil for anything that is not a list of ascending, separate ranges.
    public init?(_ text: some StringProtocol) {
        for piece in text.split(separator: ",", omittingEmptySubsequences: true) {
            let ends = piece.split(separator: ":", omittingEmptySubsequences: false).map { UInt32($0) }
            guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1], low > 0, low <= high
            else { return nil }
            if let last = ranges.last, last.upperBound >= low { return nil }
            ranges.append(low...high)
            if ranges.count > 1 { joinRanges(ranges.count - 2) }
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let set = UIDSet(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a set of message numbers")
        }
        self = set
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
