// SPDX-License-Identifier: Apache-2.0

import Planning
import Store
import Testing
import Vault

@testable import Engine

@Suite("Set-ups that are known by heart")
struct TenantsTests {
    @Test("are let go of, and their keys with them, a second after their tenant was removed")
    func removed() async throws {
        try await withWorkplace { place in
            let globex = try #require(TenantID("globex"))
            try await place.store.createTenant(globex, name: "Globex", at: noon)
            weak var keys: OwnerKeys?
            do { keys = try await place.engine.tenants.setup(globex).store.keys }
            #expect(keys != nil)
            try await place.store.removeTenant(globex)
            place.time.advance(1)
            #expect(try await place.engine.tenants.all().readable.map(\.id) == [acme])
            #expect(keys == nil)
        }
    }
}
