// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Planning
import Store

/// `martlet person`: what is kept of one person.
struct PersonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person", abstract: "Finds, exports and erases what is kept of one mail address.",
        discussion: """
            Letters, events, plans and records of one tenant are looked through. What stands in Jira is Jira's, and is \
            not touched; accounts and set-up are edited where they were made. An address inside of an encoded body \
            (base64) is not seen, but the record names sender and recipients.
            """,
        subcommands: [FindPerson.self, ExportPerson.self, ErasePerson.self])
}

struct FindPerson: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "find", abstract: "Lists where the address is.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    @Argument(help: "The mail address.")
    var address: String

    func run() async throws {
        try await withTenant(installation, tenant) { tenant in
            try await tenant.trail.add(.here("find-person"), at: Date())
            for trace in try await tenant.traces(of: address) { printLine(trace.words) }
        }
    }
}

struct ExportPerson: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes letters, events and records that the address is in into a folder.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    @Argument(help: "The mail address.")
    var address: String

    @Argument(help: "The folder, which is made.", completion: .directory)
    var folder: String

    func run() async throws {
        try await withTenant(installation, tenant) { tenant in
            try await tenant.trail.add(.here("export-person"), at: Date())
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let traces = try await tenant.traces(of: address)
            for trace in traces { try await write(trace, tenant) }
            printLine("Exported: \(traces.count == 1 ? "1 letter or event" : "\(traces.count) letters and events").")
        }
    }

    private func write(_ trace: Trace, _ tenant: TenantStore) async throws {
        if trace.isInBody {
            var bytes = Data()
            for try await piece in try await tenant.body(of: trace.job) { bytes += piece }
            try write(bytes, "\(trace.job).\(trace.line == .letter ? "eml" : "json")")
        }
        if let entry = try await tenant.audit(of: trace.job) { try write(entry.record, "\(trace.job).report.json") }
    }

    private func write(_ bytes: Data, _ name: String) throws {
        let path = "\(folder)/\(name)"
        guard FileManager.default.createFile(atPath: path, contents: bytes, attributes: [.posixPermissions: 0o600])
        else { throw ConfigurationFault(file: path, line: nil, words: "This file cannot be written.") }
    }
}

struct ErasePerson: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Erases letters, events and records that the address is in, for good.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    @Argument(help: "The mail address.")
    var address: String

    @Option(help: "The address once more.")
    var sure: String

    func validate() throws {
        guard sure == address else {
            throw ValidationError("Write the address twice: martlet person erase ADDRESS --sure ADDRESS.")
        }
    }

    func run() async throws {
        try await withTenant(installation, tenant) { tenant in
            try await tenant.trail.add(.here("erase-person"), at: Date())
            let done = try await tenant.erase(address)
            for trace in done.erased { printLine("erased   \(trace.words)") }
            for trace in done.waiting { printLine("waiting  \(trace.words)") }
            printLine("Erased: \(done.erased.count). Still waiting, to be discarded first: \(done.waiting.count).")
        }
    }
}

extension Trace {
    fileprivate var words: String {
        let places = [isInBody ? "as it came" : nil, isInRecord ? "record" : nil].compactMap(\.self)
        return "\(job)  \(line.rawValue)  \(places.joined(separator: ", "))"
    }
}
