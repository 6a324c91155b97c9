// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Sends each request to the REST door or to the pages.
struct SandboxResponder: HTTPResponder {
    /// What stands before every path; nothing on Cloud.
    let contextPath: String
    let door: RESTDoor
    let pages: RouterResponder<BasicRequestContext>

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        guard request.uri.path.hasPrefix(contextPath) else { return Response(status: .notFound) }
        var head = request.head
        head.path?.removeFirst(contextPath.count)
        let request = Request(head: head, body: request.body)
        let path = request.uri.path
        if path.hasPrefix("/rest/") || path.hasPrefix("/ex/") || OAuthDoor.has(path) {
            return await door.respond(to: request)
        }
        // A name that somebody else's DNS points here must not open what has no password.
        guard isLoopback("http://\(request.head.authority ?? "")") else {
            return Response(
                status: .misdirectedRequest,
                body: ResponseBody(byteBuffer: ByteBuffer(string: "The sandbox is open on loopback only.\n")))
        }
        if path.hasPrefix("/sandbox/"), !path.hasPrefix("/sandbox/mail") { return await door.respond(to: request) }
        return try await pages.respond(to: request, context: context)
    }
}
