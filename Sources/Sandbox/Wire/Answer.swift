// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Markup
import NIOCore

/// What goes back to the caller of a REST operation.
struct Answer: Sendable {
    enum Body: Sendable {
        case nothing
        case json(JSONValue)
        case bytes(ByteBuffer)
    }

    var status: Int
    var body: Body
    var type = "application/json;charset=UTF-8"
    var headers = HTTPFields()

    init(_ status: Int, _ body: Body) {
        self.status = status
        self.body = body
    }

    init(_ status: Int, _ json: JSONValue) {
        self.init(status, .json(json))
    }

    static let noContent = Answer(204, .nothing)
}
