// SPDX-License-Identifier: Apache-2.0

/// A name and its proof. It prints the name only.
public struct Credentials: Sendable {
    public enum Proof: Sendable {
        case password(String)
        /// An OAuth 2 access token.
        case bearer(String)
    }

    public let user: String
    let proof: Proof

    public init(user: String, password: String) {
        self.user = user
        proof = .password(password)
    }

    public init(user: String, bearer token: String) {
        self.user = user
        proof = .bearer(token)
    }

    /// What must not be seen anywhere: the server may quote it back to us.
    var secret: String {
        switch proof {
        case .password(let secret), .bearer(let secret): secret
        }
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(user):****" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}
