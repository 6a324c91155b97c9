// SPDX-License-Identifier: Apache-2.0

/// A parsed message: fields, a flat list of parts, and what was wrong with it.
///
/// Texts are kept decoded; everything else is a range of the raw bytes.
public struct Message: Sendable, Equatable {
    /// Depth first; the first is the whole message.
    public internal(set) var parts: [Part]
    public internal(set) var defects: [Defect]
    /// Bytes of the raw message.
    public internal(set) var byteCount: Int
    let limits: Limits

    init(parts: [Part], defects: [Defect], byteCount: Int, limits: Limits) {
        self.parts = parts
        self.defects = defects
        self.byteCount = byteCount
        self.limits = limits
    }

    /// The header fields of the message in order.
    public var fields: Fields { parts[0].fields }

    /// The unfolded, undecoded value of the first field of that name, compared without case.
    public func field(_ name: String) -> String? { fields.first(named: name) }

    /// The unfolded, undecoded values of all fields of that name in order.
    public func fields(named name: String) -> [String] { fields.all(named: name) }

    /// The indices of the parts directly inside of a part.
    public func children(of part: Int) -> [Int] {
        guard parts[part].childCount > 0 else { return [] }
        var found: [Int] = []
        var index = part + 1
        while index < parts.count, found.count < parts[part].childCount {
            if parts[index].parent == part { found.append(index) }
            index += 1
        }
        return found
    }

    /// Where each part stands: `1` is the whole, its children are `1.1` and `1.2`.
    public var paths: [String] {
        var paths: [String] = []
        var seen = [Int](repeating: 0, count: parts.count)
        paths.reserveCapacity(parts.count)
        for part in parts {
            guard let parent = part.parent else {
                paths.append("1")
                continue
            }
            seen[parent] += 1
            paths.append("\(paths[parent]).\(seen[parent])")
        }
        return paths
    }
}
