// SPDX-License-Identifier: Apache-2.0

/// One of a fixed list, kept by its id alone.
protocol Listed: Codable, Equatable, Sendable {
    var id: Int { get }
    static var all: [Self] { get }
}

extension Listed {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let id = try container.decode(Int.self)
        guard let found = Self.all.first(where: { $0.id == id }) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(Self.self) \(id) is unknown.")
        }
        self = found
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(id)
    }
}
