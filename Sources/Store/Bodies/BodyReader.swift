// SPDX-License-Identifier: Apache-2.0

import Vault

/// Opens a kept body, as a whole in pieces of bounded size, or by ranges.
public struct BodyReader: Sendable, AsyncSequence {
    public typealias Element = [UInt8]

    private let stream: SealedStream.Reader

    init(place: BodyPlace, key: LetterKey, context: SealContext, store: any BodyStore) async throws {
        do {
            let read = try await store.open(place)
            stream = try await onFileQueue {
                try SealedStream.Reader(key: key, for: context, size: place.length, read: read)
            }
        } catch {
            throw StoreError.of(error)
        }
    }

    /// Plain bytes in all.
    public var size: Int { stream.count }

    /// The bytes of `range`, cut to what there is.
    public func read(_ range: Range<Int>) async throws -> [UInt8] {
        do {
            return try await onFileQueue { try stream.read(range) }
        } catch {
            throw StoreError.of(error)
        }
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(reader: self)
    }

    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let reader: BodyReader
        private var position = 0

        fileprivate init(reader: BodyReader) {
            self.reader = reader
        }

        public mutating func next() async throws -> [UInt8]? {
            guard position < reader.size else { return nil }
            let piece = try await reader.read(position..<position + 65_536)
            position += piece.count
            return piece
        }
    }
}
