// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import Testing

@testable import MailTransport

@Suite("The IMAP client machine")
struct IMAPMachineTests {
    private var machine = IMAPMachine()

    private mutating func hear(_ text: String) throws -> [IMAPMachine.Step] {
        machine.receive(ByteBuffer(string: text + "\r\n"))
        var steps: [IMAPMachine.Step] = []
        while let step = try machine.next() { steps.append(step) }
        return steps
    }

    private mutating func say(_ command: IMAPCommand) -> String {
        String(decoding: machine.start(command).bytes, as: UTF8.self)
    }

    private func ok(_ text: String, code: String? = nil, _ argument: String = "") -> IMAPStatus {
        IMAPStatus(kind: .ok, code: code, argument: argument, text: text)
    }

    @Test("tags its commands and knows their ends")
    mutating func commands() throws {
        #expect(try hear("* OK hi") == [.greeted(ok("hi"))])
        #expect(say(IMAPCommand("NOOP")) == "m1 NOOP\r\n")
        #expect(try hear("* 3 EXISTS") == [.told(.exists(3))])
        #expect(machine.hasNews)
        #expect(try hear("m1 OK done") == [.finished(ok("done"))])
        #expect(say(IMAPCommand("UID SEARCH", "UNSEEN")) == "m2 UID SEARCH UNSEEN\r\n")
    }

    @Test("waits to be asked for a literal")
    mutating func literal() throws {
        _ = try hear("* OK hi")
        let login = IMAPCommand("LOGIN").string("ren\u{e9}", literals: .synchronizing)
            .string("a\"b\\c", shown: "****", literals: .synchronizing)
        #expect(say(login) == "m1 LOGIN {5}\r\n")
        let steps = try hear("+ go on")
        guard case .send(let chunk)? = steps.first, steps.count == 1 else {
            Issue.record("not sent: \(steps)")
            return
        }
        #expect(String(decoding: chunk.bytes, as: UTF8.self) == "ren\u{e9} \"a\\\"b\\\\c\"\r\n")
        #expect(chunk.shown == "ren\u{e9} \"****\"")
        #expect(try hear("+ more?") == [.asked("more?")])
    }

    @Test("sends literals at once where the server has LITERAL+")
    mutating func immediateLiteral() throws {
        _ = try hear("* OK hi")
        #expect(say(IMAPCommand("SELECT").string("\u{e9}", literals: .immediate)) == "m1 SELECT {2+}\r\n\u{e9}\r\n")
    }

    @Test("keeps what the server can do, as it is told in passing")
    mutating func capabilities() throws {
        _ = try hear("* OK [CAPABILITY IMAP4rev1 idle] hi")
        #expect(machine.capabilities == ["IMAP4REV1", "IDLE"])
        machine.forgetCapabilities()
        #expect(machine.capabilities == nil)
        _ = say(IMAPCommand("LOGIN"))
        _ = try hear("m1 OK [CAPABILITY UIDPLUS] in")
        #expect(machine.capabilities == ["UIDPLUS"])
    }

    @Test("takes more messages for news, but not the same number told again")
    mutating func news() throws {
        _ = try hear("* OK hi\r\n* 3 EXISTS")
        machine.forgetNews()
        _ = try hear("* 3 EXISTS")
        #expect(!machine.hasNews)
        _ = try hear("* 1 EXPUNGE\r\n* 3 EXISTS")
        #expect(machine.hasNews)
    }

    @Test("remembers the words of a farewell")
    mutating func farewell() throws {
        _ = try hear("* OK hi\r\n* BYE Server shutting down.")
        #expect(machine.farewell == "Server shutting down.")
    }

    @Test("refuses answers to what it did not ask")
    mutating func unasked() throws {
        _ = try hear("* OK hi")
        #expect(throws: IMAPViolation(words: "an answer to something that was not asked")) { try hear("m9 OK") }
    }

    @Test("refuses a server that does not greet")
    mutating func greeting() throws {
        #expect(throws: IMAPViolation(words: "no IMAP greeting")) { try hear("* 3 EXISTS") }
    }
}

@Suite("The small words of IMAP")
struct IMAPWordsTests {
    @Test(
        "write folder names in their own alphabet",
        arguments: [
            ("INBOX", "INBOX"), ("Support/Gel\u{f6}scht", "Support/Gel&APY-scht"), ("A & B", "A &- B"),
            ("\u{53f0}\u{5317}", "&U,BTFw-"), ("\u{1f600}", "&2D3eAA-"),
        ])
    func folders(_ name: String, _ written: String) {
        #expect(modifiedUTF7(name) == written)
    }

    @Test(
        "tell a time",
        arguments: [
            ("17-Jul-1996 02:44:25 -0700", 837_596_665), (" 1-jan-2026 00:00:00 +0530", 1_767_205_800),
        ])
    func instants(_ text: String, _ seconds: Int) {
        #expect(IMAPDate.instant(text) == Date(timeIntervalSince1970: TimeInterval(seconds)))
    }

