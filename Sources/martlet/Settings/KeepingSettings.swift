// SPDX-License-Identifier: Apache-2.0

import Planning
import Store

/// What a tenant may have kept here, and what of the disk stays free.
///
///     keeping: {mailDays: 365, graceDays: 60, freeMegabytes: 1000, tenantMegabytes: 20000}
struct KeepingSettings: Decodable {
    var limits = KeepingLimits()

    enum CodingKeys: String, CodingKey, CaseIterable {
        case mailDays, eventDays, graceDays, freeMegabytes, tenantMegabytes
    }

    init() {
        limits.reserve = 256 * Self.megabyte
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        self.init()
        limits.terms.mailDays = try keys.value(.mailDays, or: limits.terms.mailDays)
        limits.terms.eventDays = try keys.value(.eventDays, or: limits.terms.eventDays)
        limits.graceDays = try Self.count(.graceDays, of: keys, from: 1, to: 3_650) ?? limits.graceDays
        limits.reserve = try Self.bytes(.freeMegabytes, of: keys, from: 0) ?? limits.reserve
        limits.tenantQuota = try Self.bytes(.tenantMegabytes, of: keys, from: 1)
    }

    private static let megabyte = 1_000_000

    private static func bytes(
        _ key: CodingKeys, of keys: KeyedDecodingContainer<CodingKeys>, from least: Int
    ) throws -> Int? {
        try count(key, of: keys, from: least, to: nil).map { $0 * megabyte }
    }

    /// - Parameter most: Nil for as many as can be meant.
    private static func count(
        _ key: CodingKeys, of keys: KeyedDecodingContainer<CodingKeys>, from least: Int, to most: Int?
    ) throws -> Int? {
        guard let count = try keys.decodeIfPresent(Int.self, forKey: key) else { return nil }
        guard (least...(most ?? 1_000_000_000)).contains(count) else {
            let bounds = most.map { "from \(least) to \($0)" } ?? "\(least) or more"
            throw DecodingError.dataCorruptedError(
                forKey: key, in: keys, debugDescription: "\"\(key.rawValue)\" is \(bounds)")
        }
        return count
    }
}
