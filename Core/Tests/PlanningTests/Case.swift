// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME
import Planning
import TestKit

/// One folder under `Fixtures/cases`: a letter, a profile, what is known, and the plan that they must give.
struct Case: Sendable, CustomStringConvertible {
    let name: String
    var description: String { name }

    private static let root = Fixtures.folder.appendingPathComponent("cases")

    static let all = Fixtures.names(in: "cases", ending: "eml").map {
        Case(name: $0.path.split(separator: "/").dropFirst().dropLast().joined(separator: "/"))
    }

    /// The letter's job, which a plan does not depend on.
    static let job: JobID = "00000000000000000000000000"

    var letter: Letter {
        get throws {
            let raw = [UInt8](try Data(contentsOf: file("message.eml")))
            return read(raw, as: Self.job, receivedAt: Date(timeIntervalSince1970: 0), envelope: Envelope())
        }
    }

    var profile: Profile { get throws { try decoded("profile.json") } }
    var facts: Facts { get throws { try decoded("facts.json") } }
    var report: Plan { get throws { try decoded("report.json") } }

    /// Writes the plan as the golden one.
    func keep(_ plan: Plan) throws { try write(plan, to: "report.json") }

    /// Writes the plan beside the golden one, to be compared.
    func keep(actual plan: Plan) throws { try write(plan, to: "report.actual.json") }

    func file(_ name: String) -> URL { Self.root.appendingPathComponent(self.name).appendingPathComponent(name) }

    private func decoded<Value: Decodable>(_ name: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(Value.self, from: Data(contentsOf: file(name)))
    }

    private func write(_ plan: Plan, to name: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try (try encoder.encode(plan) + Data("\n".utf8)).write(to: file(name))
    }
}
