// SPDX-License-Identifier: Apache-2.0

import Planning
import Store

/// The PostgreSQL that keeps the rows instead of the embedded database.
///
///     database:
///       url: postgresql://martlet@db.example.com/martlet
///       password: {file: /etc/martlet/database-password}
struct DatabaseSettings: Sendable, Equatable {
    var url: String
    var password: SecretPlace?

    /// - Parameter file: The configuration that this is from.
    func address(file: String) throws -> PostgreSQLAddress {
        let secret = try password?.resolved(for: "The database's password", file: file)
        do {
            return try PostgreSQLAddress(url: url, password: secret)
        } catch {
            throw ConfigurationFault(file: file, line: nil, words: error.said)
        }
    }
}

extension DatabaseSettings: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case url, password
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        url = try keys.decode(String.self, forKey: .url)
        password = try keys.decodeIfPresent(WrittenSecret.self, forKey: .password)?.place
    }
}
