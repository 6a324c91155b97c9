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
    func secretPlace(_ places: [(key: Key, make: (String) -> SecretPlace)]) throws -> SecretPlace {
        let readings = places.map { place in
            (place.key, { key in try decodeIfPresent(String.self, forKey: key).map(place.make) })
        }
        guard let place = try place(of: "a secret", readings) else {
            throw notInOnePlace("a secret", places.map(\.key))
        }
        return place
    }

    /// The place that one of these keys names; nil where none is there. Of two, nobody could say which is meant.
    func place<Place>(of what: String, _ readings: [(key: Key, read: (Key) throws -> Place?)]) throws -> Place? {
        let found = try readings.compactMap { try $0.read($0.key) }
        guard found.count <= 1 else { throw notInOnePlace(what, readings.map(\.key)) }
        return found.first
    }

    func notInOnePlace(_ what: String, _ keys: [Key]) -> DecodingError {
        let names = keys.map { "\"\($0.stringValue)\"" }.joined(separator: ", ")
        return .dataCorrupted(
            .init(codingPath: codingPath, debugDescription: "\(what) is in one place: one of \(names)"))
    }
}
