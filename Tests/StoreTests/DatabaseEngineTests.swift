// SPDX-License-Identifier: Apache-2.0

import TestStores
import Testing

@Suite("The engines that tests run on")
struct DatabaseEngineTests {
    @Test("are those that are installed, and all where none may be left out")
    func chosen() {
        let installed: (DatabaseEngine) -> Bool = { $0 == .sqlite }
        #expect(DatabaseEngine.all(isWhole: false, installed) == [.sqlite])
        #expect(DatabaseEngine.all(isWhole: true, installed) == [.sqlite, .postgreSQL, .postgreSQLAndS3])
    }
}
