// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Planning
import Store

/// `martlet person`: what is kept of one person.
struct PersonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person",
        abstract: "Finds, exports and erases what is kept of one mail address, or of one account of Jira.",
        discussion: """
            Letters, events, plans, records, sent mails, test cases, previews, purchases and external files of one tenant are \
            looked through; mail also as it reads: base64, quoted-printable, encoded words and charsets decoded, and the files \
            within a winmail.dat or uuencode. Not seen is what stands in a zip, a PDF, an Office file or a picture, or is \
            written as an HTML entity.

            An account's id of Jira Cloud, and a key as JIRAUSER10100 of a Data Center, is found wherever it stands. A name of \
            a Data Center may be a word: it is found where it is a whole value in an event, a plan or a record, and where it \
            is mentioned ([~name]), not in what people wrote. Mail has addresses and seldom accounts: look for both.

            What stands in Jira is Jira's, and is not touched; accounts of Martlet and set-up are edited where they were made.
            """,
        subcommands: [FindPerson.self, ExportPerson.self, ErasePerson.self])
}

/// Whom it is about.
struct PersonOptions: ParsableArguments {
    @Argument(help: "The mail address; after --account, an id of Jira Cloud, or a user's key or name of a Data Center.")
    var person: String

    @Flag(name: .customLong("account"), help: "It is an account of Jira, and no mail address.")
    var isAccount = false

    var name: PersonName { isAccount ? .account(person) : .address(person) }

    /// A domain or a word would find, and erase, what is of many.
    func validate() throws {
        if isAccount {
            let isOne =
                !person.isEmpty && person.utf8.count <= 255
                && person.unicodeScalars.allSatisfy {
                    !$0.properties.isWhitespace && $0.value >= 0x20 && $0.value != 0x7F
                }
            guard isOne else {
                throw ValidationError(
                    "\"\(person)\" is no account of Jira: write its id, as in 557058:f58131cb-b67d-43c7-b30d-6b58d40bd077, or "
                        + "a user's key or name.")
            }
        } else {
            guard isWholeAddress(person) else { throw ValidationError("\(notWhole(person, "anna@example.org")).") }
        }
    }

    /// What to say where it was not written twice.
    fileprivate var twice: String {
        isAccount
            ? "Write the account twice: martlet person erase --account ID --sure ID."
            : "Write the address twice: martlet person erase ADDRESS --sure ADDRESS."
    }
}

struct FindPerson: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "find", abstract: "Lists where the person is.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions
    @OptionGroup var person: PersonOptions

    func run() async throws {
        try await withTenant(installation, tenant) { tenant in
            try await tenant.trail.add(.here("find-person"), at: Date())
            let traces = try await tenant.traces(of: person.name)
            for trace in traces.found { printLine(trace.words) }
            printHoldings(traces.holdings)
            if traces.comments > 0 { printLine("comments that are known to be of this sender: \(traces.comments)") }
            printUnseen(traces.unseen)
        }
    }
}

struct ExportPerson: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes letters, events and records that the person is in into a folder.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions
    @OptionGroup var person: PersonOptions

    @Argument(help: "The folder, which is made.", completion: .directory)
    var folder: String

    func run() async throws {
        try await withTenant(installation, tenant) { tenant in
            try await tenant.trail.add(.here("export-person"), at: Date())
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let traces = try await tenant.traces(of: person.name)
            var (files, unseen) = (0, traces.unseen)
            for trace in traces.found {
                for part in KeptPart.allCases {
                    do {
                        guard let bytes = try await tenant.part(part, of: trace.job) else { continue }
                        try write(bytes, "\(trace.job).\(part.ending(of: trace.line))")
                        files += 1
                    } catch let error as StoreError where error.isDamage {
                        unseen += 1
                    }
                }
            }
            for (number, held) in traces.holdings.enumerated() {
                guard let bytes = try await tenant.holding(held.kind, held.id) else { continue }
                try write(bytes, "\(held.kind.rawValue)-\(number + 1).\(held.kind.ending)")
                files += 1
            }
            let count = traces.found.count
            printLine("Exported: \(count == 1 ? "1 letter or event" : "\(count) letters and events"), files \(files).")
            printUnseen(unseen)
        }
    }

    private func write(_ bytes: Data, _ name: String) throws {
        let path = "\(folder)/\(name)"
        guard FileManager.default.createFile(atPath: path, contents: bytes, attributes: [.posixPermissions: 0o600])
        else { throw ConfigurationFault(file: path, line: nil, words: "This file cannot be written.") }
    }
}

struct ErasePerson: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Erases letters, events and records that the person is in, for good.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions
    @OptionGroup var person: PersonOptions

    @Option(help: "The address, or the account, once more.")
    var sure: String

    func validate() throws {
        guard sure == person.person else { throw ValidationError(person.twice) }
    }

    func run() async throws {
        try await withTenant(installation, tenant) { tenant in
            try await tenant.trail.add(.here("erase-person"), at: Date())
            let done = try await tenant.erase(person.name)
            for trace in done.erased { printLine("erased   \(trace.words)") }
            for trace in done.waiting { printLine("waiting  \(trace.words)") }
            printHoldings(done.holdings, "erased   ")
            if done.comments > 0 { printLine("erased   sender of comments: \(done.comments)") }
            printLine("Erased: \(done.erased.count). Still waiting, to be discarded first: \(done.waiting.count).")
            printUnseen(done.unseen)
        }
    }
}

/// How many of each kind, and until when the last of them is kept.
private func printHoldings(_ holdings: [Holding], _ before: String = "") {
    for kind in HoldingKind.allCases {
        let some = holdings.filter { $0.kind == kind }
        if some.isEmpty { continue }
        let ends = some.compactMap(\.keptUntil)
        let end =
            ends.count < some.count ? kind.endWords : "kept until \(ends.max()!.formatted(.iso8601)) at the latest"
        printLine("\(before)\(kind.words): \(some.count), \(end)")
    }
}

private func printUnseen(_ count: Int) {
    if count > 0 { printLine("Could not be looked at, since they are damaged: \(count).") }
}

extension KeptPart {
    fileprivate func ending(of line: Line) -> String {
        switch self {
        case .body: line == .letter ? "eml" : "json"
        case .payload: "received.json"
        case .plan: "plan.json"
        case .record: "report.json"
        }
    }
}

extension HoldingKind {
    fileprivate var words: String {
        switch self {
        case .case: "test cases"
        case .preview: "previews"
        case .sent: "sent mails"
        case .purchase: "purchases"
        case .external: "external files"
        }
    }

    /// Of those that no time ends.
    fileprivate var endWords: String {
        switch self {
        case .external: "kept until their issue's end"
        default: "kept until an admin removes them"
        }
    }

    fileprivate var ending: String {
        switch self {
        case .case, .sent: "eml"
        case .preview, .purchase: "json"
        case .external: "bytes"
        }
    }
}

extension Trace {
    fileprivate var words: String {
        let places = [isInBody ? "as it came" : nil, isInRecord ? "record" : nil].compactMap(\.self)
        return "\(job)  \(line.rawValue)  \(places.joined(separator: ", "))"
    }
}
