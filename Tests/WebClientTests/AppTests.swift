// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
import Testing
import Vault

@testable import WebClient

private let now = Date(timeIntervalSince1970: 1_795_348_800)
private let secret = Secret("shared by both")
private let base = "https://martlet.example.com"
private let request = QueryHash(method: "POST", target: "/installed")

/// The claims of a token that is right, with one of them changed.
private func claims(_ change: [String: JSONValue] = [:]) -> [UInt8] {
    var json: JSONValue = [
        "iss": "site-1", "aud": .string(base), "iat": 1_795_348_790, "exp": 1_795_348_970, "qsh": .string("\(request)"),
    ]
    for (name, value) in change { json[name] = value.isNull ? nil : value }
    return json.serialized
}

@Suite("A request's canonical form")
struct QueryHashTests {
    @Test(
        "is method, path and sorted query",
        arguments: [
            ("GET", "/", "GET&/&"), ("GET", "", "GET&/&"), ("POST", "/installed", "POST&/installed&"),
            ("get", "/lower?b=2&a=1", "GET&/lower&a=1&b=2"), ("GET", "/p/?x=1", "GET&/p&x=1"),
            ("GET", "/q?r=2&r=10&r=1&jwt=a.b.c", "GET&/q&r=1,10,2"), ("GET", "?n", "GET&/&n="),
            ("GET", "/p?q=a%2Bb&plus=a+b&star=*&u=%C3%BC", "GET&/p&plus=a%20b&q=a%2Bb&star=%2A&u=%C3%BC"),
        ])
    func isCanonical(method: String, target: String, canonical: String) {
        #expect(QueryHash(method: method, target: target).canonical == canonical)
    }

    @Test("is that of Atlassian's own library", .enabled(if: reference != nil, "needs MARTLET_REFERENCE"))
    func isAtlassians() throws {
        let file = "\(reference!)/jira/recorded/qsh-vectors.json"
        let vectors = try #require(
            JSONValue(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: file))))["vectors"]?.arrayValue)
        #expect(vectors.count == 18)
        for vector in vectors {
            let hash = QueryHash(
                method: try #require(vector["method"]?.stringValue), target: try #require(vector["url"]?.stringValue))
            #expect(hash.canonical == vector["canonical"]?.stringValue)
            #expect(hash.description == vector["qsh"]?.stringValue)
        }
    }
}

private let reference = ProcessInfo.processInfo.environment["MARTLET_REFERENCE"]

@Suite("A Connect app's token")
struct ConnectTokenTests {
    private let pair: SigningKeyPair
    private let key: SigningKey

    init() throws {
        pair = try SigningKeyPair(id: "install-1")
        key = try #require(SigningKey(pem: pair.publicPEM))
    }

    private func refusal(ofLifecycle token: String) -> TokenRefusal? {
        do {
            try ConnectToken.checkLifecycle(
                token, signedBy: key, clientKey: "site-1", baseURL: base, request: request, at: now)
            return nil
        } catch {
            return error
        }
    }

    @Test("about a site's life is believed under Atlassian's key")
    func isBelieved() throws {
        #expect(refusal(ofLifecycle: try pair.sign(claims())) == nil)
        #expect(refusal(ofLifecycle: try pair.sign(claims(["aud": ["other", .string(base)]]))) == nil)
    }

    @Test(
        "about a site's life is refused where one thing is not right",
        arguments: [
            (["iss": "site-2"], .issuer), (["aud": "https://other.example"], .audience), (["aud": .null], .audience),
            (["exp": 1_795_348_700], .expired), (["exp": .null], .malformed), (["nbf": 1_795_349_000], .early),
            (["qsh": "context-qsh"], .request), (["qsh": .null], .request),
        ] as [([String: JSONValue], TokenRefusal)])
    func isRefused(change: [String: JSONValue], refusal: TokenRefusal) throws {
        #expect(self.refusal(ofLifecycle: try pair.sign(claims(change))) == refusal)
    }

