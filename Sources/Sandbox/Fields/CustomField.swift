// SPDX-License-Identifier: Apache-2.0

/// A field that somebody added to the site.
struct CustomField: Codable, Equatable, Sendable {
    /// What it holds, by the name under which `POST /sandbox/fields` takes it.
    enum Kind: String, Codable, Sendable, CaseIterable {
        case text, paragraph, number, select, multiselect, cascading, radio, checkboxes, date, datetime
        case user, users, group, groups, labels, url, project, version, versions
    }

    struct Option: Codable, Equatable, Sendable {
        let id: Int
        let value: String
        /// The option that it is below, of a cascading list.
        var parent: Int?
    }

    let number: Int
    let name: String
    let kind: Kind
    var options: [Option] = []

    var id: String { "customfield_\(number)" }

    /// The children of an option, or those that are below none.
    func options(below parent: Int?) -> [Option] { options.filter { $0.parent == parent } }

    func option(_ id: Int) -> Option? { options.first { $0.id == id } }

    /// Its options, as a list of names; behind a colon and between commas those that are below one.
    init(number: Int, name: String, kind: Kind, options names: [String] = [], after last: Int = 0) {
        self.number = number
        self.name = name
        self.kind = kind
        var next = last
        for name in names {
            let parts = name.split(separator: ":", maxSplits: 1)
            next += 1
            let parent = next
            options.append(Option(id: parent, value: parts.first.map(String.init) ?? ""))
            guard parts.count == 2 else { continue }
            for child in parts[1].split(separator: ",") {
                next += 1
                options.append(Option(id: next, value: child.trimmingPrefix(" ").description, parent: parent))
            }
        }
    }

    /// What a site has from the start: one of each kind.
    static let standard: [CustomField] = {
        let all: [(String, Kind, [String])] = [
            ("Contract number", .text, []), ("Steps", .paragraph, []), ("Hours lost", .number, []),
            ("Severity", .select, ["Low", "Medium", "High"]), ("Channels", .multiselect, ["Mail", "Phone", "Portal"]),
            ("Place", .cascading, ["Berlin: Mitte, Wedding", "Oslo: Sentrum", "Elsewhere"]),
            ("Billable", .radio, ["Yes", "No"]), ("Checks", .checkboxes, ["Backed up", "Tested"]),
            ("Delivery", .date, []), ("Started at", .datetime, []), ("Account manager", .user, []),
            ("Approvers", .users, []), ("Team", .group, []), ("Informed groups", .groups, []), ("Topics", .labels, []),
            ("Page", .url, []), ("Other project", .project, []), ("Found in", .version, []),
            ("Also in", .versions, []),
        ]
        return all.enumerated().map { index, field in
            CustomField(
                number: 10030 + index, name: field.0, kind: field.1, options: field.2, after: 10100 + index * 10)
        }
    }()
}

extension CustomField.Kind {
    /// What Jira calls it, behind `com.atlassian.jira.plugin.system.customfieldtypes:`.
    var key: String {
        let name =
            switch self {
            case .text: "textfield"
            case .paragraph: "textarea"
            case .number: "float"
            case .select: "select"
            case .multiselect: "multiselect"
            case .cascading: "cascadingselect"
            case .radio: "radiobuttons"
            case .checkboxes: "multicheckboxes"
            case .date: "datepicker"
            case .datetime: "datetime"
            case .user: "userpicker"
            case .users: "multiuserpicker"
            case .group: "grouppicker"
            case .groups: "multigrouppicker"
            case .labels: "labels"
            case .url: "url"
            case .project: "project"
            case .version: "version"
            case .versions: "multiversion"
            }
        return "com.atlassian.jira.plugin.system.customfieldtypes:" + name
    }

    var hasOptions: Bool { [.select, .multiselect, .cascading, .radio, .checkboxes].contains(self) }

    /// The type of its elements, where it is a list.
    var items: String? {
        switch self {
        case .multiselect, .checkboxes: "option"
        case .users: "user"
        case .groups: "group"
        case .labels: "string"
        case .versions: "version"
        default: nil
        }
    }

    /// The type in the schema.
    var type: String {
        if items != nil { return "array" }
        return switch self {
        case .number: "number"
        case .select, .radio: "option"
        case .cascading: "option-with-child"
        case .date: "date"
        case .datetime: "datetime"
        case .user: "user"
        case .group: "group"
        case .project: "project"
        case .version: "version"
        default: "string"
        }
    }
}

/// What a custom field of an issue holds. Its kind tells what the words and ids are of.
enum FieldValue: Codable, Equatable, Sendable {
    /// Text, an address, a day, a time, labels, account ids, names of groups.
    case words([String])
    case number(Double)
    case rich(RichText)
    /// Options (of a cascading list the upper one first), projects, versions.
    case ids([Int])
}
