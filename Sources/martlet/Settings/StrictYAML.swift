// SPDX-License-Identifier: Apache-2.0

import Foundation
import Yams

/// What is wrong in a configuration file, and where. Nothing is started with it.
struct ConfigurationFault: Error, CustomStringConvertible {
    let file: String
    /// 1-based; nil where the whole file is meant.
    let line: Int?
    let words: String

    var description: String { "\(file):\(line.map { "\($0): " } ?? " ")\(words)" }
}

/// Reads a YAML (or JSON, which is YAML) file into a value. Unknown keys are refused by the values themselves.
func decodeYAML<Value: Decodable>(_ type: Value.Type, text: String, file: String) throws(ConfigurationFault) -> Value {
    let root: Node
    do {
        root = try Yams.compose(yaml: text) ?? Node([(Node, Node)]())
    } catch let error as YamlError {
        throw syntaxFault(error, file: file)
    } catch {
        throw ConfigurationFault(file: file, line: nil, words: "This is not YAML.")
    }
    do {
        return try YAMLDecoder().decode(type, from: root)
    } catch let error as DecodingError {
        throw decodingFault(error, in: root, file: file)
    } catch {
        throw ConfigurationFault(file: file, line: nil, words: "This cannot be read.")
    }
}

/// The text of a file, or words on why it cannot be had.
func readText(_ file: String) throws(ConfigurationFault) -> String {
    let bytes: Data
    do {
        bytes = try Data(contentsOf: URL(filePath: file))
    } catch {
        throw ConfigurationFault(file: file, line: nil, words: "The file cannot be opened.")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
        throw ConfigurationFault(file: file, line: nil, words: "The file is not UTF-8 text.")
    }
    return text
}

private func syntaxFault(_ error: YamlError, file: String) -> ConfigurationFault {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        ConfigurationFault(file: file, line: mark.line, words: "This is not YAML: \(problem).")
    default:
        ConfigurationFault(file: file, line: nil, words: "This is not YAML.")
    }
}

private func decodingFault(_ error: DecodingError, in root: Node, file: String) -> ConfigurationFault {
    let (path, words): ([any CodingKey], String) =
        switch error {
        case .keyNotFound(let key, let context): (context.codingPath, "\"\(key.stringValue)\" is missing here")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            (context.codingPath, "\(name(of: context.codingPath)) has the wrong kind of value")
        case .dataCorrupted(let context): (context.codingPath, context.debugDescription)
        @unknown default: ([], "this cannot be read")
        }
    return ConfigurationFault(file: file, line: line(of: path[...], in: root), words: sentence(words))
}

private func name(of path: [any CodingKey]) -> String {
    path.last { $0.intValue == nil }.map { "\"\($0.stringValue)\"" } ?? "this"
}

private func sentence(_ words: String) -> String {
    let start = words.first?.isLetter == true ? words.prefix(1).uppercased() + words.dropFirst() : words
    return start.hasSuffix(".") || start.hasSuffix("?") ? start : start + "."
}

/// The line of the deepest node on the path; of its key where it is a mapping's.
private func line(of path: ArraySlice<any CodingKey>, in node: Node) -> Int? {
    guard let key = path.first else { return node.mark?.line }
    if let index = key.intValue {
        guard let items = node.sequence, items.indices.contains(index) else { return node.mark?.line }
        return line(of: path.dropFirst(), in: items[index])
    }
    guard let pair = node.mapping?.first(where: { $0.key.string == key.stringValue }) else { return node.mark?.line }
    return path.count == 1 ? pair.key.mark?.line : line(of: path.dropFirst(), in: pair.value)
}