    @Test("signed with a secret, by another key or changed afterwards is not believed about a site's life")
    func isForged() throws {
        #expect(refusal(ofLifecycle: WebToken.signed(claims(), with: secret)) == .malformed)
        #expect(refusal(ofLifecycle: try SigningKeyPair(id: "install-1").sign(claims())) == .signature)
        let parts = try pair.sign(claims()).split(separator: ".").map(String.init)
        let other = try pair.sign(claims(["iss": "site-2"])).split(separator: ".").map(String.init)
        #expect(refusal(ofLifecycle: "\(parts[0]).\(other[1]).\(parts[2])") == .signature)
        for text in ["", "a.b", "a.b.c", "..", "eyJhbGciOiJub25lIn0.e30."] {
            #expect(refusal(ofLifecycle: text) == .malformed, "\(text)")
        }
    }

    @Test("names the key that Atlassian shows, and no other address")
    func namesKey() throws {
        #expect(
            ConnectToken.keyAddress(of: try pair.sign(claims()))
                == "https://connect-install-keys.atlassian.com/install-1")
        for id in [
            "", "..", "../x", "a/b", "x@evil.example", "a?b", "a#b", "a%2fb", String(repeating: "a", count: 101),
        ] {
            let token = try SigningKeyPair(id: id).sign(claims())
            #expect(ConnectToken.keyAddress(of: token) == nil, "\(id)")
        }
        #expect(ConnectToken.keyAddress(of: WebToken.signed(claims(), with: secret)) == nil)
        #expect(ConnectToken.keyAddress(of: "a.b.c") == nil)
    }

    @Test("of a call is signed with the shared secret, and counts for its request alone")
    func callsAreChecked() throws {
        let ours = ConnectToken.make(appKey: "site-1", request: request, signedWith: secret, at: now)
        func refusal(_ token: String, _ request: QueryHash = request, after seconds: Double = 0) -> TokenRefusal? {
            do {
                try ConnectToken.checkCall(
                    token, signedWith: secret, clientKey: "site-1", request: request,
                    at: now.addingTimeInterval(seconds))
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(ours) == nil)
        #expect(refusal(ours, after: 239) == nil)
        #expect(refusal(ours, after: 241) == .expired)
        #expect(refusal(ours, QueryHash(method: "GET", target: "/installed")) == .request)
        #expect(refusal(WebToken.signed(claims(), with: Secret("other"))) == .signature)
        #expect(refusal(try pair.sign(claims())) == .malformed)
    }

    @Test("of a dynamic webhook is signed with the client secret and has not ended")
    func webhooksAreChecked() throws {
        try checkDynamicWebhook(WebToken.signed(claims(), with: secret), signedWith: secret, at: now)
        #expect(throws: TokenRefusal.signature) {
            try checkDynamicWebhook(WebToken.signed(claims(), with: secret), signedWith: Secret(""), at: now)
        }
        #expect(throws: TokenRefusal.expired) {
            try checkDynamicWebhook(WebToken.signed(claims(), with: secret), signedWith: secret, at: .distantFuture)
        }
    }
}

@Suite("A site's life")
struct ConnectLifecycleTests {
    @Test("is read, and its secret does not print")
    func isRead() throws {
        let body = """
            {"key":"martlet","clientKey":"site-1","sharedSecret":"s3cret","baseUrl":"https://x.atlassian.net",
            "eventType":"installed","productType":"jira","installationId":"ari:x"}
            """
        let life = try ConnectLifecycle(decoding: Array(body.utf8))
        #expect(life.event == .installed && life.clientKey == "site-1" && life.baseURL == "https://x.atlassian.net")
        #expect(life.appKey == "martlet" && life.installationID == "ari:x" && life.oauthClientID == nil)
        #expect(life.sharedSecret == Secret("s3cret"))
        #expect(!"\(life)".contains("s3cret"))
    }

