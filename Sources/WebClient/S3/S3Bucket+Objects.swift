// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vault

/// An object as a list shows it.
public struct S3Object: Sendable, Hashable {
    /// Without the prefix of the address.
    public var name: String
    public var size: Int
}

extension S3Bucket {
    /// Durable on return.
    public func put(_ bytes: [UInt8], as name: String) async throws {
        _ = try await send("PUT", name, body: bytes)
    }

    /// Puts what is not there yet; false if it is. Durable on return.
    ///
    /// A server that does not know this condition puts it in any case.
    public func putIfAbsent(_ bytes: [UInt8], as name: String) async throws -> Bool {
        do {
            _ = try await send("PUT", name, headers: [("if-none-match", "*")], body: bytes)
            return true
        } catch let error as AWSError where error.code == .alreadyThere {
            return false
        }
    }

    /// Puts what is too much for one request in parts, each when it is its turn: of all that is put and read at the same time, four
    /// parts are in memory. Takes as long as it takes, if each part goes on. Durable on return.
    ///
    /// - Parameter read: Gives the bytes of a range, as often as it is asked.
    public func put(
        _ count: Int, as name: String, read: @Sendable (Range<Int>) async throws -> [UInt8]
    ) async throws {
        if count <= limits.part {
            return try await inTurn(count) { try await put(try await read(0..<count), as: name) }
        }
        let begun = try await send("POST", name, query: [("uploads", "")])
        guard let upload = begun.text(of: "UploadId") else {
            throw AWSError(.unavailable, "The bucket's answer cannot be read.", detail: "POST ?uploads: no UploadId")
        }
        do {
            var tags: [String] = []
            for start in stride(from: 0, to: count, by: limits.part) {
                let range = start..<min(start + limits.part, count)
                let query = [("partNumber", "\(tags.count + 1)"), ("uploadId", upload)]
                let answer = try await inTurn(range.count) {
                    try await send("PUT", name, query: query, body: try await read(range))
                }
                tags.append(answer.header("etag") ?? "")
            }
            try await complete(upload, of: name, tags, count)
        } catch {
            // What stays if this fails too goes by the bucket's own rule.
            _ = try? await send("DELETE", name, query: [("uploadId", upload)])
            throw error
        }
    }

    private func complete(_ upload: String, of name: String, _ tags: [String], _ count: Int) async throws {
        let parts = tags.enumerated().map { number, tag in
            "<Part><PartNumber>\(number + 1)</PartNumber><ETag>\(escaped(tag))</ETag></Part>"
        }
        let body = Array("<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>".utf8)
        do {
            // QUIRK: S3 may say 200 first and then, in the body, that it failed; only the result's own tag says that it did not.
            _ = try await send("POST", name, query: [("uploadId", upload)], body: body) { $0.text(of: "ETag") != nil }
        } catch let error as AWSError where error.code == .notFound {
            // Done by a try whose answer was lost, if the object is there.
            guard try await size(of: name) == count else { throw error }
        }
    }

    /// Nil if there is none.
    public func size(of name: String) async throws -> Int? {
        do {
            return try await send("HEAD", name).header("content-length").flatMap { Int($0) }
        } catch let error as AWSError where error.code == .notFound {
            return nil
        }
    }

    /// The bytes of a range that the object has.
    public func get(_ name: String, _ range: Range<Int>) async throws -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(range.count)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: limits.part) {
            let end = min(start + limits.part, range.upperBound)
            let answer = try await inTurn(end - start) {
                try await send("GET", name, headers: [("range", "bytes=\(start)-\(end - 1)")])
            }
            guard answer.body.count == end - start else {
                throw AWSError(
                    .notFound, "The bucket does not hold this.",
                    detail: "GET \(name): \(answer.body.count) bytes instead of \(end - start)")
            }
            out += answer.body
        }
        return out
    }

    /// All of a small object; nil if there is none.
    public func get(_ name: String) async throws -> [UInt8]? {
        do {
            return try await send("GET", name).body
        } catch let error as AWSError where error.code == .notFound {
            return nil
        }
    }

    // MARK: Lists

    /// The wanted objects whose names begin so, in their order; no more pages than it takes to find `limit` of them.
    public func list(
        _ beginning: String, limit: Int = .max, where isWanted: (_ name: String) -> Bool = { _ in true }
    ) async throws -> [S3Object] {
        var found: [S3Object] = []
        try await eachPage(beginning, delimiter: nil, most: limit) { page in
            found += page.elements("Contents").compactMap { entry in
                guard let name = AWSAnswer.text(of: "Key", in: entry),
                    let size = AWSAnswer.text(of: "Size", in: entry).flatMap({ Int($0) })
                else { return nil }
                return S3Object(name: String(name.dropFirst(address.prefix.count)), size: size)
            }.filter { isWanted($0.name) }
            return found.count < limit
        }
        return found
    }

    /// The folders below a beginning that ends with a slash, each with a slash at its end.
    public func folders(_ beginning: String) async throws -> [String] {
        var found: [String] = []
        try await eachPage(beginning, delimiter: "/", most: .max) { page in
            found += page.elements("CommonPrefixes").compactMap { AWSAnswer.text(of: "Prefix", in: $0) }
                .map { String($0.dropFirst(address.prefix.count)) }
            return true
        }
        return found
    }

    private func eachPage(
        _ beginning: String, delimiter: String?, most: Int, _ take: (AWSAnswer) -> Bool
    ) async throws {
        var query = [("list-type", "2"), ("prefix", address.prefix + beginning), ("max-keys", "\(min(most, 1000))")]
        if let delimiter { query.append(("delimiter", delimiter)) }
        var token: String?
        repeat {
            let page = try await send("GET", nil, query: query + (token.map { [("continuation-token", $0)] } ?? []))
            token = page.text(of: "NextContinuationToken")
            if !take(page) { return }
        } while token != nil
    }

    // MARK: Removal

    /// Gives how many are gone, which are all: one that is not there counts as gone, one that is not deleted is an error.
    public func delete(_ names: [String]) async throws -> Int {
        var count = 0
        for start in stride(from: 0, to: names.count, by: 1000) {
            let some = names[start..<min(start + 1000, names.count)]
            let objects = some.map { "<Object><Key>\(escaped(address.prefix + $0))</Key></Object>" }.joined()
            let answer = try await sendXML("POST", "<Delete><Quiet>true</Quiet>\(objects)</Delete>", query: "delete")
            if let error = answer.elements("Error").first {
                let words = ["Key", "Code", "Message"].map { AWSAnswer.text(of: $0, in: error) ?? "" }
                throw AWSError(
                    .refused, "The bucket does not delete this.", detail: oneLine(words.joined(separator: " "), 400))
            }
            count += some.count
        }
        return count
    }

    func sendXML(_ method: String, _ xml: String, _ name: String? = nil, query: String) async throws -> AWSAnswer {
        let body = Array(xml.utf8)
        let md5 = Data(bytes(hex: digest(.md5, body)) ?? []).base64EncodedString()
        return try await send(method, name, query: [(query, "")], headers: [("content-md5", md5)], body: body)
    }
}

func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        .replacing("\"", with: "&quot;")
}
