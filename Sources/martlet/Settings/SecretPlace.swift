// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Vault

/// Where a secret is written down.
enum SecretPlace: Sendable, Equatable {
    case environment(String)
    case file(String)
    case value(String)

    /// - Parameters:
    ///   - what: The secret's name at the beginning of a sentence.
    ///   - file: The configuration that speaks of it.
    func resolved(for what: String, file: String) throws -> Secret {
        switch self {
        case .value(let value): return Secret(value)
        case .file(let path): return Secret(try readText(path).trimmingCharacters(in: .newlines))
        case .environment(let variable):
            guard let value = environmentValue(variable) else {
                throw ConfigurationFault(
                    file: file, line: nil, words: "\(what) comes from the variable \(variable), which is not set.")
            }
            return Secret(value)
        }
    }
}

/// A variable that is set: what is put into one out of a file often has its end of line, and an empty one is as good as none.
func environmentValue(_ name: String) -> String? {
    let value = ProcessInfo.processInfo.environment[name]?.trimmingCharacters(in: .newlines)
    return value?.isEmpty ?? true ? nil : value
}

/// A secret's place as the settings have it: `{file: PATH}` or `{environment: NAME}`.
struct WrittenSecret: Decodable {
    var place: SecretPlace

    enum CodingKeys: String, CodingKey, CaseIterable {
        case environment, file
    }

    init(from decoder: any Decoder) throws {
        place = try decoder.strict(CodingKeys.self).secretPlace([
            (.environment, { .environment($0) }), (.file, { .file($0) }),
        ])
    }
}

extension KeyedDecodingContainer {
    /// The place that one of these keys names. Of two, nobody could say which is meant.
    func secretPlace(_ places: [(key: Key, make: (String) -> SecretPlace)]) throws -> SecretPlace {
        let found = try places.compactMap { place in
            try decodeIfPresent(String.self, forKey: place.key).map(place.make)
        }
        guard found.count == 1 else {
            let names = places.map { "\"\($0.key.stringValue)\"" }.joined(separator: ", ")
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: codingPath, debugDescription: "a secret is in one place: one of \(names)"))
        }
        return found[0]
    }
}
