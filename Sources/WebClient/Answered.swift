// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The whole of an answer.
struct Answered: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]
}

extension HTTPClient {
    /// Throws where an answer is longer than it may be.
    ///
    /// - Parameter progress: Hears of each piece.
    func answer(
        to request: HTTPClientRequest, atMost most: Int, _ progress: Progress? = nil
    ) async throws -> Answered {
        let response = try await execute(request, deadline: .distantFuture)
        progress?.note()
        let body = try await response.body.map { piece in
            progress?.note()
            return piece
        }.collect(upTo: most)
        return Answered(
            status: Int(response.status.code), headers: response.headers, body: Array(body.readableBytesView))
    }
}
