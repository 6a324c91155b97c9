// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing
import Vault

@testable import WebClient

@Suite("A queue")
struct SQSAddressTests {
    @Test(
        "has an address that names its region, or has it named, and a name that ends in .fifo",
        arguments: [
            ("https://sqs.eu-central-1.amazonaws.com/123456789012/events.fifo", nil, true),
            ("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/events.fifo", nil, true),
            ("http://127.0.0.1:5000/1/events.fifo", "eu-central-1", true),
            ("http://127.0.0.1:5000/1/events.fifo", nil, false),
            ("https://sqs.eu-central-1.amazonaws.com/123456789012/events", nil, false),
            ("http://sqs.eu-central-1.amazonaws.com/123456789012/events.fifo", nil, false),
            ("events.fifo", "eu-central-1", false),
        ] as [(String, String?, Bool)])
    func address(url: String, region: String?, isTaken: Bool) {
        let credentials = AWSCredentials(accessKey: "A", secretKey: Secret("s"))
        let queue = SQSQueue(url: url, region: region, as: credentials, now: { Date() })
        #expect((queue != nil) == isTaken)
    }

    @Test(
        "is signed for the host without the port that goes without saying",
        arguments: [
            ("https://sqs.example.com:443/1/events.fifo", "sqs.example.com"),
            ("https://sqs.example.com:9324/1/events.fifo", "sqs.example.com:9324"),
            ("http://127.0.0.1:80/1/events.fifo", "127.0.0.1"),
        ])
    func usualPort(url: String, host: String) {
        let credentials = AWSCredentials(accessKey: "A", secretKey: Secret("s"))
        let queue = SQSQueue(url: url, region: "r", as: credentials, now: { Date() })
        #expect(queue?.host == host)
    }

    @Test(
        "that refuses says why",
        arguments: [
            (400, "com.amazonaws.sqs#QueueDoesNotExist", "There is no such queue."),
            (403, "com.amazon.coral.service#AccessDeniedException", "The queue does not allow this."),
            (403, "InvalidClientTokenId", "The queue does not accept the keys."),
            (400, "com.amazonaws.sqs#RequestThrottled", "The queue cannot do its work at present."),
            (503, "x", "The queue cannot do its work at present."),
            (400, "InvalidMessageContents", "The queue refuses this."),
        ])
    func refusals(status: Int, type: String, said: String) {
        let answer = AWSAnswer(headers: [], body: Array(#"{"__type": "\#(type)", "message": "m"}"#.utf8))
        let error = AWSError(status: status, answer, of: .sqs, to: "POST /")
        #expect(error.description == said)
        #expect(error.detail == "POST /: \(status) \(type.split(separator: "#").last!) m")
    }
}

@Suite("A queue that is there", .enabled(if: Bucket.isAvailable, "needs the Python package moto"))
struct SQSQueueTests {
    private func queue(at server: Bucket, secret: String = Bucket.secretKey) throws -> SQSQueue {
        try #require(
            SQSQueue(
                url: server.queue, region: Bucket.region,
                as: AWSCredentials(accessKey: server.accessKey, secretKey: Secret(secret)), waiting: 0
            ) {
                Date()
            } sleep: { _ in
            })
    }

    @Test("gives each message once, those of a group in their order, until they are deleted")
    func wholeLife() async throws {
        let server = try await Bucket.start()
        let queue = try queue(at: server)
        #expect(try await queue.receive().isEmpty)
        for number in 1...3 { try await queue.send("Grüße \(number)", group: "g", name: "n\(number)") }
        try await queue.send("Grüße 3", group: "g", name: "n3")
        let messages = try await queue.receive()
        #expect(messages.map(\.text) == ["Grüße 1", "Grüße 2", "Grüße 3"])
        for message in messages { try await queue.delete(message) }
        #expect(try await queue.receive().isEmpty)
        #expect(try await queue.keepMessages(forSeconds: 7 * 86_400))
        try await queue.close()
    }

    @Test("is asked again where it fails, and keeps a message once where the answer was lost")
    func faults() async throws {
        let server = try await Bucket.start()
        let queue = try queue(at: server)
        for fault in ["500", "503", "drop", "lost"] {
            try await server.fail(.init(fault, "POST"))
            try await queue.send(fault, group: fault, name: fault)
        }
        #expect(Set(try await queue.receive().map(\.text)) == ["500", "503", "drop", "lost"])
        try await queue.close()
    }

    @Test("has what it says that it has: a success without a result is none, and who says nothing is not empty")
    func blank() async throws {
        let server = try await Bucket.start()
        let queue = try queue(at: server)
        try await server.fail(.init("blank", "POST", times: 2))
        let error = await #expect(throws: AWSError.self) { try await queue.send("x", group: "g", name: "n") }
        #expect(error?.code == .unavailable)
        #expect(error?.debugDescription.hasSuffix("(POST /: 200 without result)") == true)
        try await server.fail(.init("blank", "POST", times: 2))
        let silence = await #expect(throws: AWSError.self) { try await queue.receive() }
        #expect(silence?.code == .unavailable)
        // One that is asked again has it.
        try await server.fail(.init("blank", "POST"))
        try await queue.send("x", group: "g", name: "n")
        #expect(try await queue.receive().map(\.text) == ["x"])
        try await queue.close()
    }

    @Test("says how many messages wait, and how many somebody has taken")
    func depth() async throws {
        let server = try await Bucket.start()
        let queue = try queue(at: server)
        #expect(try await queue.depth() == SQSDepth(waiting: 0, taken: 0))
        for number in 1...3 { try await queue.send("\(number)", group: "g\(number)", name: "n\(number)") }
        #expect(try await queue.depth() == SQSDepth(waiting: 3, taken: 0))
        let first = try #require(try await queue.receive().first)
        #expect(try await queue.depth() == SQSDepth(waiting: 0, taken: 3))
        try await queue.delete(first)
        #expect(try await queue.depth() == SQSDepth(waiting: 0, taken: 2))
        try await queue.close()
    }

    @Test("checks each signature")
    func signature() async throws {
        let server = try await Bucket.start()
        let queue = try queue(at: server, secret: "wrong")
        let error = await #expect(throws: AWSError.self) { try await queue.send("x", group: "g", name: "n") }
        #expect(error?.code == .refused)
        #expect(error?.debugDescription.contains("wrong") == false)
        try await queue.close()
    }
}