    @Test("goes on without a new secret", arguments: ["enabled", "disabled", "uninstalled"])
    func goesOn(event: String) throws {
        let body = """
            {"key":"martlet","clientKey":"site-1","baseUrl":"https://x.atlassian.net","eventType":"\(event)",
            "oauthClientId":"client-1","publicKey":"old","serverVersion":"100","pluginsVersion":"1"}
            """
        let life = try ConnectLifecycle(decoding: Array(body.utf8))
        #expect(life.event.rawValue == event && life.sharedSecret == nil && life.oauthClientID == "client-1")
    }

    @Test(
        "that lacks something is refused, and says what",
        arguments: [
            ("", "the start"), ("{}", "eventType"), (#"{"eventType":"moved"}"#, "eventType"),
            (#"{"eventType":"installed","clientKey":"c","baseUrl":"b"}"#, "key"),
            (#"{"eventType":"installed","key":"k","clientKey":"c","baseUrl":"b"}"#, "sharedSecret"),
            (#"{"eventType":"uninstalled","key":"k","baseUrl":"b"}"#, "clientKey"),
        ])
    func isRefused(body: String, place: String) {
        #expect(throws: Unreadable(place: place)) { try ConnectLifecycle(decoding: Array(body.utf8)) }
    }
}

@Suite("A Forge invocation")
struct ForgeInvocationTests {
    private let pair: SigningKeyPair
    private let keys: SigningKeys
    private let app = "ari:cloud:ecosystem::app/0b6c1a1e-0000-4000-8000-000000000001"

    init() throws {
        pair = try SigningKeyPair(id: "forge/invocation-token/1")
        keys = try #require(SigningKeys(json: Array(try pair.published().utf8)))
    }

    private func token(_ change: [String: JSONValue] = [:]) throws -> String {
        var json: JSONValue = [
            "iss": "forge/invocation-token", "aud": .string(app), "iat": 1_795_348_800, "exp": 1_795_348_825,
            "app": [
                "id": .string(app), "installationId": "ari:cloud:ecosystem::installation/1",
                "apiBaseUrl": "https://api.atlassian.com/ex/jira/cloud-1",
            ],
            "context": ["cloudId": "cloud-1", "siteUrl": "https://x.atlassian.net", "moduleKey": "mail"],
            "principal": "5b10",
        ]
        for (name, value) in change { json[name] = value.isNull ? nil : value }
        return try pair.sign(json.serialized)
    }

    @Test("tells the installation, the site and in whose name")
    func tells() throws {
        let invocation = try ForgeInvocation(checking: try token(), keys: keys, app: app, at: now)
        #expect(invocation.installationID == "ari:cloud:ecosystem::installation/1")
        #expect(invocation.apiBaseURL == "https://api.atlassian.com/ex/jira/cloud-1")
        #expect(invocation.cloudID == "cloud-1" && invocation.siteURL == "https://x.atlassian.net")
        #expect(invocation.moduleKey == "mail" && invocation.principal == "5b10")
    }

    @Test(
        "is refused where one thing is not right",
        arguments: [
            (["iss": "forge"], .issuer), (["aud": "ari:other"], .audience), (["exp": 1_795_348_700], .expired),
            (["iat": 1_795_349_000], .early), (["app": .null], .malformed),
        ] as [([String: JSONValue], TokenRefusal)])
    func isRefused(change: [String: JSONValue], refusal: TokenRefusal) throws {
        let token = try token(change)
        #expect(throws: refusal) { try ForgeInvocation(checking: token, keys: keys, app: app, at: now) }
    }

    @Test("is refused under a key that is not published, and with a shared secret")
    func isForged() throws {
        let other = try SigningKeyPair(id: pair.id)
        let forged = try other.sign(Array("{}".utf8))
        #expect(throws: TokenRefusal.signature) { try ForgeInvocation(checking: forged, keys: keys, app: app, at: now) }
        let shared = WebToken.signed(Array("{}".utf8), with: Secret("x"))
        #expect(throws: TokenRefusal.malformed) { try ForgeInvocation(checking: shared, keys: keys, app: app, at: now) }
    }
}
