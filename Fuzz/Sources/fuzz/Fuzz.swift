// SPDX-License-Identifier: Apache-2.0

import Grammars

/// The grammar that this run is about, by the argument `--grammar=NAME`, which libFuzzer passes over; `--grammars` lists all.
private let grammar: Grammar = {
    let mark = "--grammar="
    let name = CommandLine.arguments.first { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) } ?? ""
    guard let grammar = Grammar(rawValue: name) else {
        fatalError("no grammar \"\(name)\", only \(Grammar.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return grammar
}()

private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>,
    _ read: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

@main
enum Fuzz {
    static func main() {
        if CommandLine.arguments.contains("--grammars") {
            for grammar in Grammar.allCases { print(grammar.rawValue) }
            return
        }
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        _ = runFuzzer(&count, &arguments) { start, count in
            grammar.read(Array(UnsafeBufferPointer(start: start, count: count)))
            return 0
        }
    }
}
