// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import TestStores
import Testing

/// Drives the whole product with marks, and looks for them wherever they must not be.
@Suite("What mail, people and servers said")
struct MarkTests {
    @Test(
        "P2, P6, P69, P84, P85, P86, P87, P91 are in no log, metric, export, operator's page, crash text, backup, raw file or temporary file",
        .enabled(if: Dovecot.isAvailable, "needs Debian's dovecot-imapd"), .timeLimit(.minutes(3)),
        arguments: DatabaseEngine.ends)
    func marks(on engine: DatabaseEngine) async throws {
        let house = try await MarkedHouse(engine)
        defer { house.stop() }
        let first = try await house.serve(saying: Place.lastWord)
        defer { first.stop() }
        try await house.live()
        try await house.guess()
        var texts = [
            "metrics": try await house.metrics(), "operator's pages": try await house.operatorPages(first.output),
        ]
        #expect(texts["metrics"]?.contains("martlet_jobs{line=\"letter\",state=\"parked\"} 1") == true)
        #expect(texts["operator's pages"]?.contains("Figures") == true)
        try await house.backUp()
        // What runs the second time goes on with the letter at which the first one ended.
        texts["first output"] = try await house.crash(first, by: SIGABRT, with: "abort")
        let second = try await house.serve(saying: "Console on ")
        defer { second.stop() }
        texts["second output"] = try await house.crash(second, by: SIGTRAP, with: "trap")
        #expect(texts["first output"]?.contains(" letter done ") == true)
        for life in ["first", "second"] { #expect(texts["\(life) output"]?.contains("Program crashed") == false) }

        let place = house.place
        texts["log"] = try await place.run("logs", "--limit", "100000").output
        #expect(texts["log"]?.contains(" letter done ") == true)
        let export = try await place.run("export").output + place.run("export", "--json").output
        expectNoMarks(in: texts, export)
        #expect(try await place.run("logs purge").output.hasPrefix("Gone: "))
        #expect(try await place.run("logs").output.isEmpty)
        #expect(try await place.run("audit trail", "--operators").output.contains("  purge-logs  \n"))
        try house.upgrade()
        expectNoMarks(in: try await house.raw())
    }

    private func expectNoMarks(in texts: [String: String], _ export: String) {
        let unexported = [MarkedHouse.mark, MarkedHouse.secret, MarkedHouse.sender]
        for word in unexported + [MarkedHouse.remote, MarkedHouse.mailbox] {
            for (place, text) in texts {
                #expect(!text.localizedCaseInsensitiveContains(word), "\(word) is in the \(place)")
            }
        }
        #expect(export.contains(MarkedHouse.mailbox))
        for word in unexported {
            #expect(!export.localizedCaseInsensitiveContains(word), "\(word) is in the export")
        }
    }

    private func expectNoMarks(in raw: Data) {
        #expect(raw.count > 100_000)
        for word in [MarkedHouse.mark, MarkedHouse.secret, MarkedHouse.remote, MarkedHouse.sender, MarkedHouse.mailbox]
        {
            for form in [word, word.lowercased(), word.uppercased()] {
                #expect(raw.range(of: Data(form.utf8)) == nil, "\(form) is in a raw file")
            }
        }
        #expect(raw.range(of: Data("in a file".utf8).base64EncodedData()) == nil)
    }

    @Test("P91 are in no dump of memory: none is made")
    func noCoreDump() async throws {
        let place = try await Place()
        let server = try await place.serve()
        defer { server.stop() }
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
            let words = try? String(contentsOfFile: "/proc/\(name)/cmdline", encoding: .utf8)
            return words?.contains(place.settings) == true
        }
        #expect(processes.count == 1)
        for process in processes {
            let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
            #expect(limits.contains(#/Max core file size +0 +0 /#))
            let filter = try String(contentsOfFile: "/proc/\(process)/coredump_filter", encoding: .utf8)
            #expect(filter == "00000000\n")
        }
    }
}
