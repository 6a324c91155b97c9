// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup

/// What a JQL clause says about an issue.
extension SandboxJira {
    func matches(_ clause: JQLClause, _ issue: Issue) throws -> Bool {
        switch clause {
        case .all(let clauses): return try clauses.allSatisfy { try matches($0, issue) }
        case .any(let clauses): return try clauses.contains { try matches($0, issue) }
        case .none(let clause): return try !matches(clause, issue)
        case .term(let field, let comparison, let values):
            return try matches(JQLTerm(field: field, comparison: comparison, values: values), issue)
        }
    }

    private func matches(_ term: JQLTerm, _ issue: Issue) throws -> Bool {
        let project = project(of: issue)
        switch term.field.lowercased() {
        case "project": return try term.names([project.key, project.name, String(project.id)])
        case "key", "issuekey", "issue", "id": return try term.names([issue.key, String(issue.id)] + issue.formerKeys)
        case "parent":
            let parent = issue.parent.flatMap { issues[$0] }
            return try term.names(parent.map { [$0.key, String($0.id)] + $0.formerKeys } ?? [])
        case "issuetype", "type": return try term.names([issue.type.name, String(issue.type.id)])
        case "status": return try term.names([issue.status.name, String(issue.status.id)])
        case "statuscategory": return try term.names([issue.status.category.name, issue.status.category.key])
        case "resolution": return try term.names(issue.resolution.map { [$0.name, String($0.id)] } ?? ["Unresolved"])
        case "priority": return try term.names(issue.priority.map { [$0.name, String($0.id)] } ?? [])
        case "component": return try term.names(names(issue.components, issue))
        case "fixversion": return try term.names(names(issue.fixVersions, issue))
        case "affectedversion": return try term.names(names(issue.affectedVersions, issue))
        case "level": return try term.names(names(issue.security.map { [$0] } ?? [], issue))
        case "labels": return try term.names(issue.labels)
        case "reporter": return try term.names(names(ofAccounts: [issue.reporter]))
        case "creator": return try term.names(names(ofAccounts: [issue.creator]))
        case "assignee": return try term.names(names(ofAccounts: issue.assignee.map { [$0] } ?? []))
        case "watcher": return try term.names(names(ofAccounts: issue.watchers))
        case "created", "createddate": return try term.holds(for: issue.created, now: now())
        case "updated", "updateddate": return try term.holds(for: issue.updated, now: now())
        case "summary": return try term.finds([issue.summary])
        case "description": return try term.finds([text(issue.description)])
        case "comment": return try term.finds(issue.comments.map { text($0.body) })
        case "text":
            return try term.finds([issue.summary, text(issue.description)] + issue.comments.map { text($0.body) })
        case "due", "duedate": return try term.holds(for: issue.dueDate.flatMap { jqlTime($0, now: now()) }, now: now())
        default:
            if let field = customField(term.field) { return try matches(term, field, issue) }
            return try term.names(propertyValues(term.field, issue))
        }
    }

    /// `cf[10033]`, or the name.
    private func customField(_ name: String) -> CustomField? {
        customFields.first { "cf[\($0.number)]" == name.lowercased() || $0.name.lowercased() == name.lowercased() }
    }

    private func matches(_ term: JQLTerm, _ field: CustomField, _ issue: Issue) throws -> Bool {
        let value = issue.custom[field.id]
        let names = value.map { self.names(of: $0, field, in: issue) } ?? []
        switch (field.kind, value) {
        case (.text, _), (.url, _): return try term.finds(names)
        case (.paragraph, .rich(let text)): return try term.finds([self.text(text)])
        case (.paragraph, _): return try term.finds([])
        case (.number, .number(let number)): return try term.counts(number)
        case (.number, _): return try term.counts(nil)
        case (.date, _): return try term.holds(for: names.first.flatMap { jqlTime($0, now: now()) }, now: now())
        case (.datetime, _): return try term.holds(for: names.first.flatMap(jiraMoment), now: now())
        case (.user, .words(let accounts)), (.users, .words(let accounts)):
            return try term.names(self.names(ofAccounts: accounts))
        case (_, .ids(let ids)): return try term.names(names + ids.map(String.init))
        default: return try term.names(names)
        }
    }

    private func names(_ entries: [Int], _ issue: Issue) -> [String] {
        entries.compactMap { entry($0, of: issue) }.flatMap { [$0.name, String($0.id)] }
    }

    private func text(_ text: RichText?) -> String { text.map { plainText(of: $0.document) } ?? "" }

    /// What a query may call a person: the account id, the name, the address where it is shown, `currentUser()`.
    private func names(ofAccounts accounts: [String]) -> [String] {
        accounts.flatMap { account -> [String] in
            let person = person(account)
            let shown = person.flatMap { $0.showsEmailAddress ? $0.emailAddress : nil }
            return [account] + [person?.displayName, person?.name, shown].compactMap(\.self)
                + (account == apiUser.accountID ? ["currentUser()"] : [])
        }
    }

