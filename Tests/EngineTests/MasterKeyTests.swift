// SPDX-License-Identifier: Apache-2.0

import LocalServers
import Planning
import Store
import Testing
import Vault

@testable import Engine

@Suite("A process that does not have the master key of now")
struct MasterKeyTests {
    @Test("ends in words, and what it had is gone on with by one that has it")
    func ends() async throws {
        try await withWorkplace { place in
            let job = try await place.take(letter())
            let new = MasterKey.random()
            let both = MasterKeys(new, former: place.master)
            #expect(try KeyRing.open(folder: place.folder.path("keys"), masters: both).changeMaster() != nil)
            try await place.work()
            let error = await #expect(throws: StoreError.self) { try await Sharing(engine: place.engine).follow() }
            #expect(error?.code == .keysDoNotFit)
            #expect(error?.retry == .soon)
            #expect(error?.isGone == false)
            #expect(error?.description == "The master key does not open this key store.")
            #expect(await place.sandbox.issues().isEmpty)
            try await place.afterCrash(under: new) { next in
                try await next.work()
                #expect(try await next.audit(job)?.disposition == .created)
                #expect(await next.sandbox.issues().count == 1)
            }
        }
    }
}
