// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME

/// How much the process grows while a letter with an attachment of 25 MB comes in pieces of 64 KB.
struct Memory {
    private static let size = 25 << 20
    private static let piece = 64 << 10

    /// Megabytes, by the transfer encoding.
    static func growth(_ encoding: String) -> Double {
        let head = """
            From: a@example.com\r
            Content-Type: multipart/mixed; boundary=b\r
            \r
            --b\r
            \r
            See the attachment.\r
            --b\r
            Content-Type: application/octet-stream\r
            Content-Transfer-Encoding: \(encoding)\r
            \r

            """
        let line = Array(String(repeating: "TWFydGxldA", count: 7).utf8) + [65, 65, 65, 65, 65, 65, 13, 10]
        let lines = Array((0..<piece / line.count).map { _ in line }.joined())
        var parser = MessageParser()
        let before = peak()
        parser.consume(Array(head.utf8))
        for _ in 0..<size / lines.count { parser.consume(lines) }
        parser.consume(Array("--b--\r\n".utf8))
        let message = parser.finish()
        precondition(message.attachments.count == 1 && message.byteCount > size - piece)
        return Double(peak() - before) / 1024
    }

    /// The most memory that was ever resident, in kilobytes.
    private static func peak() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
