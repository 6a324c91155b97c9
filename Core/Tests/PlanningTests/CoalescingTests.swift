// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
import Planning
import Testing

@Suite("Events that wait together")
struct CoalescingTests {
    private func id(_ number: Int) -> JobID { JobID("000000000000000000000000\(number + 10)")! }

    private func pending(_ events: [Event]) -> [PendingEvent] {
        events.enumerated().map { PendingEvent(job: id($0.offset), event: $0.element) }
    }

    private func elsewhere(_ issue: IssueID) -> Event {
        Event(kind: .issueCreated, time: nil, issueID: issue, actor: .ada)
    }

    @Test("become one group for each issue, led by the oldest, in the order of the leaders")
    func groups() {
        let events = [elsewhere("7"), Happening.opened(), elsewhere("7"), Happening.commented()]
        let groups = coalesce(pending(events))
        #expect(groups.map(\.leader) == [id(0), id(1)])
        #expect(groups.map(\.members) == [[id(2)], [id(3)]])
        #expect(groups[1].events == [Happening.opened(), Happening.commented()])
    }

    @Test("are the same groups in whatever order they are handed over")
    func order() {
        let all = pending([Happening.opened(), Happening.commented("500"), Happening.commented("501"), elsewhere("7")])
        let wanted = coalesce(all)
        for turn in all.indices {
            let turned = Array(all[turn...] + all[..<turn])
            #expect(coalesce(turned) == wanted)
            #expect(coalesce(turned.reversed()) == wanted)
        }
    }

    @Test("are in their order by Jira's time where they came in one millisecond")
    func sameMillisecond() {
        func pending(_ job: String, _ comment: CommentID, _ time: Double?) -> PendingEvent {
            let event = Event(
                kind: .commentCreated, time: time.map(Date.init(timeIntervalSince1970:)), issueID: "10",
                comment: Comment(id: comment, author: .bob, body: .wiki("Words."), visibility: nil, isPublic: nil),
                actor: .bob)
            return PendingEvent(job: JobID(job)!, event: event)
        }
        func told(_ pending: [PendingEvent]) -> [String?] {
            coalesce(pending)[0].events.map { $0.comment?.id.rawValue }
        }
        let (first, second) = ("01KAN00000A000000000000000", "01KAN00000B000000000000000")
        let later = "01KAN00001A000000000000000"
        #expect(told([pending(first, "1", 20), pending(second, "2", 10)]) == ["2", "1"])
        #expect(coalesce([pending(first, "1", 20), pending(second, "2", 10)])[0].leader.rawValue == second)
        #expect(told([pending(second, "2", 10), pending(first, "1", 10)]) == ["1", "2"])
        #expect(told([pending(later, "3", 5), pending(first, "1", 20), pending(second, "2", 10)]) == ["2", "1", "3"])
        // One that does not say when it happened is as good as any other.
        #expect(told([pending(second, "2", 10), pending(first, "1", nil)]) == ["1", "2"])
    }

    @Test("tell a comment once, which Jira tells twice, and a repetition not at all")
    func twins() {
        let events = [
            Happening.commented(issue: nil), Happening.commented(), Happening.commented(), Happening.opened(),
            Happening.opened(),
        ]
        let groups = coalesce(pending(events))
        #expect(groups.count == 1)
        #expect(groups[0].events == [Happening.commented(issue: nil), Happening.opened()])
        #expect(groups[0].members == [id(1), id(2), id(3), id(4)])
    }

    @Test("keep a restriction that only one of two twins carries")
    func restrictedTwin() {
        let closed = Happening.commented(visibility: Visibility(.role, named: "Administrators"))
        #expect(coalesce(pending([Happening.commented(), closed]))[0].events == [closed])
        #expect(coalesce(pending([closed, Happening.commented()]))[0].events == [closed])
    }

    @Test("are told by the one of two twins that knows who may see them")
    func knowingTwin() {
        var issue = Happening.issue
        issue.fields["project"] = ["id": "10000", "key": "HELP", "projectTypeKey": "software"]
        let (knowing, ignorant) = (Happening.commented(issue: issue), Happening.commented(issue: nil))
        #expect(coalesce(pending([ignorant, knowing]))[0].events == [knowing])
        #expect(coalesce(pending([knowing, ignorant]))[0].events == [knowing])
    }

    @Test("keep a comment with the issue that named it first, restricted if another names it so")
    func twinOfAnotherIssue() {
        func comment(_ id: CommentID, on issue: IssueID, _ visibility: Visibility? = nil) -> Event {
            let comment = Comment(id: id, author: .bob, body: .wiki("Words."), visibility: visibility, isPublic: nil)
            return Event(kind: .commentCreated, time: nil, issueID: issue, comment: comment, actor: .bob)
        }
        let closed = comment("2", on: "20", Visibility(.role, named: "Administrators"))
        let events = [comment("1", on: "10"), comment("2", on: "10"), comment("9", on: "20")]
        let groups = coalesce(pending(events + [closed, comment("2", on: "30")]))
        #expect(groups.map(\.leader) == [id(0), id(2)])
        #expect(groups.map(\.members) == [[id(1), id(3), id(4)], []])
        #expect(groups.map(\.events) == [[events[0], closed], [events[2]]])
        #expect(coalesce(pending([events[2], closed]))[0].events == [events[2], closed])
    }

    @Test("each stand alone where they name no issue")
    func withoutIssue() {
        let groups = coalesce(pending([Happening.other(), Happening.other()]))
        #expect(groups.map(\.leader) == [id(0), id(1)])
        #expect(coalesce([]).isEmpty)
    }
}
