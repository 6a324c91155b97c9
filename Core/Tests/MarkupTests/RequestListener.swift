// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Synchronization

/// An HTTP proxy on loopback that knows one page, and remembers every address that it was asked for.
final class RequestListener: Sendable {
    let port: UInt16
    private let socket: Int32
    private let address: String
    private let page: String
    private let found = Mutex<Set<String>>([])

    var asked: Set<String> { found.withLock { $0 } }

    struct Failure: Error {}

    init(answering address: String, with page: String) throws {
        self.address = address
        self.page = page
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        let isBound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(socket, name, length) == 0 && listen(socket, 64) == 0 && getsockname(socket, name, &length) == 0
            }
        }
        guard socket >= 0, isBound else { throw Failure() }
        port = UInt16(bigEndian: name.sin_port)
        Thread.detachNewThread { self.serve() }
    }

    /// The thread ends with its socket.
    func stop() {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    private func serve() {
        while true {
            let line = accept(socket, nil, nil)
            guard line >= 0 else { return }
            Thread.detachNewThread { self.answer(line) }
        }
    }

    /// One request for a line.
    private func answer(_ line: Int32) {
        defer { close(line) }
        var request: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while request.count < 65_536, !String(decoding: request, as: UTF8.self).contains("\r\n\r\n") {
            let count = recv(line, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            request += buffer[..<count]
        }
        let words = String(decoding: request, as: UTF8.self).prefix { $0 != "\r\n" }.split(separator: " ")
        guard words.count > 1 else { return }
        let wanted = String(words[1])
        found.withLock { _ = $0.insert(wanted) }
        let isKnown = wanted == address
        let body = isKnown ? page : ""
        let head = """
            HTTP/1.1 \(isKnown ? "200 OK" : "404 Not Found")\r\nContent-Type: text/html; charset=utf-8\r\n\
            Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n
            """
        var rest = Array((head + body).utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(line, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
