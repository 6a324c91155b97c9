// SPDX-License-Identifier: Apache-2.0

/// A word, a quoted string or a sign of a JQL text, with its place as Jira counts it (from 1).
struct JQLToken: Equatable, Sendable {
    enum Kind: Sendable {
        case word
        case quoted
        case sign
    }

    let kind: Kind
    let text: String
    let place: Int

    func isWord(_ word: String) -> Bool { kind == .word && text.lowercased() == word }
    func isSign(_ sign: String) -> Bool { kind == .sign && text == sign }
}

private let signs: Set<Character> = ["=", "!", "~", "<", ">", "(", ")", ",", "[", "]"]

func jqlTokens(_ text: String) throws -> [JQLToken] {
    let characters = Array(text)
    var tokens: [JQLToken] = []
    var index = 0
    while index < characters.count {
        let character = characters[index]
        let start = index
        if character.isWhitespace {
            index += 1
        } else if character == "\"" || character == "'" {
            tokens.append(try quoted(characters, at: &index))
        } else if signs.contains(character) {
            let pair = String(characters[index..<min(index + 2, characters.count)])
            let sign = ["!=", "!~", "<=", ">="].contains(pair) ? pair : String(character)
            index += sign.count
            tokens.append(JQLToken(kind: .sign, text: sign, place: start + 1))
        } else {
            while index < characters.count, !characters[index].isWhitespace, !signs.contains(characters[index]) {
                index += 1
            }
            tokens.append(JQLToken(kind: .word, text: String(characters[start..<index]), place: start + 1))
        }
    }
    return tokens
}

private func quoted(_ characters: [Character], at index: inout Int) throws -> JQLToken {
    let start = index
    let quote = characters[start]
    var text = ""
    index += 1
    while index < characters.count, characters[index] != quote {
        if characters[index] == "\\", index + 1 < characters.count { index += 1 }
        text.append(characters[index])
        index += 1
    }
    guard index < characters.count else {
        throw JiraRefusal.badRequest(
            "Error in the JQL Query: The quoted string '\(text)' has not been completed. "
                + "(line 1, character \(start + 1))")
    }
    index += 1
    return JQLToken(kind: .quoted, text: text, place: start + 1)
}
