// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Vault

@Suite("A web token")
struct WebTokenTests {
    /// RFC 7515 §A.1: the token, and its key.
    private let example =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
        + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    private let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"

    private var secret: Secret {
        let standard = key.replacing("-", with: "+").replacing("_", with: "/") + "=="
        return Secret(bytes: Data(base64Encoded: standard)!)
    }

    @Test("is read and checked as RFC 7515 shows")
    func isChecked() throws {
        let token = try #require(WebToken(example))
        #expect(token.algorithm == .hs256 && token.keyID == nil)
        #expect(String(decoding: token.claims, as: UTF8.self).contains("joe"))
        #expect(token.isSigned(with: secret))
        #expect(!token.isSigned(with: Secret("other")))
        #expect(!token.isSigned(with: Secret("")))
    }

    @Test("that was signed here is believed, by its own key alone")
    func isSigned() throws {
        let pair = try SigningKeyPair(id: "k1")
        let keys = try #require(SigningKeys(json: Array(try pair.published().utf8)))
        let token = try #require(WebToken(try pair.sign(Array("{}".utf8))))
        #expect(token.keyID == "k1" && token.algorithm == .rs256)
        #expect(token.isSigned(by: try #require(keys["k1"])))
        #expect(token.isSigned(by: try #require(SigningKey(pem: pair.publicPEM))))
        #expect(keys["k2"] == nil)
        #expect(!token.isSigned(with: secret))
        let other = try #require(SigningKey(pem: try SigningKeyPair(id: "k1").publicPEM))
        #expect(!token.isSigned(by: other))
        #expect(try #require(WebToken(WebToken.signed([], with: secret))).isSigned(by: other) == false)
    }

    @Test(
        "of no or another algorithm, or that is no token, is nothing",
        arguments: ["", ".", "..", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJFUzI1NiJ9.e30.AA", "e30.e30.AA"])
    func isNothing(text: String) {
        #expect(WebToken(text) == nil)
    }

    @Test("that is too long is nothing, and published keys that cannot be read are none")
    func isBounded() {
        #expect(WebToken(String(repeating: "a", count: 20_000)) == nil)
        #expect(SigningKeys(json: Array("[]".utf8)) == nil)
        let odd = #"{"keys":[{"kty":"EC","kid":"a"},{"kty":"RSA","kid":"b","n":"AQAB","e":"AQAB"},{"kty":"RSA"}]}"#
        #expect(SigningKeys(json: Array(odd.utf8))?["b"] == nil)
        #expect(SigningKey(pem: "no") == nil)
    }
}
