// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Store

/// Which letters or events a list shows, as its address says.
struct WorkFilter: Sendable, Equatable {
    static let pageLength = 50

    enum Outcome: Sendable, Hashable {
        case all
        case ended(Disposition)
        case waiting
        case parked
        case failed
    }

    /// Where the page begins: behind this place of the list before.
    enum Start: Sendable, Hashable {
        case audit(AuditPosition)
        case job(JobID)
    }

    var outcome = Outcome.all
    var sender = ""
    var words = ""
    var start: Start?

    init(_ query: [String: String]) {
        outcome = Outcome(query["outcome"] ?? "")
        func typed(_ name: String) -> String {
            String((query[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines).prefix(320))
        }
        (sender, words) = (typed("sender"), typed("words"))
        start = Start(query["before"] ?? "")
    }

    /// The states of jobs that it is about; nil when it is about what has ended.
    var states: Set<JobState>? {
        switch outcome {
        case .all, .ended: nil
        case .waiting: [.received, .planned, .executing]
        case .parked: [.parked]
        case .failed: [.failed]
        }
    }

    var disposition: Disposition? {
        if case .ended(let disposition) = outcome { disposition } else { nil }
    }

    /// The first page of everything.
    var isPlain: Bool { outcome == .all && sender.isEmpty && words.isEmpty && start == nil }

    /// The address of the page that begins behind `start`.
    func address(of route: Route, from start: Start) -> String {
        "\(route.path)?outcome=\(outcome.name)&sender=\(queryEncoded(sender))&words=\(queryEncoded(words))"
            + "&before=\(start.text)"
    }
}

extension WorkFilter.Outcome {
    init(_ name: String) {
        let states: [Self] = [.waiting, .parked, .failed]
        self = states.first { $0.name == name } ?? Disposition(rawValue: name).map(Self.ended) ?? .all
    }

    var name: String {
        switch self {
        case .all: ""
        case .ended(let disposition): disposition.rawValue
        case .waiting: "waiting"
        case .parked: "parked"
        case .failed: "failed"
        }
    }

    var words: String {
        switch self {
        case .all: "all"
        case .ended(let disposition): disposition.word
        case .waiting: "waiting"
        case .parked: "parked: waits for an admin"
        case .failed: "failed"
        }
    }

    static func choices(of line: Line) -> [Self] {
        let ends: [Disposition] =
            switch line {
            case .letter: [.created, .commented, .dropped, .ignored, .rejected]
            case .event: [.notified, .dropped, .merged]
            }
        return [.all, .waiting, .parked, .failed] + ends.map(Self.ended)
    }
}

extension WorkFilter.Start {
    /// `<job>` or `<milliseconds>-<job>`.
    init?(_ text: String) {
        let pieces = text.split(separator: "-")
        guard let job = pieces.last.map(String.init).flatMap(JobID.init) else { return nil }
        switch pieces.count {
        case 1: self = .job(job)
        case 2:
            guard let time = Int(pieces[0]), (0...9_999_999_999_999).contains(time) else { return nil }
            self = .audit(AuditPosition(finishedAt: Date(timeIntervalSince1970: Double(time) / 1000), job: job))
        default: return nil
        }
    }

    var text: String {
        switch self {
        case .job(let job): job.rawValue
        case .audit(let place):
            "\(Int((place.finishedAt.timeIntervalSince1970 * 1000).rounded()))-\(place.job)"
        }
    }
}
