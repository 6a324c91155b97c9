// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing

@Suite("The command of terms")
struct TermsCommandTests {
    @Test("says and changes for how long things are kept, within what the operator allows")
    func terms() async throws {
        let place = try await Place("keeping: {mailDays: 60}")
        let first = try await place.run("tenant terms")
        #expect(
            first.output
                == "Letters, sent mail and reports are kept for 30 days, events for 7.\nThe operator allows up to 60 and 7.\n"
        )
        let shorter = try await place.run("tenant terms", "--mail-days", "10", "--event-days", "2")
        #expect(
            shorter.output.hasPrefix("Letters, sent mail and reports are kept for 10 days, events for 2.\nThe operator")
        )
        let longer = try await place.run("tenant terms", "--mail-days", "60")
        #expect(
            longer.output.contains(
                #/^Letters, sent mail and reports are kept for 10 days, events for 2\.\nFrom \d{4}-\d\d-\d\d: 60 days, events 2\.\n/#
            ))
        let refused = try await place.run("tenant terms", "--mail-days", "61")
        #expect(refused.output == "martlet: Mail can be kept for 2 to 60 days here, not for 61.\n")
        #expect(refused.status == 74)
        #expect(try await place.run("audit trail").output.contains("  set-terms  \n"))
    }

    @Test("ends a tenant after the days that the operator allows, and takes that back (P4)")
    func ending() async throws {
        let place = try await Place("keeping: {graceDays: 10}")
        #expect(try await place.run("tenant list").output == "default  Default\n")
        let time = #/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/#
        func plain(_ text: String) -> String { text.replacing(time, with: "DAY") }
        let ended = try await place.run("tenant end default")
        #expect(
            plain(ended.output)
                == "default is served no more. Its people can read and export until DAY; then it is destroyed.\n")
        #expect(
            plain(try await place.run("tenant list").output)
                == "default  Default  has ended, is destroyed on DAY\n")
        #expect(try await place.run("audit list").status == 0)
        #expect(
            plain(try await place.run("doctor").output)
                .contains("look at  default: has ended, is served no more, and is destroyed on DAY.\n"))
        let refused = try await place.run("tenant end default", "--grace", "11")
        #expect(refused.output == "martlet: A tenant that ends can be kept for 1 to 10 days here, not for 11.\n")
        #expect(try await place.run("tenant keep default").output == "default is served.\n")
        #expect(try await place.run("tenant list").output == "default  Default\n")
        let unknown = try await place.run("tenant end nobody")
        #expect(unknown.output == "martlet: There is no tenant \"nobody\".\n")
        for command in ["audit trail", "audit trail --operators"] {
            let trail = try await place.run(command).output
            #expect(trail.contains("  end-tenant  default\n") && trail.contains("  keep-tenant  default\n"))
        }
    }

    @Test("refuses a second tenant where letters are copied unsealed")
    func rawCopies() async throws {
        let place = try await Place("rawCopies: /nowhere")
        #expect(try await place.run("tenant list").output == "default  Default\n")
        let refused = try await place.run("tenant add acme")
        #expect(
            refused.output == "martlet: \(place.settings): \"rawCopies\" is for an installation of one tenant: take it "
                + "out, and start Martlet anew, first.\n")
        #expect(refused.status == 78)
        #expect(try await place.run("tenant list").output == "default  Default\n")
    }

    @Test(
        "refuses settings that nobody may have, in words",
        arguments: [
            ("keeping: {mailDays: 4000}", " \"keeping\": Mail can be kept for 2 to 3650 days here, not for 4000."),
            ("keeping: {eventDays: 8}", " \"keeping\": Events can be kept for 2 to 7 days here, not for 8."),
            ("keeping: {tenantMegabytes: 0}", "4: \"tenantMegabytes\" is 1 or more."),
            ("keeping: {graceDays: 0}", "4: \"graceDays\" is from 1 to 3650."),
            ("logs: {days: 0}", "4: \"days\" of logs is from 1 to 90."),
            ("logs: {format: xml}", "4: The format of logs is \"text\" or \"json\"."),
            ("alerts: {from: a@example.com, to: [], server: {host: mail}}", "4: Alerts go to somebody."),
            (
                "alerts: {from: a@example.com, to: [ops], server: {host: mail}}",
                "4: \"ops\" is no mail address: write all of it, as in martlet@example.com."
            ),
            (
                "alerts: {from: x, to: [a@example.com], server: {host: mail}}",
                "4: \"x\" is no mail address: write all of it, as in martlet@example.com."
            ),
            (
                "alerts: {from: a@example.com, to: [a@example.com], server: {host: mail, port: 70000}}",
                "4: 70000 is not a port: ports go from 1 to 65535."
            ),
            (
                "alerts: {from: a@example.com, to: [a@example.com], server: {host: mail, user: a}}",
                "4: A secret is in one place: one of \"environment\", \"file\"."
            ),
            (
                "alerts: {from: a@example.com, to: [a@example.com], server: {host: mail, user: a, environment: A, file: b}}",
                "4: A secret is in one place: one of \"environment\", \"file\"."
            ),
            (
                "alerts: {from: a@example.com, to: [a@example.com], server: {host: mail, file: b}}",
                "4: Whose password it is says \"user\", which is missing."
            ),
        ])
    func settings(_ line: String, _ words: String) async throws {
        let place = try await Place(line)
        let result = try await place.run("tenant list")
        #expect(result.output == "martlet: \(place.settings):\(words)\n")
        #expect(result.status == 78)
    }
}
