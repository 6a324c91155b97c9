// SPDX-License-Identifier: Apache-2.0

public import Markup

/// A field that can be set when an issue of a type is created.
public struct CreateField: Hashable, Codable, Sendable, Identifiable {
    /// What goes into `fields`: `summary`, `customfield_10010`.
    public let id: String
    public let name: String
    public let isRequired: Bool
    public let hasDefault: Bool
    public let schema: Schema

    /// Nothing when any value of the type is allowed.
    public let allowedValues: [JSONValue]?

    public struct Schema: Hashable, Codable, Sendable {
        /// `string`, `array`, `option`, `user`, ...; `any` where Jira does not say, as in its own example.
        public let type: String

        /// What an `array` holds.
        public let items: String?

        /// The name of a field of Jira's own.
        public let system: String?

        /// The kind of a custom field: `com.atlassian.jira.plugin.system.customfieldtypes:textarea`.
        public let custom: String?

        public init(type: String, items: String? = nil, system: String? = nil, custom: String? = nil) {
            self.type = type
            self.items = items
            self.system = system
            self.custom = custom
        }
    }

    public init(
        id: String, name: String, isRequired: Bool = false, hasDefault: Bool = false, schema: Schema,
        allowedValues: [JSONValue]? = nil
    ) {
        self.id = id
        self.name = name
        self.isRequired = isRequired
        self.hasDefault = hasDefault
        self.schema = schema
        self.allowedValues = allowedValues
    }
}

extension CreateField: Readable {
    init(at place: Place) throws(Unreadable) {
        id = try place.required(place["fieldId"] == nil ? "key" : "fieldId").string()
        name = place["name"]?.text ?? id
        isRequired = place["required"]?.value.boolValue ?? false
        hasDefault = place["hasDefaultValue"]?.value.boolValue ?? false
        let schema = place["schema"]
        self.schema = Schema(
            type: schema?["type"]?.text ?? "any", items: schema?["items"]?.text,
            system: schema?["system"]?.text, custom: schema?["custom"]?.text)
        allowedValues = place["allowedValues"]?.value.arrayValue
    }
}

/// A step that an issue can take in its workflow now.
public struct Transition: Hashable, Codable, Sendable, Identifiable {
    public let id: TransitionID
    public let name: String

    /// Where it leads.
    public let status: Status?

    public init(id: TransitionID, name: String, status: Status? = nil) {
        self.id = id
        self.name = name
        self.status = status
    }
}

extension Transition: Readable {
    init(at place: Place) throws(Unreadable) {
        id = try place.required("id").identifier()
        name = place["name"]?.text ?? id.rawValue
        status = Status(place["to"]?.value)
    }
}

/// Whether and how large files may be attached on a site.
public struct AttachmentSettings: Hashable, Codable, Sendable {
    public let isEnabled: Bool

    /// In bytes; nothing where the site does not say.
    public let uploadLimit: Int?

    public init(isEnabled: Bool, uploadLimit: Int?) {
        self.isEnabled = isEnabled
        self.uploadLimit = uploadLimit
    }
}

extension AttachmentSettings: Readable {
    init(at place: Place) throws(Unreadable) {
        guard let isEnabled = try place.required("enabled").value.boolValue else { throw place.unreadable }
        self.isEnabled = isEnabled
        uploadLimit = place["uploadLimit"]?.value.integerValue
    }
}

/// What a site says about itself.
public struct Server: Hashable, Codable, Sendable {
    /// The address that people use, for links.
    public let baseURL: String
    public let title: String?
    public let version: String?
    public let isCloud: Bool
}

extension Server: Readable {
    init(at place: Place) throws(Unreadable) {
        baseURL = try place.required("baseUrl").string()
        title = place["serverTitle"]?.text
        version = place["version"]?.text
        isCloud = place["deploymentType"]?.text?.lowercased() == "cloud"
    }
}
