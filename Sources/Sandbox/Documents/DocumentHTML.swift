// SPDX-License-Identifier: Apache-2.0

import Markup

/// An Atlassian document as HTML for the sandbox's pages: every text and attribute escaped, links only to http, https and
/// mailto, nothing that loads.
func html(of document: JSONValue) -> String {
    (document["content"]?.arrayValue ?? []).map(blockHTML).joined()
}

private let plainElements = [
    "paragraph": "p", "blockquote": "blockquote", "bulletList": "ul", "orderedList": "ol", "listItem": "li",
    "tableRow": "tr", "tableCell": "td", "tableHeader": "th", "panel": "aside", "decisionList": "ul",
    "decisionItem": "li", "taskList": "ul", "taskItem": "li",
    "caption": "figcaption", "layoutSection": "div", "layoutColumn": "div", "blockTaskItem": "li",
    "bodiedExtension": "div",
]

private func blockHTML(_ node: JSONValue) -> String {
    let type = node["type"]?.stringValue ?? ""
    let inside = (node["content"]?.arrayValue ?? []).map(blockHTML).joined()
    if let element = plainElements[type] { return "<\(element)>\(inside)</\(element)>" }
    switch type {
    case "heading":
        let level = min(max(node["attrs"]?["level"]?.integerValue ?? 1, 1), 6)
        return "<h\(level)>\(inside)</h\(level)>"
    case "codeBlock": return "<pre><code>\(inside)</code></pre>"
    case "rule": return "<hr>"
    case "expand", "nestedExpand":
        let title = node["attrs"]?["title"]?.stringValue ?? ""
        return "<details><summary>\(escapedHTML(title))</summary>\(inside)</details>"
    case "table": return "<table>\(inside)</table>"
    case "mediaSingle", "mediaGroup": return "<figure>\(inside)</figure>"
    case "media", "mediaInline": return mediaHTML(node)
    default: return inlineHTML(node)
    }
}

private func mediaHTML(_ node: JSONValue) -> String {
    let attributes = node["attrs"]
    let name = attributes?["alt"]?.stringValue ?? attributes?["url"]?.stringValue ?? attributes?["id"]?.stringValue
    return "<span class=\"chip\">image: \(escapedHTML(name ?? "?"))</span>"
}

private func inlineHTML(_ node: JSONValue) -> String {
    let attributes = node["attrs"]
    switch node["type"]?.stringValue {
    case "text": return textHTML(node)
    case "hardBreak": return "<br>"
    case "mention": return chip(attributes?["text"]?.stringValue ?? "@" + (attributes?["id"]?.stringValue ?? ""))
    case "emoji": return escapedHTML(attributes?["text"]?.stringValue ?? attributes?["shortName"]?.stringValue ?? "")
    case "status", "placeholder": return chip(attributes?["text"]?.stringValue ?? "")
    case "date": return chip(attributes?["timestamp"]?.stringValue ?? "")
    case "inlineCard", "blockCard", "embedCard":
        let url = attributes?["url"]?.stringValue ?? ""
        return link(url, around: escapedHTML(url))
    default: return escapedHTML(plainText(of: node))
    }
}

private func chip(_ text: String) -> String { "<span class=\"chip\">\(escapedHTML(text))</span>" }

private func textHTML(_ node: JSONValue) -> String {
    (node["marks"]?.arrayValue ?? []).reduce(escapedHTML(node["text"]?.stringValue ?? "")) { text, mark in
        switch mark["type"]?.stringValue {
        case "strong": return "<strong>\(text)</strong>"
        case "em": return "<em>\(text)</em>"
        case "code": return "<code>\(text)</code>"
        case "strike": return "<s>\(text)</s>"
        case "underline": return "<u>\(text)</u>"
        case "subsup":
            let element = mark["attrs"]?["type"]?.stringValue == "sub" ? "sub" : "sup"
            return "<\(element)>\(text)</\(element)>"
        case "link": return link(mark["attrs"]?["href"]?.stringValue ?? "", around: text)
        default: return text
        }
    }
}

private func link(_ address: String, around text: String) -> String {
    let isSafe = ["http://", "https://", "mailto:"].contains { address.lowercased().hasPrefix($0) }
    return isSafe ? "<a href=\"\(escapedHTML(address))\" rel=\"noreferrer nofollow\">\(text)</a>" : text
}
