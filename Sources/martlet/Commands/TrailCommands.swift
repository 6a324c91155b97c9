// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Planning
import Store

/// `martlet audit trail`: what people did.
struct ListTrail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trail", abstract: "Lists what admins, operators and users of this machine did, newest first.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    @Flag(help: "What operators did, instead of what was done in a tenant.")
    var operators = false

    @Option(help: "How many.")
    var limit = 50

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("The limit is 1 to 10,000.") }
    }

    func run() async throws {
        try await failing {
            let store = try await installation.settings().openStore(as: .beside)
            let trail = operators ? store.trail : try await store.tenant(try tenant.id()).trail
            for entry in try await trail.entries(limit: limit) {
                let time = entry.doneAt.formatted(.iso8601)
                let deed = entry.deed
                printLine(
                    "\(entry.number)  \(time)  \(deed.by.asField)  \(deed.what.asField)  \(deed.about.asField)")
            }
            try await store.close()
        }
    }
}

/// `martlet audit verify`: whether somebody wrote in the trails.
struct VerifyTrails: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Checks that no entry of any trail was changed or taken away.",
        discussion: """
            Each trail is named with its last entry. Who keeps that elsewhere and gives it back by --known, as in \
            --known acme=12:0f3a..., also sees whether newest entries were cut off; \
            the operators' own trail goes by the name "@operators". The status is 1 if a trail is broken.
            """)

    @OptionGroup var installation: InstallationOptions

    @Option(help: "An entry that was there, as NAME=NUMBER:CHAIN; may be given several times.")
    var known: [String] = []

    private var marks: [String: TrailMark] {
        get throws {
            var marks: [String: TrailMark] = [:]
            for text in known {
                let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2, let mark = TrailMark(parts[1]) else {
                    throw ValidationError("\"\(text)\" is no known entry: write NAME=NUMBER:CHAIN.")
                }
                marks[parts[0]] = mark
            }
            return marks
        }
    }

    func validate() throws { _ = try marks }

    func run() async throws {
        try await failing {
            let store = try await installation.settings().openStore(as: .beside)
            var trails = [("@operators", store.trail)]
            for tenant in try await store.tenants() {
                trails.append((tenant.id.rawValue, try await store.tenant(tenant.id).trail))
            }
            var isBroken = false
            for (name, trail) in trails {
                let check = try await trail.check(knowing: marks[name])
                if case .broken = check { isBroken = true }
                printLine("\(name): \(check)")
            }
            for (name, mark) in try marks.sorted(by: { $0.key < $1.key })
            where !trails.contains(where: { $0.0 == name }) {
                isBroken = true
                printLine("\(name): There is no such trail, but entry \(mark.number) of it is known.")
            }
            try await store.close()
            if isBroken { throw ExitCode.failure }
        }
    }
}
