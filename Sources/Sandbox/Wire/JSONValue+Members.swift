// SPDX-License-Identifier: Apache-2.0

import Markup

extension JSONValue {
    /// An object out of pairs; of two pairs of one name the last stays.
    static func members(_ pairs: [(String, JSONValue)]) -> JSONValue {
        .object(Dictionary(pairs, uniquingKeysWith: { $1 }))
    }
}
