// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    private static let largestForm = 64 << 10

    var query: [String: String] { pairs(of: uri.query ?? "") }

    /// The fields of a form as browsers send it.
    func form() async throws -> [String: String] {
        do {
            return pairs(of: String(buffer: try await body.collect(upTo: Self.largestForm)))
        } catch is NIOTooManyBytesError {
            throw Refused.tooLarge
        }
    }

    /// A page of another site made the browser send it.
    var isFromElsewhere: Bool {
        guard let site = headers[.secFetchSite] else { return false }
        return site != "same-origin" && site != "none"
    }
}

/// Names and values of `application/x-www-form-urlencoded`; of a name that stands twice, the last value.
func pairs(of text: String) -> [String: String] {
    var pairs: [String: String] = [:]
    for piece in text.split(separator: "&").prefix(100) {
        let sides = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(decoded)
        pairs[sides[0]] = sides.count > 1 ? sides[1] : ""
    }
    return pairs
}

private func decoded(_ text: Substring) -> String {
    text.replacing("+", with: " ").removingPercentEncoding ?? ""
}

/// A value as it stands in an address.
func queryEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.reduce(into: "") { out, byte in
        let letter = Character(UnicodeScalar(byte))
        if letter.isASCII, letter.isLetter || letter.isNumber || "-._~".contains(letter) {
            out.append(letter)
        } else {
            out += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }
    }
}

func redirect(to address: String) -> Response {
    Response(status: .seeOther, headers: [.location: address])
}
