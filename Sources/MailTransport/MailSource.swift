// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A mailbox that is watched: it hands each new message to its `MailboxSink`, and says how it fares.
///
/// The sink keeps everything that must outlive the process; a source remembers nothing between two calls of `run`.
public protocol MailSource: Sendable {
    /// Watches until the task is cancelled. No trouble of the server, of one message or of the sink ends it.
    func run() async

    /// The sink has new settlements: they are carried out soon, if the server can be reached. Cheap; may be called from anywhere.
    func settle()

    /// Looks for new messages at once, also when the next try would only be later. For a person's wish, not for a loop.
    func poll()

    /// Connects, signs in, opens the mailbox, and tells what was found. Changes nothing.
    func ping() async -> Ping
}

/// The answer to "does this mailbox work?".
public struct Ping: Sendable, Equatable {
    public let isWorking: Bool
    /// What was done and found, a sentence a line, in the order in which it happened; on failure the last line says why.
    public let lines: [String]

    public init(isWorking: Bool, lines: [String]) {
        self.isWorking = isWorking
        self.lines = lines
    }
}

/// Where the letters of a mailbox go, and who decides what becomes of them there.
///
/// All calls for one mailbox come one after the other, from one task.
public protocol MailboxSink: Sendable {
    /// What `remember` was last told; nil for a mailbox that was never looked at.
    func position() async throws -> MailboxPosition?

    /// Keeps the position. Called after the letters that it counts as taken are durable, so it may be lost: they come again.
    func remember(_ position: MailboxPosition) async throws

    /// A message is about to be fetched; its bytes go to the sink given back.
    ///
    /// When this or the letter's sink throws, the message stays as it is and is fetched again later; the others go on.
    func begin(_ arrival: MailboxArrival) async throws -> any LetterSink

    /// A message is over the size limit: it is not fetched. `header` holds at most its first 64 KiB.
    /// It counts as taken, and is reported once.
    func oversized(_ arrival: MailboxArrival, header: [UInt8]) async throws

    /// The server failed again and again to give this message, in these words. It counts as taken, and is reported once.
    func unreadable(_ arrival: MailboxArrival, said: String) async throws

    /// What is to be done in the mailbox by now. Asked for after `settle` and at each look; the same
    /// settlements are given until `carriedOut` was called with them.
    func settlements() async throws -> [Settlement]

    /// These were done in the mailbox, or cannot be done any more because the message is gone.
    func carriedOut(_ settlements: [Settlement]) async throws

    func report(_ health: SourceHealth) async
}

/// Which message of a mailbox: the same for as long as the server keeps its numbers.
public struct MailboxPlace: Codable, Hashable, Sendable {
    public let uidValidity: UInt32
    public let uid: UInt32

    public init(uidValidity: UInt32, uid: UInt32) {
        self.uidValidity = uidValidity
        self.uid = uid
    }
}

/// A message as the mailbox lists it, before its bytes are fetched.
public struct MailboxArrival: Sendable, Equatable {
    public let place: MailboxPlace
    /// When the server got it, by its own clock (INTERNALDATE).
    public let received: Date?
    /// In bytes, as the server lists it; some servers only estimate.
    public let size: Int
    /// The server's flags and keywords, for example `\Answered`.
    public let flags: [String]

    public init(place: MailboxPlace, received: Date?, size: Int, flags: [String]) {
        self.place = place
        self.received = received
        self.size = size
        self.flags = flags
    }
}

/// What becomes of a message in its mailbox, once its letter's fate is decided here.
public struct Settlement: Codable, Hashable, Sendable {
    public enum Fate: String, Codable, Sendable {
        /// Gets the flag \Seen: the letter is decided and its audit record written.
        case markSeen = "mark-seen"
        /// Is deleted: its plan is done, or it is parked here.
        case delete
        /// Stays as it is, and is not looked at again.
        case leave
    }

    public let place: MailboxPlace
    public let fate: Fate

    public init(place: MailboxPlace, fate: Fate) {
        self.place = place
        self.fate = fate
    }
}

/// Which messages of a mailbox are looked at.
public enum ReadStrategy: String, Codable, Sendable, CaseIterable {
    /// "Read unread and mark as read".
    case unread
    /// "Read all and delete".
    case all
}

/// Where the first look at a mailbox starts.
public enum StartingPoint: String, Codable, Sendable, CaseIterable {
    /// What is there already is never looked at.
    case now
    case everything
}
