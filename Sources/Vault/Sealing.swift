// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation

/// Where a sealed value stands: it opens in no other place.
public struct SealContext: Sendable, Hashable {
    public var table: String
    public var row: String
    public var column: String

    public init(table: String, row: String, column: String) {
        self.table = table
        self.row = row
        self.column = column
    }

    func bytes(owner: String) -> [UInt8] {
        var out: [UInt8] = []
        for part in [owner, table, row, column] {
            let text = Array(part.utf8)
            out.append(contentsOf: bigEndian(UInt32(text.count)))
            out.append(contentsOf: text)
        }
        return out
    }
}

/// AES-256-GCM with a random nonce: nonce, then what is sealed, then the tag.
func sealed(_ bytes: some DataProtocol, with key: SymmetricKey, head: [UInt8], bound: [UInt8]) throws(VaultError)
    -> Data
{
    do {
        let box = try AES.GCM.seal(bytes, using: key, authenticating: head + bound)
        var out = Data(capacity: head.count + bytes.count + 28)
        out.append(contentsOf: head)
        out.append(contentsOf: box.nonce)
        out.append(box.ciphertext)
        out.append(box.tag)
        return out
    } catch {
        throw VaultError(.doesNotOpen, "A record could not be sealed.", detail: "\(error)")
    }
}

/// Opens what `sealed` gave; `headCount` bytes of it are the clear head.
func opened(_ sealed: Data, with key: SymmetricKey, headCount: Int, bound: [UInt8]) throws(VaultError) -> Data {
    guard sealed.count >= headCount + 28 else { throw .doesNotOpen }
    do {
        let box = try AES.GCM.SealedBox(combined: sealed.dropFirst(headCount))
        return try AES.GCM.open(box, using: key, authenticating: Array(sealed.prefix(headCount)) + bound)
    } catch {
        throw .doesNotOpen
    }
}

func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
}
