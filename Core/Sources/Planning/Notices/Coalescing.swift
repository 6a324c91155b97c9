// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Jira

/// An event that waits to be told, under the job that keeps it.
public struct PendingEvent: Hashable, Sendable {
    public var job: JobID
    public var event: Event

    public init(job: JobID, event: Event) {
        self.job = job
        self.event = event
    }
}

/// Events of one issue that are told in one mail.
public struct EventGroup: Hashable, Sendable {
    /// The oldest job: the plan is kept with it.
    public var leader: JobID
    /// The jobs of the other events, repetitions included.
    public var members: [JobID]
    /// What is told: each happening once, in the order in which it was received.
    public var events: [Event]
}

/// Joins what waits into one group for each issue, the groups in order of their leaders.
///
/// Jira tells a comment twice, as an event of its own and as an update of its issue: it counts once.
public func coalesce(_ pending: [PendingEvent]) -> [EventGroup] {
    var groups: [EventGroup] = []
    var places: [IssueID: Int] = [:]
    var told: [Happening: (group: Int, event: Int)] = [:]
    for one in inOrder(pending) {
        if let twin = told[Happening(one)] {
            // A comment has one issue: what names it under another is taken for the same all the same.
            groups[twin.group].members.append(one.job)
            groups[twin.group].events[twin.event].learn(from: one.event)
        } else if let place = one.event.issueID.flatMap({ places[$0] }) {
            told[Happening(one)] = (place, groups[place].events.count)
            groups[place].members.append(one.job)
            groups[place].events.append(one.event)
        } else {
            told[Happening(one)] = (groups.count, 0)
            if let issue = one.event.issueID { places[issue] = groups.count }
            groups.append(EventGroup(leader: one.job, members: [], events: [one.event]))
        }
    }
    return groups
}

/// As they were received, by their ids. Of what came in one millisecond, maybe to two processes, Jira knows best what was first,
/// where it says of each when it happened.
private func inOrder(_ pending: [PendingEvent]) -> [PendingEvent] {
    Dictionary(grouping: pending) { $0.job.rawValue.prefix(10) }.sorted { $0.key < $1.key }.flatMap { _, some in
        let timed = some.compactMap { one in one.event.time.map { (event: one, time: $0) } }
        guard timed.count == some.count else { return some.sorted { $0.job < $1.job } }
        return timed.sorted { ($0.time, $0.event.job) < ($1.time, $1.event.job) }.map(\.event)
    }
}

extension Event {
    /// What one of two twins restricts is restricted, and one may know what the other does not.
    fileprivate mutating func learn(from twin: Event) {
        let knowsMore = publicity == .unknown && twin.publicity != .unknown && twin.issueID == issueID
        if twin.publicity == .some || knowsMore { self = twin }
    }
}

/// What makes two events tell the same thing.
private enum Happening: Hashable {
    case issue(IssueID, Event.Kind)
    case comment(CommentID, Event.Kind)
    case other(JobID)

    init(_ pending: PendingEvent) {
        switch (pending.event.kind, pending.event.issueID, pending.event.comment?.id) {
        case (.commentCreated, _, .some(let comment)): self = .comment(comment, pending.event.kind)
        case (.issueCreated, .some(let issue), _): self = .issue(issue, pending.event.kind)
        default: self = .other(pending.job)
        }
    }
}
