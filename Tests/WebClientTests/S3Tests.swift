// SPDX-License-Identifier: Apache-2.0

import Fakes
import Foundation
import LocalServers
import Synchronization
import Testing
import Vault

@testable import WebClient

@Suite("A request to a bucket")
struct S3SignatureTests {
    /// The examples of AWS: Signature Calculations for the Authorization Header, Transferring Payload in a Single Chunk.
    private let signer = AWSSigner(
        service: .s3, region: "us-east-1",
        credentials: AWSCredentials(
            accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")))

    private func authorization(of request: AWSRequest) -> String {
        let time = Date(timeIntervalSince1970: 1_369_353_600)
        return signer.headers(for: request, to: "examplebucket.s3.amazonaws.com", at: time)
            .first { $0.name == "authorization" }?.value ?? ""
    }

    @Test("is signed as AWS's own examples are")
    func examples() {
        #expect(
            authorization(of: AWSRequest(method: "GET", path: "/test.txt", headers: [("Range", "bytes=0-9")]))
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
        let put = AWSRequest(
            method: "PUT", path: "/test$file.text",
            headers: [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
            body: Array("Welcome to Amazon S3.".utf8))
        #expect(
            authorization(of: put).hasSuffix("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))
        let lifecycle = AWSRequest(method: "GET", path: "/", query: [("lifecycle", "")])
        #expect(
            authorization(of: lifecycle).hasSuffix("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"))
        let list = AWSRequest(method: "GET", path: "/", query: [("prefix", "J"), ("max-keys", "2")])
        #expect(authorization(of: list).hasSuffix("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"))
    }

    @Test("with lent credentials carries their token, signed")
    func token() {
        let lent = AWSSigner(
            service: .s3, region: "us-east-1",
            credentials: AWSCredentials(accessKey: "ASIA", secretKey: Secret("s"), sessionToken: Secret("t0ken")))
        let headers = lent.headers(for: AWSRequest(method: "GET", path: "/"), to: "h", at: Date())
        #expect(headers.contains { $0.name == "x-amz-security-token" && $0.value == "t0ken" })
        #expect(headers.last?.value.contains("x-amz-security-token") == true)
    }

    @Test(
        "goes to Amazon's host of the bucket, or to the endpoint that is given",
        arguments: [
            (nil, "birds", "https://birds.s3.eu-central-1.amazonaws.com", ""),
            (nil, "my.birds", "https://s3.eu-central-1.amazonaws.com", "/my.birds"),
            ("https://minio.example.com:9000/", "birds", "https://minio.example.com:9000", "/birds"),
            ("http://127.0.0.1:5000", "birds", "http://127.0.0.1:5000", "/birds"),
        ])
    func address(endpoint: String?, bucket: String, origin: String, root: String) throws {
        let address = try #require(S3Address(bucket: bucket, region: "eu-central-1", endpoint: endpoint, prefix: "a/b"))
        #expect(address.origin == origin)
        #expect(address.root == root)
        #expect(origin.hasSuffix(address.host))
        #expect(address.prefix == "a/b/")
    }

    @Test(
        "goes nowhere else",
        arguments: [
            ("birds", "http://minio.example.com"), ("birds", "https://minio.example.com/path"), ("Birds", nil),
            ("ab", nil),
            ("birds/x", nil), ("birds", "ftp://x"),
        ])
    func noAddress(bucket: String, endpoint: String?) {
        #expect(S3Address(bucket: bucket, region: "eu-central-1", endpoint: endpoint) == nil)
        #expect(S3Address(bucket: "birds", region: "eu/central", endpoint: nil) == nil)
    }

    @Test("that stays without an answer is given up after its time, tried again as often as set, and says so")
    func timeout() async throws {
        let server = try await ScriptedHTTPServer.start(.silence)
        let address = try #require(S3Address(bucket: "birds", region: "r", endpoint: server.address))
        let pauses = Mutex<[Duration]>([])
        let bucket = S3Bucket(
            address, as: AWSCredentials(accessKey: "A", secretKey: Secret("s3cret")),
            limits: .init(silence: .milliseconds(100), tries: 3, pause: .seconds(1), part: 1 << 20)
        ) {
            Date()
        } sleep: { pause in
            pauses.withLock { $0.append(pause) }
        }
        let error = await #expect(throws: AWSError.self) { try await bucket.put([1], as: "x") }
        #expect(error?.code == .unavailable)
        #expect(error?.description == "The bucket did not answer in time.")
        #expect(error?.debugDescription.contains("s3cret") == false)
        #expect(server.received.count == 3)
        let waited = pauses.withLock { $0 }
        #expect(waited.count == 2)
        #expect((.seconds(1)..<(.seconds(2))).contains(waited[0]))
        #expect((.seconds(2)..<(.seconds(4))).contains(waited[1]))
        try await bucket.close()
        try await server.stop()
    }

    @Test(
        "that is refused says why",
        arguments: [
            (403, "SignatureDoesNotMatch", AWSError.Code.refused, "The bucket does not accept the keys."),
            (403, "RequestTimeTooSkewed", .refused, "The bucket does not believe this machine's clock."),
            (403, "AccessDenied", .refused, "The bucket does not allow this."),
            (404, "NoSuchBucket", .refused, "There is no such bucket."),
            (404, "NoSuchKey", .notFound, "The bucket does not hold this."),
            (400, "InvalidArgument", .refused, "The bucket refuses this."),
            (400, "RequestTimeout", .unavailable, "The bucket cannot do its work at present."),
            (503, "SlowDown", .unavailable, "The bucket cannot do its work at present."),
        ])
    func refusals(status: Int, name: String, code: AWSError.Code, said: String) {
        let answer = AWSAnswer(headers: [], body: Array("<Error><Code>\(name)</Code><Message>m</Message></Error>".utf8))
        let error = AWSError(status: status, answer, of: .s3, to: "GET /x")
        #expect(error.code == code)
        #expect(error.retry == (code == .unavailable ? .soon : .never))
        #expect(error.description == said)
        #expect(error.detail == "GET /x: \(status) \(name) m")
    }
}

@Suite("A bucket", .enabled(if: Bucket.isAvailable, "needs the Python package moto"))
struct S3BucketTests {
    private func bucket(
        at server: Bucket, prefix: String = "", secret: String = Bucket.secretKey
    ) throws -> S3Bucket {
        let address = try #require(
            S3Address(bucket: Bucket.name, region: Bucket.region, endpoint: server.endpoint, prefix: prefix))
        // The smallest part that S3 takes.
        return S3Bucket(
            address, as: AWSCredentials(accessKey: server.accessKey, secretKey: Secret(secret)),
            limits: .init(silence: .seconds(20), tries: 3, pause: .zero, part: 5 << 20)
        ) {
            Date()
        } sleep: { _ in
        }
    }

    @Test("keeps, gives, lists and deletes; it checks each signature")
    func wholeLife() async throws {
        let server = try await Bucket.start()
        let bucket = try bucket(at: server, prefix: "birds")
        #expect(try await bucket.get("a/none") == nil)
        let large = (0..<(11 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        try await bucket.put(large.count, as: "a/1/large") { Array(large[$0]) }
        try await bucket.put([1, 2, 3], as: "a/2/it's 100%+1&<2>")
        #expect(try await bucket.size(of: "a/1/large") == large.count)
        #expect(try await bucket.get("a/1/large", 5_000_000..<11_000_000) == Array(large[5_000_000..<11_000_000]))
        #expect(try await bucket.get("a/2/it's 100%+1&<2>") == [1, 2, 3])
        #expect(
            try await bucket.list("a/") == [
                S3Object(name: "a/1/large", size: large.count), S3Object(name: "a/2/it's 100%+1&<2>", size: 3),
            ])
        #expect(try await bucket.folders("a/") == ["a/1/", "a/2/"])
        #expect(try await bucket.delete(["a/2/it's 100%+1&<2>", "a/none"]) == 2)
        #expect(try await bucket.list("").map(\.name) == ["a/1/large"])
        #expect(try await server.requests().contains { $0.contains("partNumber=3") })
        let wrong = try self.bucket(at: server, secret: "wrong")
        let error = await #expect(throws: AWSError.self) { try await wrong.put([1], as: "x") }
        #expect(error?.description == "The bucket does not accept the keys.")
        try await wrong.close()
        try await bucket.close()
    }

    @Test("counts what is put in parts as there only when it says so, and tries again where it does not answer in time")
    func unconfirmed() async throws {
        let server = try await Bucket.start()
        let bucket = try bucket(at: server)
        let large = [UInt8](repeating: 7, count: (5 << 20) + 1)
        try await server.fail(.init("blank", "POST", query: "uploadId", times: 2))
        try await bucket.put(large.count, as: "large") { Array(large[$0]) }
        #expect(try await server.faultsLeft() == 0)
        #expect(try await bucket.size(of: "large") == large.count)
        try await server.fail(.init("blank", "POST", query: "uploadId", times: 3))
        let error = await #expect(throws: AWSError.self) {
            try await bucket.put(large.count, as: "other") { Array(large[$0]) }
        }
        #expect(error?.code == .unavailable)
        #expect(try await bucket.size(of: "other") == nil)
        try await bucket.put([1, 2, 3], as: "short")
        #expect(await #expect(throws: AWSError.self) { try await bucket.get("short", 3..<6) }?.code == .notFound)
        #expect(try await bucket.putIfAbsent([1], as: "new"))
        #expect(try await !bucket.putIfAbsent([2], as: "new"))
        #expect(try await bucket.get("new") == [1])
        try await bucket.close()

        let address = try #require(S3Address(bucket: Bucket.name, region: Bucket.region, endpoint: server.endpoint))
        let hasty = S3Bucket(
            address, as: AWSCredentials(accessKey: server.accessKey, secretKey: Secret(Bucket.secretKey)),
            limits: .init(silence: .milliseconds(200), tries: 20, pause: .zero, part: 5 << 20)
        ) {
            Date()
        } sleep: { _ in
        }
        try await server.fail(.init("hang", "PUT"))
        try await hasty.put([1], as: "late")
        #expect(try await server.faultsLeft() == 0)
        try await hasty.close()
    }

    @Test("is given what a slow line takes, however long that is, while it takes anything")
    func slowLine() async throws {
        let server = try await Bucket.start()
        let address = try #require(S3Address(bucket: Bucket.name, region: Bucket.region, endpoint: server.endpoint))
        let bucket = S3Bucket(
            address, as: AWSCredentials(accessKey: server.accessKey, secretKey: Secret(Bucket.secretKey)),
            limits: .init(silence: .seconds(2), tries: 1, pause: .zero, part: 8 << 20)
        ) {
            Date()
        }
        // The first request takes moto a while.
        let patient = try self.bucket(at: server)
        #expect(try await patient.size(of: "large") == nil)
        try await patient.close()
        // A part takes two and a half seconds at least.
        let large = [UInt8](repeating: 7, count: 9 << 20)
        try await server.fail(.init("slow", "PUT", times: 2))
        try await bucket.put(large.count, as: "large") { Array(large[$0]) }
        #expect(try await server.faultsLeft() == 0)
        #expect(try await bucket.size(of: "large") == large.count)
        // Where nothing is taken, nothing is waited for.
        try await server.fail(.init("hang", "PUT"))
        let error = await #expect(throws: AWSError.self) { try await bucket.put([1], as: "other") }
        #expect(error?.description == "The bucket did not answer in time.")
        #expect(error?.retry == .soon)
        #expect(try await bucket.size(of: "other") == nil)
        try await bucket.close()
    }

    @Test("is signed for the host without the port that goes without saying")
    func usualPort() {
        func host(_ endpoint: String) -> String? { S3Address(bucket: "birds", region: "r", endpoint: endpoint)?.host }
        #expect(host("https://minio.example.com:443") == "minio.example.com")
        #expect(host("HTTPS://minio.example.com:443") == "minio.example.com")
        #expect(host("https://minio.example.com:9000") == "minio.example.com:9000")
        #expect(host("http://127.0.0.1:80") == "127.0.0.1")
    }

    @Test("gives long lists page by page")
    func pages() async throws {
        let server = try await Bucket.start()
        let bucket = try bucket(at: server)
        let names = (0..<1_050).map { "p/\(10_000 + $0)" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, name) in names.enumerated() {
                if index >= 16 { try await group.next() }
                group.addTask { try await bucket.put([], as: name) }
            }
            try await group.waitForAll()
        }
        #expect(try await bucket.list("p/").map(\.name) == names)
        #expect(try await bucket.list("p/", limit: 1).count == 1)
        #expect(try await bucket.delete(names) == names.count)
        #expect(try await bucket.list("p/").isEmpty)
        try await bucket.close()
    }

    @Test("keeps the rules of others when ours are set, and has ours as they were put")
    func rules() async throws {
        let server = try await Bucket.start()
        let bucket = try bucket(at: server, prefix: "ours")
        _ = try await bucket.sendXML(
            "PUT",
            """
            <LifecycleConfiguration><Rule><ID>theirs</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status>\
            <Expiration><Days>9</Days></Expiration></Rule></LifecycleConfiguration>
            """, query: "lifecycle")
        let before = try await server.requests().count
        #expect(try await bucket.setExpiry([S3Expiry(id: "letters", beginning: "letters/", days: 31)]))
        #expect(try await server.requests().count == before + 3)
        #expect(try await bucket.setExpiry([S3Expiry(id: "letters", beginning: "letters/", days: 31)]))
        #expect(try await server.requests().count == before + 4)
        #expect(try await bucket.setExpiry([S3Expiry(id: "letters", beginning: "letters/", days: 32)]))
        let rules = try await bucket.send("GET", nil, query: [("lifecycle", "")]).elements("Rule")
        #expect(rules.count == 3)
        #expect(rules.contains { $0.contains("<ID>theirs</ID>") && $0.contains("<Days>9</Days>") })
        #expect(rules.contains { $0.contains("<Prefix>ours/letters/</Prefix>") && $0.contains("<Days>32</Days>") })
        #expect(rules.contains { $0.contains("<DaysAfterInitiation>2</DaysAfterInitiation>") })
        try await bucket.close()
    }
}
