// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The copy of the sealed bodies in a backup.
struct BodiesCopy {
    let from: String
    let to: String

    /// Copies what the copy lacks, and takes away what the original has no more. Gives how many files were copied.
    ///
    /// A file only ever grows, so that one of the same size is the same: a copy that was interrupted goes on.
    func bring() throws -> Int {
        try DataFile.makeFolder(to)
        let wanted = try files(in: from)
        var copied = 0
        for (name, size) in wanted where try Self.size(of: "\(to)/\(name)") != size {
            if try copy(name) { copied += 1 }
        }
        for name in try files(in: to).keys where wanted[name] == nil { unlink("\(to)/\(name)") }
        return copied
    }

    /// False if the original went away meanwhile: its time was over.
    private func copy(_ name: String) throws -> Bool {
        guard let source = FileHandle(forReadingAtPath: "\(from)/\(name)") else { return false }
        let path = "\(to)/\(name)"
        try DataFile.makeFolder((path as NSString).deletingLastPathComponent)
        let target = try DataFile(path + ".new", O_WRONLY | O_CREAT | O_TRUNC)
        var offset = 0
        while let piece = try source.read(upToCount: 1 << 20), !piece.isEmpty {
            try target.write(Array(piece), at: offset)
            offset += piece.count
        }
        try target.flush()
        if rename(path + ".new", path) != 0 { throw StoreError.system(errno, "rename") }
        return true
    }

    /// Names below the folder, with sizes.
    private func files(in folder: String) throws -> [String: Int] {
        var out: [String: Int] = [:]
        let all = FileManager.default.enumerator(atPath: folder)
        while let name = all?.nextObject() as? String {
            if name.hasSuffix(".segment") || name.hasSuffix(".body") {
                out[name] = try Self.size(of: "\(folder)/\(name)")
            }
        }
        return out
    }

    private static func size(of path: String) throws -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }
}
