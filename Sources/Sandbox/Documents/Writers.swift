// SPDX-License-Identifier: Apache-2.0

import Markup

/// The text of a document, without any formatting.
func plainText(of node: JSONValue) -> String {
    if node["type"]?.stringValue == "hardBreak" { return "\n" }
    let own = node["text"]?.stringValue ?? ""
    return own + (node["content"]?.arrayValue ?? []).map(plainText).joined()
}

/// The wiki markup of a document, as webhooks carry it: headings, lists, quotes, code, links and emphasis; what has no
/// wiki form is left as its text.
func wikiMarkup(of document: JSONValue) -> String {
    wikiBlocks(document["content"]?.arrayValue ?? [], list: "").joined(separator: "\n\n")
}

private func wikiBlocks(_ nodes: [JSONValue], list: String) -> [String] {
    nodes.map { wikiBlock($0, list: list) }
}

private func wikiBlock(_ node: JSONValue, list: String) -> String {
    let children = node["content"]?.arrayValue ?? []
    switch node["type"]?.stringValue {
    case "paragraph": return wikiInline(children)
    case "heading": return "h\(node["attrs"]?["level"]?.integerValue ?? 1). \(wikiInline(children))"
    case "codeBlock": return "{code}\n\(plainText(of: node))\n{code}"
    case "blockquote", "panel":
        let word = node["type"]?.stringValue == "panel" ? "panel" : "quote"
        return "{\(word)}\n\(wikiBlocks(children, list: "").joined(separator: "\n\n"))\n{\(word)}"
    case "bulletList": return wikiItems(children, list: list + "*")
    case "orderedList": return wikiItems(children, list: list + "#")
    case "rule": return "----"
    case "table": return children.map(wikiRow).joined(separator: "\n")
    case "mediaSingle", "mediaGroup": return "!media!"
    default: return children.isEmpty ? plainText(of: node) : wikiBlocks(children, list: "").joined(separator: "\n\n")
    }
}

private func wikiItems(_ items: [JSONValue], list: String) -> String {
    items.map { item in
        let blocks = item["content"]?.arrayValue ?? []
        return blocks.map { block in
            let kind = block["type"]?.stringValue
            let isList = kind == "bulletList" || kind == "orderedList"
            return isList ? wikiBlock(block, list: list) : "\(list) \(wikiBlock(block, list: list))"
        }.joined(separator: "\n")
    }.joined(separator: "\n")
}

private func wikiRow(_ row: JSONValue) -> String {
    (row["content"]?.arrayValue ?? []).map { cell in
        let bar = cell["type"]?.stringValue == "tableHeader" ? "||" : "|"
        return bar + wikiBlocks(cell["content"]?.arrayValue ?? [], list: "").joined(separator: " ")
    }.joined() + "|"
}

private func wikiInline(_ nodes: [JSONValue]) -> String {
    nodes.map { node in
        switch node["type"]?.stringValue {
        case "text": return marked(node["text"]?.stringValue ?? "", node["marks"]?.arrayValue ?? [])
        case "hardBreak": return "\n"
        case "mention": return "[~accountid:\(node["attrs"]?["id"]?.stringValue ?? "")]"
        case "inlineCard": return "[\(node["attrs"]?["url"]?.stringValue ?? "")]"
        case "emoji": return node["attrs"]?["text"]?.stringValue ?? node["attrs"]?["shortName"]?.stringValue ?? ""
        case "status": return node["attrs"]?["text"]?.stringValue ?? ""
        default: return plainText(of: node)
        }
    }.joined()
}

private func marked(_ text: String, _ marks: [JSONValue]) -> String {
    marks.reduce(text) { text, mark in
        switch mark["type"]?.stringValue {
        case "strong": return "*\(text)*"
        case "em": return "_\(text)_"
        case "strike": return "-\(text)-"
        case "underline": return "+\(text)+"
        case "code": return "{{\(text)}}"
        case "link": return "[\(text)|\(mark["attrs"]?["href"]?.stringValue ?? "")]"
        default: return text
        }
    }
}
