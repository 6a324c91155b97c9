// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vault
import WebClient

/// As whom a service of Amazon's is spoken to.
struct AWSKeys: Sendable, Equatable {
    /// Nil for the variable AWS_ACCESS_KEY_ID.
    var accessKey: String?
    /// Nil for the variables AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
    var secretKey: SecretPlace?

    /// - Parameters:
    ///   - whose: `The bucket's`
    ///   - file: The configuration that these are from.
    func credentials(for whose: String, file: String) throws -> AWSCredentials {
        // What is put into a variable out of a file often has its end of line.
        let environment = ProcessInfo.processInfo.environment.mapValues {
            $0.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        guard let accessKey = accessKey ?? environment["AWS_ACCESS_KEY_ID"] else {
            throw ConfigurationFault(
                file: file, line: nil,
                words: "\(whose) \"accessKey\" comes from the variable AWS_ACCESS_KEY_ID, which is not set.")
        }
        let secret = try (secretKey ?? .environment("AWS_SECRET_ACCESS_KEY")).resolved(
            for: "\(whose) \"secretKey\"", file: file)
        let token = secretKey == nil ? environment["AWS_SESSION_TOKEN"].map { Secret($0) } : nil
        return AWSCredentials(accessKey: accessKey, secretKey: secret, sessionToken: token)
    }
}
