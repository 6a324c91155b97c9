// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Engine

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
        let kept = try CaseFolder(folder)
        switch kept.replayed(under: kept.profile) {
        case .decided(let plan, let wanted): return plan == wanted ? nil : plan.reportText
        case .unanswered(let questions):
            return "  The facts do not answer: \(questions.map { "\($0)" }.joined(separator: ", "))"
        }
    }
}
