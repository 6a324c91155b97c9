// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing

@Suite("The commands of a tenant that moves")
struct MovingCommandTests {
    @Test("bring it to another installation, which has nothing yet, and refuse what is not whole or fits not")
    func roundTrip() async throws {
        let place = try await Place()
        try await place.applySetup()
        let elsewhere = try TemporaryFolder()
        let file = elsewhere.path("default.martlet")
        let phrase = try elsewhere.write("correct horse battery staple\n", to: "phrase")
        let short = try elsewhere.write("correct horse b\n", to: "short")
        let refused = try await place.run("tenant export default", file, "--pass-phrase-file", short)
        #expect(refused.output == "martlet: A pass phrase has at least 16 characters.\n")
        #expect(refused.status == 65)
        let none = try await place.run("tenant export default", file)
        #expect(
            none.output
                == "martlet: The pass phrase is asked for at a terminal, or stands in --pass-phrase-file FILE.\n")
        #expect(!FileManager.default.fileExists(atPath: file))
        let out = try await place.run("tenant export default", file, "--pass-phrase-file", phrase)
        #expect(
            out.output == """
                Exported: rows 6, letters and events 0, accounts 0.
                Who has \(file) and the pass phrase reads all of it: remove it when it was imported.

                """)
        #expect(try await place.run("audit trail").output.contains("  export-tenant  default\n"))
        #expect(try await place.run("audit trail", "--operators").output.contains("  export-tenant  default\n"))

        let other = try await Place()
        let notes = try elsewhere.write("Shopping: eggs\n", to: "notes")
        let strange = try await other.run("tenant import", notes, "--pass-phrase-file", phrase)
        #expect(strange.output == "martlet: The file \(notes) is no export of a tenant.\n")
        #expect(strange.status == 74)
        let came = try await other.run("tenant import", file, "--pass-phrase-file", phrase)
        #expect(
            came.output.contains(
                #/^Imported default: rows 6, letters and events 0, accounts 0.\nJira's webhooks go to http://127\.0\.0\.1:\d+/hooks/jira/default\.[0-9a-f]+\n$/#
            ), "\(came.output)")
        #expect(came.status == 0)
        #expect(try await other.run("export").output == place.run("export").output)
        #expect(try await other.run("audit trail").output.contains("  import-tenant  default\n"))
        #expect(try await other.run("audit trail", "--operators").output.contains("  import-tenant  default\n"))
        #expect(try await other.run("audit verify").status == 0)
        let again = try await other.run("tenant import", file, "--pass-phrase-file", phrase)
        #expect(again.output == "martlet: There is a tenant \"default\" here already.\n")
    }
}
