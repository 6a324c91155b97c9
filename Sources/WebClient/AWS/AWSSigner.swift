// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vault

/// A request to a service before it is signed.
struct AWSRequest: Sendable {
    var method: String
    /// As it goes over the wire, with its root.
    var path: String
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []

    /// For operators: what was asked.
    var what: String { "\(method) \(path)" }

    /// Encoded and in order, for the wire and for the signature alike.
    var queryText: String {
        query.map { (percentEncoded($0.name), percentEncoded($0.value)) }.sorted { $0 < $1 }
            .map { "\($0)=\($1)" }.joined(separator: "&")
    }
}

/// Signs requests, all of their headers and the digest of their bodies (AWS: Signature Version 4).
struct AWSSigner: Sendable {
    let service: AWSService
    let region: String
    let credentials: AWSCredentials

    /// All headers that the request is to go with.
    func headers(for request: AWSRequest, to host: String, at time: Date) -> [(name: String, value: String)] {
        let stamp = Self.stamp(time)
        let bodyDigest = digest(.sha256, request.body)
        var headers = request.headers.map { (name: $0.name.lowercased(), value: $0.value) }
        headers += [("host", host), ("x-amz-content-sha256", bodyDigest), ("x-amz-date", stamp)]
        if let token = credentials.sessionToken { headers.append(("x-amz-security-token", token.reveal())) }
        headers.sort { $0.name < $1.name }

        let names = headers.map(\.name).joined(separator: ";")
        let canonical = [
            request.method, Self.encoded(request.path), request.queryText,
            headers.map { "\($0.name):\($0.value)\n" }.joined(), names, bodyDigest,
        ].joined(separator: "\n")
        let scope = "\(stamp.prefix(8))/\(region)/\(service.rawValue)/aws4_request"
        let toSign = ["AWS4-HMAC-SHA256", stamp, scope, digest(.sha256, Array(canonical.utf8))].joined(separator: "\n")
        let mac = hex(signature(of: Data(toSign.utf8), with: key(for: stamp.prefix(8))))
        headers.append(
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope),SignedHeaders=\(names),Signature=\(mac)"
            ))
        return headers
    }

    /// Of one day, region and service, so that the secret itself signs nothing.
    private func key(for day: Substring) -> Secret {
        let words = [String(day), region, service.rawValue, "aws4_request"]
        return words.reduce(Secret("AWS4" + credentials.secretKey.reveal())) { key, word in
            Secret(bytes: signature(of: Data(word.utf8), with: key))
        }
    }

    /// `20130524T000000Z`
    private static func stamp(_ time: Date) -> String {
        time.formatted(
            Date.ISO8601FormatStyle(
                dateSeparator: .omitted, dateTimeSeparator: .standard, timeSeparator: .omitted, timeZone: .gmt))
    }

    static func encoded(_ path: String) -> String {
        percentEncoded(path, keepingSlashes: true)
    }
}

/// As AWS encodes: all but what is unreserved (RFC 3986 §2.3).
private func percentEncoded(_ text: String, keepingSlashes: Bool = false) -> String {
    var out = ""
    for byte in text.utf8 {
        if isUnreservedByte(byte), byte != 0x2F || keepingSlashes {
            out.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            let digits = String(byte, radix: 16, uppercase: true)
            out += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
        }
    }
    return out
}
