// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Planning

/// A folder with a letter, its envelope if it had one, a profile, what was known, and the plan that these must give.
struct CaseFolder {
    let profile: Profile
    private let letter: Letter
    private let facts: Facts
    private let report: Plan

    init(_ folder: String) throws {
        func decode<Value: Decodable>(_ name: String) throws -> Value {
            let file = "\(folder)/\(name)"
            return try decodeYAML(Value.self, text: readText(file), file: file)
        }
        let hasEnvelope = FileManager.default.fileExists(atPath: "\(folder)/envelope.json")
        letter = read(
            try readBytes("\(folder)/message.eml"), as: Self.job,
            receivedAt: Date(timeIntervalSince1970: 0),
            envelope: hasEnvelope ? try decode("envelope.json") : Envelope())
        profile = try decode("profile.json")
        facts = try decode("facts.json")
        report = try decode("report.json")
    }

    /// What a profile makes of it, perhaps another one than its own.
    func replayed(under profile: Profile) -> Replay {
        do throws(Inquiry) {
            return .decided(try decide(letter, under: profile, knowing: facts), before: report)
        } catch {
            return .unanswered(error.questions)
        }
    }

    /// The letter's job, which a plan does not depend on.
    private static let job = JobID("00000000000000000000000000")!
}
