// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Markup
import NIOCore

/// What a webhook brought.
struct Notice: Sendable {
    let headers: HTTPFields
    let bytes: [UInt8]

    var json: JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }
    var event: String { json["webhookEvent"]?.stringValue ?? "" }
    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}

/// A web server that writes down what it gets, and answers with prepared codes first and 200 after them.
actor Receiver {
    private var codes: [Int]
    private var notices: [Notice] = []
    private var waiting: [(count: Int, continuation: CheckedContinuation<[Notice], Never>)] = []

    init(answering codes: [Int] = []) { self.codes = codes }

    /// Runs a server for as long as the body runs.
    func serve(_ body: @Sendable @escaping (_ url: String) async throws -> Void) async throws {
        let (ports, listening) = AsyncStream<Int>.makeStream()
        let router = Router()
        router.post("hook") { request, _ in
            let buffer = try await request.body.collect(upTo: 1 << 22)
            let notice = Notice(headers: request.headers, bytes: Array(buffer.readableBytesView))
            return HTTPResponse.Status(code: await self.take(notice))
        }
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { listening.yield($0.localAddress?.port ?? 0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await port in ports {
                try await body("http://127.0.0.1:\(port)/hook")
                break
            }
            group.cancelAll()
            try? await group.waitForAll()
        }
    }

    private func take(_ notice: Notice) -> Int {
        notices.append(notice)
        for waiter in waiting where notices.count >= waiter.count { waiter.continuation.resume(returning: notices) }
        waiting.removeAll { notices.count >= $0.count }
        return codes.isEmpty ? 200 : codes.removeFirst()
    }

    /// Waits until that many deliveries have come, and gives all of them.
    func first(_ count: Int) async -> [Notice] {
        if notices.count >= count { return notices }
        return await withCheckedContinuation { waiting.append((count, $0)) }
    }
}
