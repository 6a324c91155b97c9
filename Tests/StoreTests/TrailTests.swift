// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Testing

@testable import Store

@Suite("The trail of deeds")
struct TrailTests {
    private func filled(_ tenant: TenantStore, _ count: Int) async throws {
        for number in 1...count {
            let deed = Deed(by: "anna", what: "rerun-letter", about: "letter \(number)")
            try await tenant.trail.add(deed, at: noon.addingTimeInterval(Double(number)))
        }
    }

    @Test("tells the newest first, page by page, to its own tenant only", arguments: DatabaseEngine.available)
    func tells(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        try await filled(tenant, 5)
        try await store.trail.add(Deed(by: "olga", what: "add-tenant", about: "acme"), at: noon)
        let newest = try await tenant.trail.entries(limit: 3)
        #expect(newest.map(\.number) == [5, 4, 3])
        #expect(newest.map(\.deed.about) == ["letter 5", "letter 4", "letter 3"])
        #expect(newest[0].doneAt == noon.addingTimeInterval(5))
        #expect(try await tenant.trail.entries(before: 3, limit: 3).map(\.number) == [2, 1])
        #expect(try await store.trail.entries(limit: 9).map(\.deed.by) == ["olga"])
        let dump = try await place.everything()
        for mark in ["rerun-letter", "letter 3", "olga"] { #expect(dump.range(of: Data(mark.utf8)) == nil) }
    }

    @Test("is whole as it was written, over a restart and by many at once", arguments: DatabaseEngine.available)
    func whole(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        #expect(try await tenant.trail.check() == .empty)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 { group.addTask { try await filled(tenant, 7) } }
            try await group.waitForAll()
        }
        let beside = try await place.open(as: .beside)
        let sameTenant = try await beside.tenant(acme)
        async let here: Void = filled(tenant, 10)
        async let there: Void = filled(sameTenant, 10)
        _ = try await (here, there)
        try await beside.close()
        try await store.close()
        let again = try await place.open().tenant(acme)
        try await filled(again, 1)
        guard case .whole(let mark) = try await again.trail.check() else { throw Unexpected() }
        #expect(mark.number == 42)
        #expect(
            "\(try await again.trail.check())" == "The trail is whole: 42 entries. Write down the last one: \(mark)")
        try await filled(again, 1)
        #expect(TrailMark("\(mark)") == mark)
        guard case .whole = try await again.trail.check(knowing: mark) else { throw Unexpected() }
    }

    @Test(
        "that somebody wrote in without a key is found out, and where",
        arguments: [
            (["UPDATE trail SET done_at = done_at + 1 WHERE number = 3"], 3, changed),
            (["UPDATE trail SET payload = (SELECT payload FROM trail WHERE number = 2) WHERE number = 3"], 3, changed),
            (["UPDATE trail SET chain = (SELECT chain FROM trail WHERE number = 2) WHERE number = 3"], 3, changed),
            (["DELETE FROM trail WHERE number = 1"], 1, missing),
            (["DELETE FROM trail WHERE number = 3"], 3, missing),
            (
                ["DELETE FROM trail WHERE number = 3", "UPDATE trail SET number = number - 1 WHERE number > 3"], 3,
                changed
            ),
        ])
    func tampered(statements: [String], number: Int, words: String) async throws {
        let place = try Installation()
        let (store, tenant) = try await place.begin()
        try await filled(tenant, 5)
        for sql in statements { try await store.committer.write { try $0.run(sql) } }
        #expect(try await tenant.trail.check() == .broken(number, "Entry \(number) \(words)"))
    }

    private static let missing = "is missing."
    private static let changed = "is not as it was written, or what stood before it is gone."

    @Test("that lost its end is found out by who wrote down an entry")
    func cut() async throws {
        let place = try Installation()
        let (store, tenant) = try await place.begin()
        try await filled(tenant, 5)
        guard case .whole(let mark) = try await tenant.trail.check() else { throw Unexpected() }
        try await store.committer.write { try $0.run("DELETE FROM trail WHERE number > 3") }
        let cut = try await tenant.trail.check(knowing: mark)
        #expect("\(cut)" == "The trail ends at entry 3, but entry 5 was there.")
        try await filled(tenant, 2)
        let other = try await tenant.trail.check(knowing: mark)
        #expect("\(other)" == "Entry 5 is not the one that was there.")
    }
}
