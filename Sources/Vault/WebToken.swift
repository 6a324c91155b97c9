// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import Foundation

/// A JSON Web Token (RFC 7519) as it came: nothing in it is true before a signature was checked.
public struct WebToken: Sendable {
    public enum Algorithm: String, Sendable {
        /// HMAC-SHA256 with a shared secret.
        case hs256 = "HS256"
        /// RSA PKCS #1 v1.5 with SHA-256.
        case rs256 = "RS256"
    }

    public let algorithm: Algorithm
    /// Which key signed it, where it says so.
    public let keyID: String?
    /// The JSON of its claims.
    public let claims: [UInt8]
    private let signed: [UInt8]
    private let signature: [UInt8]

    private struct Header: Decodable {
        var alg: String
        var kid: String?
    }

    /// Nil when it is no token, or one of another algorithm, as `none` is. At most 16 KiB.
    public init?(_ text: String) {
        guard text.utf8.count <= 16 << 10 else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head = bytes(base64URL: parts[0]), let claims = bytes(base64URL: parts[1]),
            let signature = bytes(base64URL: parts[2]),
            let header = try? JSONDecoder().decode(Header.self, from: Data(head)),
            let algorithm = Algorithm(rawValue: header.alg)
        else { return nil }
        self.algorithm = algorithm
        keyID = header.kid.map { String($0.prefix(500)) }
        self.claims = claims
        self.signature = signature
        signed = Array("\(parts[0]).\(parts[1])".utf8)
    }

    /// Whether it was signed with this secret. A token that says another algorithm was not.
    public func isSigned(with secret: Secret) -> Bool {
        algorithm == .hs256 && !secret.isEmpty && isSignature(Data(signature), of: Data(signed), with: secret)
    }

    /// Whether the owner of this key signed it. A token that says another algorithm was not.
    public func isSigned(by key: SigningKey) -> Bool {
        algorithm == .rs256
            && key.key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: Data(signed), padding: .insecurePKCS1v1_5)
    }

    /// A token of these claims, signed with a shared secret.
    public static func signed(_ claims: [UInt8], with secret: Secret) -> String {
        let head = base64URL(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))
        let text = "\(head).\(base64URL(claims))"
        return "\(text).\(base64URL(Vault.signature(of: Data(text.utf8), with: secret)))"
    }
}

/// The public half of an RSA key that tokens are signed with; at least 2048 bits.
public struct SigningKey: Sendable {
    fileprivate let key: _RSA.Signing.PublicKey

    /// In PEM (`BEGIN PUBLIC KEY`).
    public init?(pem: String) {
        guard let key = try? _RSA.Signing.PublicKey(pemRepresentation: pem) else { return nil }
        self.key = key
    }

    fileprivate init?(modulus: [UInt8], exponent: [UInt8]) {
        guard modulus.count >= 256, let key = try? _RSA.Signing.PublicKey(n: Data(modulus), e: Data(exponent)) else {
            return nil
        }
        self.key = key
    }
}

/// The keys that somebody signs with, as published in JSON (RFC 7517). Others than RSA keys are passed over.
public struct SigningKeys: Sendable {
    private let keys: [String: SigningKey]

    private struct Published: Decodable {
        struct Key: Decodable {
            var kty: String
            var kid: String?
            var n: String?
            var e: String?
        }
        var keys: [Key]
    }

    public init?(json: [UInt8]) {
        guard json.count <= 1 << 20, let list = try? JSONDecoder().decode(Published.self, from: Data(json)) else {
            return nil
        }
        var keys: [String: SigningKey] = [:]
        for key in list.keys where key.kty == "RSA" {
            guard let id = key.kid, let modulus = key.n.flatMap({ bytes(base64URL: $0[...]) }),
                let exponent = key.e.flatMap({ bytes(base64URL: $0[...]) })
            else { continue }
            keys[id] = SigningKey(modulus: modulus, exponent: exponent)
        }
        self.keys = keys
    }

    public subscript(id: String) -> SigningKey? { keys[id] }
}

/// A pair of keys, for tests and stand-ins.
public struct SigningKeyPair: Sendable {
    private let key: _RSA.Signing.PrivateKey
    public let id: String

    public init(id: String) throws {
        self.id = id
        key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    }

    /// From the private half that `privatePEM` gave.
    public init(id: String, pem: String) throws {
        self.id = id
        key = try _RSA.Signing.PrivateKey(pemRepresentation: pem)
    }

    public var privatePEM: String { key.pemRepresentation }
    public var publicPEM: String { key.publicKey.pemRepresentation }

    /// The public half as a JWKS.
    public func published() throws -> String {
        let numbers = try key.publicKey.getKeyPrimitives()
        let (n, e) = (base64URL(Array(numbers.modulus)), base64URL(Array(numbers.publicExponent)))
        return #"{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"\#(id)","n":"\#(n)","e":"\#(e)"}]}"#
    }

    /// A token of these claims.
    public func sign(_ claims: [UInt8]) throws -> String {
        let head = base64URL(Array(#"{"alg":"RS256","kid":"\#(id)","typ":"JWT"}"#.utf8))
        let text = "\(head).\(base64URL(claims))"
        let signature = try key.signature(for: Data(text.utf8), padding: .insecurePKCS1v1_5)
        return "\(text).\(base64URL(Array(signature.rawRepresentation)))"
    }
}

/// RFC 4648 §5, without padding.
func base64URL(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}

private func bytes(base64URL text: Substring) -> [UInt8]? {
    guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "=") }) else {
        return nil
    }
    let standard = text.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
    return Data(base64Encoded: standard + padding).map(Array.init)
}
