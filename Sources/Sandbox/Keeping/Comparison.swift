// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The rows by which one state differs from another. What two states share is not looked at.
struct Comparison {
    private(set) var rows: [StateFile.Row] = []
    private let encoder = JSONEncoder()

    mutating func put(_ kind: StateFile.Kind, _ id: String, _ thing: some Encodable) throws {
        rows.append(StateFile.Row(kind: kind, id: id, value: try encoder.encode(thing)))
    }

    mutating func put(_ kind: StateFile.Kind, _ id: String, bytes: Data) {
        rows.append(StateFile.Row(kind: kind, id: id, value: bytes))
    }

    mutating func remove(_ kind: StateFile.Kind, _ id: String) {
        rows.append(StateFile.Row(kind: kind, id: id, value: nil))
    }

    /// A thing of which there is one.
    mutating func compare<Thing: Codable & Equatable>(_ kind: StateFile.Kind, _ before: Thing?, _ now: Thing) throws {
        if before != now { try put(kind, "", now) }
    }

    /// Things in an order, each with an id that stays.
    mutating func compare<Thing: Codable & Equatable>(
        _ kind: StateFile.Kind, _ before: [Thing], _ now: [Thing], id: (Thing) -> String
    ) throws {
        // Arrays that share their memory are equal at once.
        guard before != now else { return }
        let same = zip(before, now).prefix { $0 == $1 }.count
        try compare(
            kind, Dictionary(before[same...].map { (id($0), $0) }) { $1 }, now[same...].map { (id($0), $0) })
    }

    mutating func compare<Thing: Codable & Equatable>(
        _ kind: StateFile.Kind, _ before: [String: Thing], _ now: [String: Thing]
    ) throws {
        guard before != now else { return }
        try compare(kind, before, now.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    private mutating func compare<Thing: Codable & Equatable>(
        _ kind: StateFile.Kind, _ before: [String: Thing], _ now: [(id: String, thing: Thing)]
    ) throws {
        var gone = Set(before.keys)
        for (id, thing) in now {
            gone.remove(id)
            if before[id] != thing { try put(kind, id, thing) }
        }
        for id in gone.sorted() { remove(kind, id) }
    }
}
