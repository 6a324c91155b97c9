// SPDX-License-Identifier: Apache-2.0

import Markup

/// An answer or an event is not what Jira documents. Names the place, never the content.
public struct Unreadable: Error, Hashable, Sendable, CustomStringConvertible {
    /// For example `comments[2].id`.
    public let place: String

    public init(place: String) {
        self.place = place
    }

    public var description: String { "cannot be read at \(place)" }
}

/// A place in an answer. Members that are `null` count as absent, as Jira uses both.
struct Place {
    let value: JSONValue
    let name: String

    init(_ value: JSONValue, _ name: String) {
        self.value = value
        self.name = name
    }

    /// The whole of an answer.
    init(parsing bytes: [UInt8]) throws(Unreadable) {
        do {
            self.init(try JSONValue(parsing: bytes), "")
        } catch {
            throw Unreadable(place: "byte \(error.offset)")
        }
    }

    var unreadable: Unreadable { Unreadable(place: name.isEmpty ? "the start" : name) }

    subscript(_ member: String) -> Place? {
        guard let value = value[member], !value.isNull else { return nil }
        return Place(value, below(member))
    }

    func required(_ member: String) throws(Unreadable) -> Place {
        guard let place = self[member] else { throw Unreadable(place: below(member)) }
        return place
    }

    private func below(_ member: String) -> String {
        name.isEmpty ? member : "\(name).\(member)"
    }

    /// Text that says something.
    var text: String? {
        guard let text = value.stringValue, !text.isEmpty else { return nil }
        return text
    }

    func string() throws(Unreadable) -> String {
        guard let text = value.stringValue else { throw unreadable }
        return text
    }

    /// Ids are strings in most answers and numbers in some.
    func identifier<Name: Identifier>(_ type: Name.Type = Name.self) throws(Unreadable) -> Name {
        guard let raw = value.stringValue ?? value.integerValue.map(String.init), let name = Name(raw) else {
            throw unreadable
        }
        return name
    }

    func list<Item>(_ read: (Place) throws(Unreadable) -> Item) throws(Unreadable) -> [Item] {
        guard let elements = value.arrayValue else { throw unreadable }
        var items: [Item] = []
        for (index, element) in elements.enumerated() {
            items.append(try read(Place(element, "\(name)[\(index)]")))
        }
        return items
    }
}

/// What can be read from an answer.
protocol Readable {
    init(at place: Place) throws(Unreadable)
}

extension Readable {
    init?(_ value: JSONValue?) {
        guard let value, let read = try? Self(at: Place(value, "")) else { return nil }
        self = read
    }
}
