// SPDX-License-Identifier: Apache-2.0

import Markup

/// What may stand in what, after Atlassian's schema of the Atlassian Document Format; enough to refuse what Jira refuses
/// in practice: an unknown node or mark, a child in a wrong place, an empty text, a missing attribute.
private struct NodeRule: Sendable {
    var children: Set<String> = []
    var minimum = 0
    var attributes: [String] = []
    /// A container whose `content` may be left out.
    var isLeaf: Bool { children.isEmpty }
}

private let inline: Set<String> = [
    "text", "hardBreak", "mention", "emoji", "inlineCard", "date", "status", "mediaInline", "placeholder",
    "inlineExtension",
]
private let simpleBlock: Set<String> = [
    "paragraph", "bulletList", "orderedList", "codeBlock", "mediaSingle", "mediaGroup", "rule", "heading", "panel",
    "blockquote", "taskList", "decisionList", "table", "blockCard", "embedCard", "extension", "nestedExpand",
]
private let listItemChild: Set<String> = [
    "paragraph", "bulletList", "orderedList", "taskList", "mediaSingle", "codeBlock",
]
private let panelChild: Set<String> = [
    "paragraph", "heading", "bulletList", "orderedList", "blockCard", "mediaGroup", "mediaSingle", "codeBlock",
    "taskList",
    "rule", "decisionList",
]
private let cellChild = simpleBlock.subtracting(["table"])

private let rules: [String: NodeRule] = [
    "doc": NodeRule(
        children: simpleBlock.subtracting(["nestedExpand"]).union(["expand", "layoutSection", "bodiedExtension"])),
    "paragraph": NodeRule(children: inline), "heading": NodeRule(children: inline, attributes: ["level"]),
    "codeBlock": NodeRule(children: ["text"]), "rule": NodeRule(),
    "blockquote": NodeRule(
        children: ["paragraph", "bulletList", "orderedList", "codeBlock", "mediaSingle", "mediaGroup", "extension"],
        minimum: 1),
    "panel": NodeRule(children: panelChild, minimum: 1, attributes: ["panelType"]),
    "bulletList": NodeRule(children: ["listItem"], minimum: 1),
    "orderedList": NodeRule(children: ["listItem"], minimum: 1),
    "listItem": NodeRule(children: listItemChild, minimum: 1),
    "taskList": NodeRule(children: ["taskItem", "taskList", "blockTaskItem"], minimum: 1, attributes: ["localId"]),
    "taskItem": NodeRule(children: inline, attributes: ["localId", "state"]),
    "blockTaskItem": NodeRule(children: ["paragraph", "extension"], minimum: 1, attributes: ["localId", "state"]),
    "decisionList": NodeRule(children: ["decisionItem"], minimum: 1, attributes: ["localId"]),
    "decisionItem": NodeRule(children: inline, attributes: ["localId", "state"]),
    "table": NodeRule(children: ["tableRow"], minimum: 1),
    "tableRow": NodeRule(children: ["tableCell", "tableHeader"]),
    "tableCell": NodeRule(children: cellChild, minimum: 1), "tableHeader": NodeRule(children: cellChild, minimum: 1),
    "expand": NodeRule(children: cellChild, minimum: 1), "nestedExpand": NodeRule(children: cellChild, minimum: 1),
    "mediaSingle": NodeRule(children: ["media", "caption"], minimum: 1),
    "mediaGroup": NodeRule(children: ["media"], minimum: 1),
    "media": NodeRule(attributes: ["type"]), "mediaInline": NodeRule(attributes: ["id"]),
    "caption": NodeRule(children: inline),
    "text": NodeRule(), "hardBreak": NodeRule(), "mention": NodeRule(attributes: ["id"]),
    "emoji": NodeRule(attributes: ["shortName"]), "inlineCard": NodeRule(), "blockCard": NodeRule(),
    "embedCard": NodeRule(attributes: ["url", "layout"]), "date": NodeRule(attributes: ["timestamp"]),
    "status": NodeRule(attributes: ["text", "color"]), "placeholder": NodeRule(attributes: ["text"]),
    "extension": NodeRule(attributes: ["extensionKey", "extensionType"]),
    "inlineExtension": NodeRule(attributes: ["extensionKey", "extensionType"]),
    "bodiedExtension": NodeRule(children: cellChild, minimum: 1, attributes: ["extensionKey", "extensionType"]),
    "layoutSection": NodeRule(children: ["layoutColumn"], minimum: 1),
    "layoutColumn": NodeRule(children: cellChild.union(["table", "expand"]), minimum: 1, attributes: ["width"]),
]
private let marks: Set<String> = [
    "strong", "em", "code", "strike", "underline", "link", "subsup", "textColor", "backgroundColor", "annotation",
    "border", "alignment", "indentation", "breakout", "fragment", "dataConsumer", "fontSize",
]
private let depthLimit = 64

/// Whether a value is an Atlassian document that Jira would take.
func isDocument(_ value: JSONValue) -> Bool {
    value["type"]?.stringValue == "doc" && value["version"]?.integerValue == 1 && value["content"]?.arrayValue != nil
        && isNode(value, depth: 0)
}

private func isNode(_ node: JSONValue, depth: Int) -> Bool {
    guard depth < depthLimit, let type = node["type"]?.stringValue, let rule = rules[type] else { return false }
    guard rule.attributes.allSatisfy({ node["attrs"]?[$0] != nil }) else { return false }
    if type == "text", node["text"]?.stringValue?.isEmpty ?? true { return false }
    for mark in node["marks"]?.arrayValue ?? [] {
        guard let name = mark["type"]?.stringValue, marks.contains(name) else { return false }
        if name == "link", mark["attrs"]?["href"]?.stringValue == nil { return false }
    }
    guard let content = node["content"] else { return rule.minimum == 0 }
    guard !rule.isLeaf, let children = content.arrayValue, children.count >= rule.minimum else { return false }
    return children.allSatisfy { child in
        rule.children.contains(child["type"]?.stringValue ?? "") && isNode(child, depth: depth + 1)
    }
}
