// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Many letters in one file, which the peers read as well: before each stands its length, four bytes, lowest first.
public struct Pack {
    public var letters: [[UInt8]]

    public init(_ letters: [[UInt8]]) { self.letters = letters }

    public init(reading path: String) throws {
        let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        letters = []
        var index = 0
        while index + 4 <= data.count {
            let length = (0..<4).reduce(0) { $0 | Int(data[index + $1]) << ($1 * 8) }
            letters.append(Array(data[index + 4..<index + 4 + length]))
            index += 4 + length
        }
    }

    public func write(to path: String) throws {
        var data = Data()
        for letter in letters {
            withUnsafeBytes(of: UInt32(letter.count).littleEndian) { data.append(contentsOf: $0) }
            data.append(contentsOf: letter)
        }
        try data.write(to: URL(fileURLWithPath: path))
    }

    public var byteCount: Int { letters.reduce(0) { $0 + $1.count } }
}
