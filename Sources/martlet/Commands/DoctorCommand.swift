// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// `martlet doctor`: whether the installation is sound.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Looks whether this installation is sound, and says what is not.",
        discussion: """
            Also while Martlet serves. It mends nothing; as any command it first brings an older data folder to this \
            version, and it may renew a token of OAuth 2.0 (not with --offline). The status is 1 if something is wrong; what \
            is only to be looked at does not count.
            """)

    @OptionGroup var installation: InstallationOptions

    @Flag(help: "Ask no Jira.")
    var offline = false

    func run() async throws {
        var isWell = true
        try await failing {
            let settings = try installation.settings()
            try settings.requireInstallation()
            try await Doctor(settings: settings, now: Date(), asksJira: !offline).examine { finding in
                printLine("\(finding)")
                if finding.verdict == .wrong { isWell = false }
            }
        }
        if !isWell { throw ExitCode.failure }
    }
}
