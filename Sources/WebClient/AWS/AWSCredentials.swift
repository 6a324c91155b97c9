// SPDX-License-Identifier: Apache-2.0

public import Vault

/// As whom a service is spoken to.
public struct AWSCredentials: Sendable {
    let accessKey: String
    let secretKey: Secret
    /// Of credentials that were lent for a while.
    let sessionToken: Secret?

    public init(accessKey: String, secretKey: Secret, sessionToken: Secret? = nil) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
    }
}
