// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME
import Vault

extension Unpacked {
    /// The files, in the form in which attachments are listed.
    func json(path: String, contents: inout PartContents, withBodies: Bool) -> [OrderedJSON] {
        guard !files.isEmpty else { return [] }
        let bytes = contents.bytes(of: part)
        return files.map { file in
            .object(json(of: file, file.content(of: bytes), path: path, withBodies: withBodies))
        }
    }

    private func json(
        of file: EmbeddedFile, _ content: [UInt8], path: String, withBodies: Bool
    ) -> [(String, OrderedJSON)] {
        var pairs: [(String, OrderedJSON)] = [
            ("name", .optional(file.name)), ("type", .string(file.type)), ("size", .int(content.count)),
            ("sha1", .string(digest(.sha1, content))), ("md5", .string(digest(.md5, content))),
            ("disposition", .null), ("content_id", .optional(file.contentID)), ("inline", .bool(false)),
            ("from_tnef", .bool(file.origin == .tnef)), ("path", .string(path)),
        ]
        if withBodies { pairs.append(("body", .string(Data(content).base64EncodedString()))) }
        return pairs
    }
}
