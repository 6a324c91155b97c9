// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The reading of mail, for Scripts/bench.
///
///     mime corpus FOLDER          writes mixed.pack and small.pack
///     mime read FILE PASSES       reads a pack, and prints the seconds of each pass
@main
struct Mime {
    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        switch (words.first, words.count) {
        case ("corpus", 2): try writeCorpus(to: words[1])
        case ("read", 3): try read(words[1], passes: Int(words[2]) ?? 1)
        default:
            FileHandle.standardError.write(Data("usage: mime corpus FOLDER | read FILE PASSES\n".utf8))
            exit(64)
        }
    }

    private static func writeCorpus(to folder: String) throws {
        var mixed = Letters(seed: 1)
        try Pack((0..<2_000).map { _ in mixed.mixed() }).write(to: folder + "/mixed.pack")
        var small = Letters(seed: 2)
        try Pack((0..<8_000).map { _ in small.small() }).write(to: folder + "/small.pack")
    }

    private static func read(_ path: String, passes: Int) throws {
        let pack = try Pack(reading: path)
        for _ in 0..<passes {
            let (seconds, totals) = Reading.pass(over: pack)
            print(
                """
                {"seconds": \(seconds), "messages": \(totals.messages), "bytes": \(pack.byteCount), \
                "text": \(totals.textBytes), "files": \(totals.fileBytes), "addresses": \(totals.addresses), \
                "dates": \(totals.dates), "ids": \(totals.ids), "headers": \(totals.headerBytes)}
                """)
        }
    }
}
