// SPDX-License-Identifier: Apache-2.0

import MIME
import Testing

@Suite("An invitation")
struct CalendarTests {
    private let text = """
        BEGIN:VCALENDAR
        METHOD:REQUEST
        BEGIN:VTIMEZONE
        TZID:Europe/Berlin
        BEGIN:STANDARD
        DTSTART:16010101T030000
        END:STANDARD
        END:VTIMEZONE
        BEGIN:VEVENT
        UID:1@example.org
        SEQUENCE:2
        STATUS:CONFIRMED
        SUMMARY;LANGUAGE=de:Tee\\, Kekse\\; und
          mehr
        LOCATION:Room "7"
        DESCRIPTION:First\\nsecond \\\\ third
        DTSTART;TZID="Europe/Berlin":20260203T091500
        DTEND:20260203T100000Z
        RRULE:FREQ=WEEKLY;COUNT=4
        ORGANIZER;CN="Doe, Jane":mailto:jane@example.org
        ATTENDEE;PARTSTAT=ACCEPTED;CN=Grace ^'G^' H:MAILTO:grace@example.com
        ATTENDEE;EMAIL=joan@example.com:urn:uuid:1
        BEGIN:VALARM
        SUMMARY:Alarm
        END:VALARM
        END:VEVENT
        BEGIN:VEVENT
        SUMMARY:Another
        END:VEVENT
        END:VCALENDAR
        """

    private func mail(_ calendar: String) -> Message {
        parse(Array("Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n\(calendar)\n".utf8))
    }

    @Test("says what, when, where and who")
    func reads() throws {
        let invitation = try #require(mail(text).invitation)
        #expect(invitation.method == "request")
        #expect(invitation.summary == "Tee, Kekse; und mehr")
        #expect(invitation.location == "Room \"7\"")
        #expect(invitation.details == "First\nsecond \\ third")
        #expect(invitation.start?.description == "2026-02-03 09:15 Europe/Berlin")
        #expect(invitation.end?.description == "2026-02-03 10:00 UTC")
        #expect(invitation.recurrence == "FREQ=WEEKLY;COUNT=4")
        #expect(invitation.uid == "1@example.org")
        #expect(invitation.sequence == 2)
        #expect(invitation.status == "confirmed")
        #expect(invitation.organizer == Mailbox(name: "Doe, Jane", address: "jane@example.org"))
        #expect(invitation.attendees.map(\.mailbox.name) == ["Grace \"G\" H", ""])
        #expect(invitation.attendees.map(\.mailbox.address) == ["grace@example.com", "joan@example.com"])
        #expect(invitation.attendees.map(\.participation) == ["accepted", nil])
        #expect(invitation.otherCount == 1)
        #expect(mail(text.replacing("\n", with: "\r\n")).invitation == invitation)
    }

    @Test("may be for a whole day, in no zone, or a task")
    func times() {
        func start(_ value: String) -> String? {
            CalendarInvitation(parsing: "BEGIN:VEVENT\nDTSTART\(value)\nEND:VEVENT")?.start?.description
        }
        #expect(start(";VALUE=DATE:20260203") == "2026-02-03")
        #expect(start(":20260203T0915") == "2026-02-03 09:15")
        for wrong in [":", ":2026", ":20261303", ":20260203T", ":20260203T2500", ":tomorrow", ":20260203X091500"] {
            #expect(start(wrong) == nil)
        }
        let task = CalendarInvitation(parsing: "METHOD:PUBLISH\nBEGIN:VTODO\nDUE:20260203\nDURATION:PT1H\nEND:VTODO")
        #expect(task?.end?.description == "2026-02-03")
        #expect(task?.duration == "PT1H")
    }

    @Test("is unfolded between octets, so that a fold may stand before a combining sign")
    func unfolds() {
        for fold in ["\n ", "\n\t", "\r\n "] {
            let text = "BEGIN:VEVENT\nSUMMARY:Cafe\(fold)\u{301} um neun\nLOCATION:a\(fold)\(fold)b\nEND:VEVENT\n"
            let invitation = CalendarInvitation(parsing: text)
            #expect(invitation?.summary == "Cafe\u{301} um neun")
            #expect(invitation?.location == "ab")
        }
    }

    @Test("is none where no event is, and is read as far as it goes where it was cut")
    func broken() {
        #expect(CalendarInvitation(parsing: "") == nil)
        #expect(CalendarInvitation(parsing: "BEGIN:VCALENDAR\nEND:VCALENDAR") == nil)
        #expect(mail("nothing").invitation == nil)
        #expect(parse(Array("Subject: x\n\n\(text)".utf8)).invitation == nil)
        #expect(CalendarInvitation(parsing: "END:VEVENT\nBEGIN:VEVENT\nSUMMARY:Tea\nLOCATION")?.summary == "Tea")
        var random = SplitMix(state: 5)
        for _ in 0..<500 {
            _ = CalendarInvitation(parsing: String(decoding: random.mutated(Array(text.utf8)), as: UTF8.self))
        }
        let deep = String(repeating: "BEGIN:VEVENT\n", count: 50_000) + String(repeating: "ATTENDEE:x\n", count: 50_000)
        #expect(CalendarInvitation(parsing: deep).map { $0.attendees.count <= 1_000 } == true)
    }
}
