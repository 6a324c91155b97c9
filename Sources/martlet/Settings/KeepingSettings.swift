// SPDX-License-Identifier: Apache-2.0

import Planning
import Store

/// What a tenant may have kept here, and what of the disk stays free.
///
///     keeping: {mailDays: 365, freeMegabytes: 1000, tenantMegabytes: 20000}
struct KeepingSettings: Decodable {
    var limits = KeepingLimits()

    enum CodingKeys: String, CodingKey, CaseIterable {
        case mailDays, eventDays, freeMegabytes, tenantMegabytes
    }

    init() {
        limits.reserve = 256 * Self.megabyte
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        self.init()
        limits.terms.mailDays = try keys.value(.mailDays, or: limits.terms.mailDays)
        limits.terms.eventDays = try keys.value(.eventDays, or: limits.terms.eventDays)
        limits.reserve = try Self.bytes(.freeMegabytes, of: keys, from: 0) ?? limits.reserve
        limits.tenantQuota = try Self.bytes(.tenantMegabytes, of: keys, from: 1)
    }

    private static let megabyte = 1_000_000

    private static func bytes(
        _ key: CodingKeys, of keys: KeyedDecodingContainer<CodingKeys>, from least: Int
    ) throws -> Int? {
        guard let count = try keys.decodeIfPresent(Int.self, forKey: key) else { return nil }
        guard (least...1_000_000_000).contains(count) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: keys, debugDescription: "\"\(key.rawValue)\" is \(least) or more")
        }
        return count * megabyte
    }
}
