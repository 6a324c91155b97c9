// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The command line of Martlet.
@main
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
            KeysCommand.self, VersionCommand.self,
        ])

    static let version = "0.1.0"
}
