// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup

/// Reads what a request says for a custom field, and refuses it in Jira's words.
struct FieldReading {
    let field: CustomField
    let dialect: Dialect
    let form: Form

    /// Nothing where the field is cleared.
    func read(_ value: JSONValue) throws -> FieldValue? {
        if value.isNull { return nil }
        switch field.kind {
        case .text: return try words(string(value, limit: 255))
        case .url: return try words(address(value))
        case .paragraph: return try paragraph(value).map { .rich($0) }
        case .number:
            guard let number = value.doubleValue else { throw wrong("Operation value must be a number") }
            return .number(number)
        case .select, .radio: return .ids([try option(value, below: nil)])
        case .multiselect, .checkboxes: return try ids(list(value) { try option($0, below: nil) })
        case .cascading: return .ids(try cascade(value))
        case .date: return try words(day(value))
        case .datetime: return try words(moment(value))
        case .user: return .words([try account(value)])
        case .users: return try words(list(value, account))
        case .group: return .words([try group(value)])
        case .groups: return try words(list(value, group))
        case .labels: return try words(form.labels(field.id, value))
        case .project: return .ids([try project(value)])
        case .version: return try ids(form.entries(field.id, [value], .version))
        case .versions: return try ids(form.entries(field.id, value, .version))
        }
    }

    private func wrong(_ words: String) -> JiraRefusal { .badField(field.id, words) }

    private func words(_ words: [String]) -> FieldValue? { words.isEmpty ? nil : .words(words) }

    private func words(_ word: String) -> FieldValue? { word.isEmpty ? nil : .words([word]) }

    private func ids(_ ids: [Int]) -> FieldValue? { ids.isEmpty ? nil : .ids(ids) }

    private func list<Element>(_ value: JSONValue, _ read: (JSONValue) throws -> Element) throws -> [Element] {
        guard let elements = value.arrayValue else { throw wrong("data was not an array") }
        return try elements.map(read)
    }

    private func string(_ value: JSONValue, limit: Int = .max) throws -> String {
        guard let text = value.stringValue else { throw wrong("Operation value must be a string") }
        guard text.utf16.count <= limit else {
            throw wrong("The entered text is too long. It exceeds the allowed limit of \(limit) characters.")
        }
        return text
    }

    private func address(_ value: JSONValue) throws -> String {
        let text = try string(value, limit: 255)
        guard text.isEmpty || URLComponents(string: text)?.scheme != nil else { throw wrong("Not a valid URL") }
        return text
    }

    private func paragraph(_ value: JSONValue) throws -> RichText? {
        try RichText.read(
            value, dialect, field: field.id,
            complaint: "Operation value must be an Atlassian Document (see the Atlassian Document Format)")
    }

    private func day(_ value: JSONValue) throws -> String {
        let text = try string(value)
        guard text.isEmpty || isDay(text) else { throw wrong("Error parsing date string: \(text)") }
        return text
    }

    private func moment(_ value: JSONValue) throws -> String {
        let text = try string(value)
        if text.isEmpty { return text }
        guard let time = jiraMoment(text) else { throw wrong("Error parsing date string: \(text)") }
        return jiraTime(time)
    }

    private func option(_ value: JSONValue, below parent: Int?) throws -> Int {
        let known = field.options(below: parent)
        if let id = value["id"]?.stringValue ?? value["id"]?.integerValue.map(String.init) {
            guard let found = known.first(where: { String($0.id) == id }) else {
                throw wrong("Option id '\(id)' is not valid")
            }
            return found.id
        }
        guard let name = (value["value"] ?? value["name"])?.stringValue else {
            throw wrong(
                dialect == .dataCenter
                    ? "Could not find valid 'id' or 'value' in the Parent Option object."
                    : "Specify a valid 'id' or 'name' for \(field.name)")
        }
        guard let found = known.first(where: { $0.value == name }) else {
            throw wrong("Option value '\(name)' is not valid")
        }
        return found.id
    }

    private func cascade(_ value: JSONValue) throws -> [Int] {
        let parent = try option(value, below: nil)
        guard let child = value["child"], !child.isNull else { return [parent] }
        return [parent, try option(child, below: parent)]
    }

    private func account(_ value: JSONValue) throws -> String {
        let given = dialect == .dataCenter ? value["name"] : value["accountId"] ?? value["id"]
        let found = form.people.first {
            (dialect == .dataCenter ? $0.name : $0.accountID) == given?.stringValue
        }
        guard let found else { throw wrong("Specify a valid value for \(field.name)") }
        return found.accountID
    }

    private func group(_ value: JSONValue) throws -> String {
        let given = (value["groupId"] ?? value["name"])?.stringValue ?? ""
        guard let found = Circle.named(given, .group) else {
            throw wrong("Specify a valid value for \(field.name)")
        }
        return found.name
    }

    private func project(_ value: JSONValue) throws -> Int {
        let given = (value["key"] ?? value["id"])?.stringValue
        guard let found = form.projects.first(where: { $0.key == given || String($0.id) == given }) else {
            throw wrong("Specify a valid value for \(field.name)")
        }
        return found.id
    }
}

/// Whether a text is a day of the calendar: `2026-01-31`.
func isDay(_ text: String) -> Bool {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard text.utf8.count == 10, text.utf8.allSatisfy({ digits.contains($0) || $0 == UInt8(ascii: "-") }) else {
        return false
    }
    let numbers = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard numbers.count == 3, numbers[0] > 0, (1...12).contains(numbers[1]) else { return false }
    let isLeap = numbers[0] % 4 == 0 && (numbers[0] % 100 != 0 || numbers[0] % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[numbers[1] - 1]).contains(numbers[2])
}

/// A time as Jira takes it: `2026-01-31T12:00:00.000+0100`, also with `Z` or a colon in the zone.
func jiraMoment(_ text: String) -> Date? {
    let halves = text.split(separator: "T", maxSplits: 1)
    guard text.utf8.count <= 40, halves.count == 2, isDay(String(halves[0])) else { return nil }
    var clock = halves[1]
    var offset = 0
    if clock.hasSuffix("Z") {
        clock = clock.dropLast()
    } else {
        guard let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return nil }
        let zone = clock[sign...].dropFirst().filter { $0 != ":" }
        guard zone.utf8.count == 4, let number = Int(zone), (0...1800).contains(number), number % 100 < 60 else {
            return nil
        }
        offset = (number / 100 * 60 + number % 100) * (clock[sign] == "-" ? -60 : 60)
        clock = clock[..<sign]
    }
    let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let hour = Int(parts[0]), (0..<24).contains(hour), let minute = Int(parts[1]),
        (0..<60).contains(minute), let second = Double(parts[2]), (0..<60).contains(second)
    else { return nil }
    // By UTC, as that reads a text without a zone.
    return jqlTime("\(halves[0]) \(hour):\(minute)", now: .distantPast)?.addingTimeInterval(second - Double(offset))
}
