// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Fakes
import Jira
import LocalServers
import NIOCore
import Testing
import Vault

@testable import WebClient

@Suite("An address")
struct ReachTests {
    @Test(
        "of a private network, of this machine or of no one is not public",
        arguments: [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.9.9.9",
            "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1",
            "198.51.100.7", "203.0.113.1", "224.0.0.1", "255.255.255.255", "::", "::1", "::ffff:10.0.0.1",
            "::ffff:127.0.0.1", "::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "fc00::1", "fd12:3456::1", "fe80::1",
            "fec0::1", "ff02::1", "2001:db8::1", "2001::1", "2002:7f00:1::", "2002:a00:1::1", "100::1",
        ])
    func isPrivate(_ text: String) throws {
        #expect(!isPublic(try SocketAddress(ipAddress: text, port: 443)))
    }

    @Test(
        "of the Internet is public",
        arguments: [
            "1.1.1.1", "9.255.255.255", "100.63.0.1", "100.128.0.1", "104.192.141.1", "172.15.0.1", "172.32.0.1",
            "192.0.1.1", "192.167.0.1", "198.17.0.1", "198.51.101.1", "223.255.255.255", "2606:4700::1111",
            "2a00:1450:4001::1", "2001:4860:4860::8888", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1",
        ])
    func isPublicAddress(_ text: String) throws {
        #expect(isPublic(try SocketAddress(ipAddress: text, port: 443)))
    }

    @Test("on this machine is no socket file")
    func isNoFile() throws {
        #expect(!isPublic(try SocketAddress(unixDomainSocketPath: "/tmp/x")))
    }

    @Test(
        "that is private is not connected to, whether by number or by name",
        arguments: ["127.0.0.1", "localhost", "jira.localhost", "[::1]"])
    func isNotConnectedTo(_ host: String) async throws {
        try await withSite(answering: .answer(200, body: account)) { _, server in
            try await withSite(at: "http://\(host):\(server.port)", reach: .publicOnly) { site in
                let error = try #require(try await failure { try await site.get(.myself) })
                #expect(error.code == .privateAddress)
                #expect(error.retry == .never)
                #expect(error.said == "The site's address leads into a private network, which is not allowed.")
            }
            #expect(server.received.isEmpty && server.connectionCount == 0)
        }
    }

    @Test("that a name turns out to lead to is judged before a request is sent")
    func isJudgedWhenConnected() async throws {
        try await withSite(answering: .answer(200, body: account)) { _, server in
            let connections = HTTPConnections()
            // The client itself, without the look at the address that the site was given.
            let client = connections.client(for: .publicOnly)
            await #expect(throws: PrivateAddress.self) {
                _ = try await client.execute(.init(url: "\(server.address)/"), timeout: .seconds(5))
            }
            #expect(server.received.isEmpty)
            try await connections.close()
        }
    }
}

@Suite("The address of a site")
struct SiteAddressTests {
    @Test(
        "is https, or http on this machine",
        arguments: [
            ("https://birdhouse.atlassian.net", "https://birdhouse.atlassian.net"),
            ("https://birdhouse.atlassian.net/", "https://birdhouse.atlassian.net"),
            ("HTTPS://jira.coop.example:8443/jira//", "HTTPS://jira.coop.example:8443/jira"),
            ("https://api.atlassian.com/ex/jira/11-22", "https://api.atlassian.com/ex/jira/11-22"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://localhost", "http://localhost"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
        ])
    func isTaken(_ text: String, _ address: String) {
        #expect(SiteAddress(text)?.rawValue == address)
    }

    @Test(
        "is nothing else",
        arguments: [
            "", "birdhouse.atlassian.net", "http://birdhouse.atlassian.net", "ftp://birdhouse.atlassian.net",
            "https://", "https:///x", "https://nora:pw@birdhouse.atlassian.net", "https://birdhouse.atlassian.net/?a=b",
            "https://birdhouse.atlassian.net/#x", "http://127.0.0.1.example", "file:///etc/passwd",
            "https://bird house.example", "http://localhost.example",
        ])
    func isRefused(_ text: String) {
        #expect(SiteAddress(text) == nil)
    }

    @Test("and its credentials do not print the token")
    func hidesToken() {
        let connection = SiteConnection(
            address: SiteAddress("https://birdhouse.atlassian.net")!, credentials: .account("a", Secret("s3cret")))
        var dumped = ""
        dump(connection, to: &dumped)
        #expect(!dumped.contains("s3cret") && !"\(connection)".contains("s3cret"))
    }
}

@Suite("The way to a site")
struct SiteWayTests {
    private func way(_ address: String, reach: Reach = .publicOnly, trust: SiteTrust = .system) throws -> SiteWay {
        let connection = SiteConnection(
            address: try #require(SiteAddress(address)), credentials: .nobody, trust: trust, reach: reach)
        return try #require(connection.way)
    }

    @Test("is the same however the address is written")
    func isSame() throws {
        let plain = try way("https://birdhouse.atlassian.net")
        for address in ["https://Birdhouse.Atlassian.net/", "HTTPS://birdhouse.atlassian.net:443"] {
            #expect(try way(address) == plain)
        }
    }

    @Test("is another for another address or path, and where more is allowed or believed")
    func isOther() async throws {
        let plain = try way("https://jira.example.com/a")
        #expect(try way("https://jira.example.com/b") != plain)
        #expect(try way("https://jira.example.com/A") != plain)
        #expect(try way("https://jira.example.com:8443/a") != plain)
        #expect(try way("https://jira.example.com/a", reach: .anywhere) != plain)
        guard Program.exists("openssl") else { return }
        let certificate = try await LocalCertificate.make(in: try TemporaryFolder()).certificate
        let trust = try #require(SiteTrust(authorities: certificate))
        #expect(try way("https://jira.example.com/a", trust: trust) != plain)
        #expect(
            try way("https://jira.example.com/a", trust: trust) == way("https://jira.example.com/a", trust: trust))
    }
}
