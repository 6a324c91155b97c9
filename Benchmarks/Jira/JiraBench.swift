// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Fakes
import Foundation
import Jira
import NIOCore
import NIOHTTP1
import NIOSSL
import Vault
import WebClient

/// A call to Jira by our client, beside the HTTP library under it and beside curl, against one server on this machine that
/// always gives the same answer: what our checks, limits and decoding cost. Then calls a second over one pool. First by
/// HTTP/1.1 without TLS, then by HTTP/2 over TLS. Each figure is written as soon as it is there, and what takes longer than it ever
/// should ends the program in words.
@main
struct JiraBench: Sendable {
    private static let calls = 3000
    private static let rounds = 5
    private static let parallel = 64
    /// Seconds for the rounds of one way: they take one to two minutes on two cores.
    private static let patience = 600.0

    /// In the names of the figures.
    let way: String
    let site: JiraSite
    let library: HTTPClient
    let url: String
    /// What curl must be told beside the address.
    let curlOptions: [String]

    private static let account =
        #"{"accountId":"70121:robot","displayName":"Martlet","active":true,"accountType":"app"}"#

    static func main() async throws {
        let server = try await ScriptedHTTPServer.start(
            .answer(200, headers: [("Content-Type", "application/json")], body: account))
        try await measure("", server.address)
        try await server.stop()
        let secure = try await SecureServer.start(answering: account)
        try await measure(" (HTTP/2, TLS)", secure.address, trusting: secure.certificate)
        secure.stop()
    }

    private static func measure(_ way: String, _ address: String, trusting authority: String? = nil) async throws {
        let connections = HTTPConnections()
        let site = JiraSite(
            connection: SiteConnection(
                address: SiteAddress(address)!, credentials: .account("bench", Secret("secret")),
                trust: authority.flatMap(SiteTrust.init(authorities:)) ?? .system, reach: .anywhere),
            over: connections)
        var settings = HTTPClient.Configuration()
        settings.httpVersion = .automatic
        if let authority {
            settings.tlsConfiguration = .makeClientConfiguration()
            settings.tlsConfiguration?.trustRoots = .certificates(
                try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
        }
        let library = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        try await JiraBench(
            way: way, site: site, library: library, url: "\(address)/rest/api/3/myself",
            curlOptions: authority == nil ? [] : ["--http2", "--insecure"]
        ).run()
        try await library.shutdown()
        try await connections.close()
    }

    private func run() async throws {
        var times: (ours: [Double], library: [Double], curl: [Double]) = ([], [], [])
        var rates: (ours: [Double], library: [Double]) = ([], [])
        let watch = Watch(over: "the calls\(way)", for: Self.patience)
        defer { watch.end() }
        watch.note("the first calls")
        _ = try await each(ours)
        _ = try await each(alone)
        for round in 1...Self.rounds {
            watch.note("our client, one call after another, round \(round)")
            times.ours.append(try await each(ours))
            watch.note("AsyncHTTPClient, one call after another, round \(round)")
            times.library.append(try await each(alone))
            watch.note("curl, round \(round)")
            times.curl.append(try curl())
            watch.note("our client, \(Self.parallel) calls at a time, round \(round)")
            rates.ours.append(try await together(ours))
            watch.note("AsyncHTTPClient, \(Self.parallel) calls at a time, round \(round)")
            rates.library.append(try await together(alone))
        }
        let one = "jira: one call after another over one connection\(way)"
        figure(one, times.ours, "us a call", "AsyncHTTPClient alone", times.library)
        figure(one, times.ours, "us a call", "curl", times.curl)
        figure(
            "jira: calls a second, \(Self.parallel) at a time over one pool\(way)", rates.ours, "calls/s",
            "AsyncHTTPClient alone", rates.library)
    }

    @Sendable private func ours() async throws {
        _ = try await site.get(.myself)
    }

    @Sendable private func alone() async throws {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "Authorization", value: "Basic YmVuY2g6c2VjcmV0")
        let answer = try await library.execute(request, timeout: .seconds(60))
        _ = try await answer.body.collect(upTo: 1 << 20)
    }

    /// Microseconds a call, one after the other.
    private func each(_ call: @Sendable () async throws -> Void) async throws -> Double {
        let clock = ContinuousClock()
        let took = try await clock.measure { for _ in 0..<Self.calls { try await call() } }
        return took / .microseconds(1) / Double(Self.calls)
    }

    /// The same by one process of curl, which keeps its connection; its start is not counted.
    private func curl() throws -> Double {
        (try curlSeconds(Self.calls) - curlSeconds(1)) / Double(Self.calls - 1) * 1e6
    }

    private func curlSeconds(_ count: Int) throws -> Double {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        process.arguments =
            ["-s", "-o", "/dev/null", "-u", "bench:secret"] + curlOptions + ["\(url)?[1-\(count)]"]
        let took = try ContinuousClock().measure {
            try process.run()
            process.waitUntilExit()
        }
        guard process.terminationStatus == 0 else { throw CurlFailed() }
        return took / .seconds(1)
    }

    /// Calls a second, so many at a time.
    private func together(_ call: @escaping @Sendable () async throws -> Void) async throws -> Double {
        let share = Self.calls * 4 / Self.parallel
        let took = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<Self.parallel {
                    group.addTask { for _ in 0..<share { try await call() } }
                }
                try await group.waitForAll()
            }
        }
        return Double(share * Self.parallel) / (took / .seconds(1))
    }

    /// The medians of the rounds, and the ratio of both.
    private func figure(_ name: String, _ values: [Double], _ unit: String, _ peer: String, _ others: [Double]) {
        let (value, other) = (median(values), median(others))
        func rounded(_ number: Double, _ places: Double) -> Double { (number * places).rounded() / places }
        let line =
            #"{"name": "\#(name)", "value": \#(rounded(value, 10)), "unit": "\#(unit)", "peer": "\#(peer)", "#
            + #""peer_value": \#(rounded(other, 10)), "ratio": \#(rounded(value / other, 100))}"#
        // Not by print, which keeps what goes into a file or pipe to itself up to the end of the program.
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}

private struct CurlFailed: Error {}
