// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kit

/// The reading of mail, for Scripts/bench.
@main
struct Mime {
    private static let usage = """
        usage: mime corpus FOLDER                 writes mixed.pack and small.pack
               mime read FILE PASSES              reads a pack, and prints the seconds of each pass
               mime memory ENCODING               prints how many MB it grows while 25 MB come in pieces
               mime mutations COUNT FOLDER...     reads letters broken on purpose, and prints the slowest's seconds
               mime mutant NUMBER FOLDER...       writes one of them to standard output

        """

    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        switch (words.first, words.count) {
        case ("corpus", 2): try writeCorpus(to: words[1])
        case ("read", 3): try read(words[1], passes: Int(words[2]) ?? 1)
        case ("memory", 2): print(#"{"growth": \#(Memory.growth(words[1]))}"#)
        case ("mutations", 3...): try runMutations(Int(words[1]) ?? 0, below: Array(words[2...]))
        case ("mutant", 3...):
            FileHandle.standardOutput.write(Data(Mutations(below: Array(words[2...])).mutant(Int(words[1]) ?? 0)))
        default:
            FileHandle.standardError.write(Data(usage.utf8))
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

    private static func runMutations(_ count: Int, below folders: [String]) throws {
        do {
            let slowest = try Mutations(below: folders).run(count)
            print(#"{"slowest": \#(slowest.seconds), "number": \#(slowest.number)}"#)
        } catch let failure as Mutations.Failure {
            FileHandle.standardError.write(Data("\(failure)\n".utf8))
            exit(1)
        }
    }
}