    /// `issue.property[key].path.to.member`: the strings and numbers there. Any other name is no field.
    private func propertyValues(_ field: String, _ issue: Issue) throws -> [String] {
        let parts = field.split(separator: "[", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "issue.property", let end = parts[1].firstIndex(of: "]") else {
            throw JiraRefusal.badRequest(
                "Field '\(field)' does not exist or you do not have permission to view it.")
        }
        let path = parts[1][end...].dropFirst().split(separator: ".")
        let value = path.reduce(issue.properties[String(parts[1][..<end])]) { value, name in value?[String(name)] }
        return (value?.arrayValue ?? [value].compactMap(\.self)).compactMap { element in
            element.stringValue ?? element.integerValue.map(String.init)
        }
    }
}

/// One comparison, with the ways in which the kinds of fields take it.
private struct JQLTerm {
    let field: String
    let comparison: JQLComparison
    let values: [String]

    private func unfit() -> JiraRefusal {
        .badRequest("The operator '\(comparison.rawValue)' is not supported by the '\(field)' field.")
    }

    /// A field whose values have names.
    func names(_ names: [String]) throws -> Bool {
        let known = Set(names.map { $0.lowercased() })
        let isNamed = values.contains { known.contains($0.lowercased()) }
        switch comparison {
        case .equals, .isIn: return isNamed
        case .differs, .isNotIn: return !isNamed
        case .isEmpty: return names.isEmpty
        case .isNotEmpty: return !names.isEmpty
        default: throw unfit()
        }
    }

    /// A field of text: every word of the value must start a word of the text.
    func finds(_ texts: [String]) throws -> Bool {
        let words = texts.flatMap { $0.lowercased().split { !$0.isLetter && !$0.isNumber } }
        let wanted = values.flatMap { $0.lowercased().split { !$0.isLetter && !$0.isNumber } }
        let isFound = !wanted.isEmpty && wanted.allSatisfy { word in words.contains { $0.hasPrefix(word) } }
        switch comparison {
        case .contains: return isFound
        case .lacks: return !isFound
        case .isEmpty: return words.isEmpty
        case .isNotEmpty: return !words.isEmpty
        default: throw unfit()
        }
    }

    /// A field of a number.
    func counts(_ number: Double?) throws -> Bool {
        switch comparison {
        case .isEmpty: return number == nil
        case .isNotEmpty: return number != nil
        case .equals, .differs, .less, .atMost, .greater, .atLeast: break
        default: throw unfit()
        }
        guard let text = values.first, let other = Double(text) else {
            throw JiraRefusal.badRequest(
                "The value '\(values.first ?? "")' for the field '\(field)' is invalid - please use a number.")
        }
        guard let number else { return false }
        switch comparison {
        case .equals: return number == other
        case .differs: return number != other
        case .less: return number < other
        case .atMost: return number <= other
        case .greater: return number > other
        default: return number >= other
        }
    }

    /// A field of time. Jira compares by the minute that the query names.
    func holds(for time: Date?, now: Date) throws -> Bool {
        switch comparison {
        case .isEmpty: return time == nil
        case .isNotEmpty: return time != nil
        default: break
        }
        guard let text = values.first, let other = jqlTime(text, now: now) else {
            throw JiraRefusal.badRequest(
                "Date value '\(values.first ?? "")' for field '\(field)' is invalid. Valid formats include: "
                    + "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. "
                    + "'-5d', '4w 2d'.")
        }
        guard let time else { return false }
        switch comparison {
        case .equals: return time == other
        case .differs: return time != other
        case .less: return time < other
        case .atMost: return time <= other
        case .greater: return time > other
        case .atLeast: return time >= other
        default: throw unfit()
        }
    }
}

/// `2026-01-31 12:30`, `2026/01/31`, `-5m`, `-1d`, `now()`.
func jqlTime(_ text: String, now: Date) -> Date? {
    if text == "now()" { return now }
    if let unit = text.last, let seconds = ["m": 60, "h": 3600, "d": 86400, "w": 604_800][unit],
        let count = Int(text.dropLast())
    {
        return now.addingTimeInterval(Double(count) * Double(seconds))
    }
    let numbers = text.split { "-/ :".contains($0) }.map { Int($0) }
    guard [3, 5].contains(numbers.count), let year = numbers[0], let month = numbers[1], let day = numbers[2],
        (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let isExact = numbers.count == 5
    guard let hour = isExact ? numbers[3] : 0, let minute = isExact ? numbers[4] : 0 else { return nil }
    return calendar.date(from: DateComponents(year: year, month: month, day: day, hour: hour, minute: minute))
}
