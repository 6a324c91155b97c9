// SPDX-License-Identifier: Apache-2.0

// martlet: reads settings and arguments, plugs everything together, and is the command line.
//
// Verbs: one `Command` each, in `Commands/`; those in `Commands/Reading` only read files. `RunningMartlet` is the process that
// serves; `Demo/` the one that shows itself.
//
// Invariants
//  - What is wrong in settings or a set-up is said with its file, and its line where one is at fault, before anything is changed.
//  - A command that changes or exports what is kept stands in the trail before it is done.
//  - Text of strangers is printed without controls; JSON escapes them.
//  - It ends with 0, or with a status that scripts can tell apart (sysexits.h).
//
// It must never decide about a letter, speak to Jira or a mail server past `Engine` and `WebClient`, print a secret but a new
// password once, or write where its settings and arguments do not lead.

import ArgumentParser
import Foundation
import Vault

/// Whatever is asked for is done without leaving a dump of memory behind, nor any of it in the text of a crash; but who asks
/// Swift's runtime for that text gets it.
@main
enum Entrance {
    static func main() async {
        switchOffCoreDumps()
        if ProcessInfo.processInfo.environment["SWIFT_BACKTRACE"] == nil { switchOffCrashTexts() }
        await Martlet.main()
    }
}

/// The command line of Martlet.
struct Martlet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "Carries mail into Jira and Jira's news out as mail.",
        version: version,
        subcommands: [
            ServeCommand.self, DemoCommand.self, SandboxCommand.self, RehearseCommand.self, ReplayCommand.self,
            ParseCommand.self, ClassifyCommand.self, ReplyCommand.self, SanitizeCommand.self, ConvertCommand.self,
            TNEFCommand.self, CaseCommand.self, AuditCommand.self,
            ApplyCommand.self, ExportCommand.self,
            TenantCommand.self, AccountCommand.self, PersonCommand.self, BackupCommand.self, RestoreCommand.self,
            DoctorCommand.self, LogsCommand.self, KeysCommand.self, VersionCommand.self,
        ])

    static let version = "0.1.0"
}