    @Test(
        "tell no time by noise",
        arguments: ["", "17-Jul-1996", "a b c", "1-Foo-2026 00:00:00 +0000", "1-Jan-2026 0:0 +0000"])
    func noInstants(_ text: String) {
        #expect(IMAPDate.instant(text) == nil)
    }

    @Test("name a day")
    func day() {
        #expect(IMAPDate.day(Date(timeIntervalSince1970: 837_596_665)) == "17-Jul-1996")
    }

    @Test("ask for what the strategy wants")
    func criteria() {
        let since = Date(timeIntervalSince1970: 837_596_665)
        #expect(IMAPCriteria(strategy: .unread, after: 0).words == "UNSEEN UNDELETED")
        #expect(IMAPCriteria(strategy: .all, after: 7).words == "UID 8:* UNDELETED")
        #expect(IMAPCriteria(strategy: .all, after: 0, since: since).words == "UNDELETED SINCE 17-Jul-1996")
    }
}

@Suite("A set of message numbers")
struct UIDSetTests {
    @Test("joins neighbours")
    func joins() {
        var set = UIDSet([9, 1, 2, 3, 7, 2])
        #expect(set.description == "1:3,7,9")
        #expect(set.count == 5)
        set.insert(8)
        #expect(set.description == "1:3,7:9")
        set.insert(5)
        set.insert(UInt32.max)
        #expect(set.description == "1:3,5,7:9,4294967295")
        #expect(UIDSet([UInt32.max, UInt32.max]).count == 1)
    }

    @Test("holds what was put in, and nothing else")
    func contains() {
        var chance = SplitMix(state: 7)
        for _ in 0..<200 {
            let numbers = (0..<30).map { _ in UInt32(chance.next() % 60) + 1 }
            var inserted = UIDSet()
            for number in numbers { inserted.insert(number) }
            #expect(inserted == UIDSet(numbers))
            #expect((1...60).filter { inserted.contains($0) } == Set(numbers).sorted())
            #expect(UIDSet(inserted.description) == inserted)
        }
    }

    @Test("reads its own writing and no other", arguments: ["a", "3:1", "0", "1,1", "5,2", "1:2:3", "1:"])
    func refuses(_ text: String) {
        #expect(UIDSet(text) == nil)
    }

    @Test("travels as text")
    func codable() throws {
        let position = MailboxPosition(uidValidity: 3, floor: 5, taken: UIDSet([6, 7, 8, 20]))
        let text = try JSONEncoder().encode(position)
        #expect(try JSONDecoder().decode(MailboxPosition.self, from: text) == position)
        #expect(String(decoding: text, as: UTF8.self).contains(#""taken":"6:8,20""#))
    }
}

@Suite("The schedule of a source that is offline")
struct RetryScheduleTests {
    private func waits(_ pace: RetrySchedule.Pace, jitter: Double = 0, days: Double) -> [Int] {
        var schedule = RetrySchedule()
        let start = Date(timeIntervalSince1970: 0)
        var now = start
        var waits: [Int] = []
        while now < start + days * 86400 {
            let wait = schedule.failed(at: now, pace: pace, jitter: jitter)
            waits.append(Int(wait.seconds))
            now += wait.seconds
        }
        return waits
    }

    @Test("begins quickly and slows down to half an hour")
    func quick() {
        #expect(Array(waits(.quick, days: 1).prefix(11)) == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1800, 1800])
    }

    @Test("never waits longer than half an hour for seven days, then a day")
    func days() {
        let waits = waits(.quick, days: 10)
        let long = waits.drop { $0 <= 1800 }
        #expect(waits.max() == 86400)
        #expect(waits.prefix { $0 <= 1800 }.reduce(0, +) >= 7 * 86400)
        #expect(waits.prefix { $0 <= 1800 }.dropLast().reduce(0, +) < 7 * 86400)
        #expect(long.allSatisfy { $0 == 86400 } && long.count == 3)
    }

    @Test("does not hammer with a password that was refused")
    func slow() {
        #expect(Set(waits(.slow, days: 6)) == [1800])
        #expect(waits(.slow, days: 9).last == 86400)
    }

    @Test("is shortened by chance, by a quarter at most")
    func jitter() {
        #expect(Array(waits(.quick, jitter: 1, days: 0.01).prefix(3)) == [3, 7, 15])
        #expect(waits(.quick, jitter: 0.5, days: 2).max() == 1575)
    }

    @Test("begins anew after a success")
    func success() {
        var schedule = RetrySchedule()
        for _ in 0..<5 { _ = schedule.failed(at: Date(timeIntervalSince1970: 0), pace: .quick, jitter: 0) }
        schedule.succeeded()
        #expect(schedule.since == nil)
        #expect(schedule.failed(at: Date(timeIntervalSince1970: 9), pace: .quick, jitter: 0) == .seconds(5))
    }
}
