// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A password, token or key: it does not print, compares in constant time, and is wiped with its last copy.
///
/// It is not `Codable`, so that no export carries it by accident.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let storage: Storage

    public init(_ text: String) {
        storage = Storage(Array(text.utf8))
    }

    public init(bytes: some Sequence<UInt8>) {
        storage = Storage(Array(bytes))
    }

    public var isEmpty: Bool { storage.memory.isEmpty }

    /// The text itself, for the one who hands it to a server.
    public func reveal() -> String {
        String(decoding: storage.memory, as: UTF8.self)
    }

    public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(storage.memory))
    }

    public static func == (one: Secret, other: Secret) -> Bool {
        isEqualInConstantTime(one.storage.memory, other.storage.memory)
    }

    public var description: String { "(secret)" }
    public var debugDescription: String { "(secret)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Memory of its own, written once.
private final class Storage: @unchecked Sendable {
    let memory: UnsafeMutableRawBufferPointer

    init(_ bytes: [UInt8]) {
        memory = .allocate(byteCount: bytes.count, alignment: 1)
        memory.copyBytes(from: bytes)
    }

    deinit {
        if let start = memory.baseAddress { explicit_bzero(start, memory.count) }
        memory.deallocate()
    }
}

/// Takes as long for equal bytes as for different ones; only the length may show.
func isEqualInConstantTime(_ one: some Collection<UInt8>, _ other: some Collection<UInt8>) -> Bool {
    guard one.count == other.count else { return false }
    var difference: UInt8 = 0
    for (left, right) in zip(one, other) {
        difference |= left ^ right
    }
    return difference == 0
}
