// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vault

/// The claim `qsh`, by which a Connect token belongs to one request.
public struct QueryHash: Sendable, Hashable, CustomStringConvertible {
    /// `GET&/path&a=1&b=2`
    public let canonical: String

    /// - Parameters:
    ///   - target: Path and query below the app's or the site's own address, as they were sent.
    public init(method: String, target: String) {
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path = String(halves.first ?? "").replacing("&", with: "%26")
        while path.hasSuffix("/") { path.removeLast() }
        if !path.hasPrefix("/") { path = "/" + path }
        canonical = "\(method.uppercased())&\(path)&\(canonicalQuery(halves.count > 1 ? halves[1] : ""))"
    }

    public var description: String { digest(.sha256, Array(canonical.utf8)) }
}

/// Sorted by name, each name once with its sorted values, `jwt` left out.
private func canonicalQuery(_ query: Substring) -> String {
    var values: [String: [String]] = [:]
    for pair in query.split(separator: "&") {
        let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = encoded(halves[0])
        if name != "jwt" { values[name, default: []].append(encoded(halves.count > 1 ? halves[1] : "")) }
    }
    return values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.sorted().joined(separator: ","))" }
        .joined(separator: "&")
}

/// As RFC 3986 §2.3 has it, whatever way it was encoded before: `+` was a space.
private func encoded(_ text: Substring) -> String {
    let spaced = text.replacing("+", with: " ")
    let plain = spaced.removingPercentEncoding ?? String(spaced)
    var unreserved = CharacterSet(charactersIn: "-._~")
    unreserved.formUnion(CharacterSet(charactersIn: "0"..."9"))
    unreserved.formUnion(CharacterSet(charactersIn: "A"..."Z"))
    unreserved.formUnion(CharacterSet(charactersIn: "a"..."z"))
    return plain.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
}
