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
        guard let accessKey = accessKey ?? environmentValue("AWS_ACCESS_KEY_ID") else {
            throw ConfigurationFault(
                file: file, line: nil,
                words: "\(whose) \"accessKey\" comes from the variable AWS_ACCESS_KEY_ID, which is not set.")
        }
        let secret = try (secretKey ?? .environment("AWS_SECRET_ACCESS_KEY")).resolved(
            for: "\(whose) \"secretKey\"", file: file)
        let token = secretKey == nil ? environmentValue("AWS_SESSION_TOKEN").map(Secret.init) : nil
        return AWSCredentials(accessKey: accessKey, secretKey: secret, sessionToken: token)
    }
}
