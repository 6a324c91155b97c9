// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import MIME
import Planning

/// `martlet case run DIR`: a letter, a profile, the facts, and the report that they must give.
struct CaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: "Runs test cases.", subcommands: [RunCase.self])
}

struct RunCase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Decides about the letter of each folder, and compares the plan with its report.json.",
        discussion:
            """
            A folder holds message.eml, profile.json, facts.json and report.json, and envelope.json where the letter \
            came by SMTP. Nothing is looked up or done.
            """)

    @Argument(help: "The folders.")
    var folders: [String]

    func run() async throws {
        try await failing {
            var failed = 0
            for folder in folders {
                let complaint = try complaint(about: folder)
                printLine("\(complaint == nil ? "same" : "DIFFERENT")  \(folder)\(complaint.map { "\n\($0)" } ?? "")")
                if complaint != nil { failed += 1 }
            }
            if failed > 0 { throw ExitCode.failure }
        }
    }

    private func complaint(about folder: String) throws -> String? {
        let letter = read(
            MIME.parse(try readBytes("\(folder)/message.eml")), as: Self.job,
            receivedAt: Date(timeIntervalSince1970: 0),
            envelope: try envelope(in: folder))
        let profile: Profile = try decode("\(folder)/profile.json")
        let facts: Facts = try decode("\(folder)/facts.json")
        let wanted: Plan = try decode("\(folder)/report.json")
        do throws(Inquiry) {
            let plan = try decide(letter, under: profile, knowing: facts)
            return plan == wanted ? nil : plan.reportText
        } catch {
            return "  The facts do not answer: \(error.questions.map { "\($0)" }.joined(separator: ", "))"
        }
    }

    private func envelope(in folder: String) throws -> Envelope {
        let file = "\(folder)/envelope.json"
        return FileManager.default.fileExists(atPath: file) ? try decode(file) : Envelope()
    }

    private func decode<Value: Decodable>(_ file: String) throws -> Value {
        try decodeYAML(Value.self, text: readText(file), file: file)
    }

    /// The letter's job, which a plan does not depend on.
    static let job = JobID("00000000000000000000000000")!
}
