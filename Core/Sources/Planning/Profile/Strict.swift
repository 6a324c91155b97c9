// SPDX-License-Identifier: Apache-2.0

/// A key of a mapping whose keys are not known beforehand.
struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// The keys of this mapping, after refusing those that nobody reads.
    ///
    /// A misspelt key that is silently passed over is a setting that silently does not hold.
    ///
    /// - Parameter others: Keys that somebody else reads.
    public func strict<Key: CodingKey & CaseIterable>(
        _ keys: Key.Type, leaving others: [String] = []
    ) throws -> KeyedDecodingContainer<Key> {
        let known = Key.allCases.map(\.stringValue) + others
        let unknown = try container(keyedBy: AnyKey.self).allKeys.filter { !known.contains($0.stringValue) }
        if let key = unknown.min(by: { $0.stringValue < $1.stringValue }) {
            let hint = nearest(to: key.stringValue, in: known).map { "; did you mean \"\($0)\"?" } ?? ""
            throw DecodingError.dataCorrupted(
                .init(codingPath: codingPath + [key], debugDescription: "unknown key \"\(key.stringValue)\"\(hint)"))
        }
        return try container(keyedBy: keys)
    }
}

extension KeyedDecodingContainer {
    /// The value of a key that may be left out.
    public func value<T: Decodable>(_ key: Key, or fallback: T) throws -> T {
        try decodeIfPresent(T.self, forKey: key) ?? fallback
    }
}

/// The known word that differs from `word` by the fewest edits, if they are few.
func nearest(to word: String, in known: [String]) -> String? {
    let ranked = known.map { (word: $0, distance: editDistance(Array(word.utf8), Array($0.utf8))) }
    guard let best = ranked.min(by: { ($0.distance, $0.word) < ($1.distance, $1.word) }) else { return nil }
    return best.distance <= max(2, word.utf8.count / 3) ? best.word : nil
}

private func editDistance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var row = Array(0...other.count)
    for (i, a) in one.prefix(64).enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, b) in other.enumerated() {
            let substituted = diagonal + (lower(a) == lower(b) ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
        }
    }
    return row[other.count]
}

private func lower(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte
}
