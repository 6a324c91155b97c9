// SPDX-License-Identifier: Apache-2.0

import Foundation
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
            guard let value = ProcessInfo.processInfo.environment[variable] else {
                throw ConfigurationFault(
                    file: file, line: nil, words: "\(what) comes from the variable \(variable), which is not set.")
            }
            return Secret(value)
        }
    }
}
