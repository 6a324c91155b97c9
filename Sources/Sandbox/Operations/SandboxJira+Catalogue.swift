// SPDX-License-Identifier: Apache-2.0

import Markup

/// Components, versions and levels of security of projects.
extension SandboxJira {
    static func securityLevels(of project: Project) -> [CatalogueEntry] {
        SecurityLevel.all.enumerated().map { index, level in
            CatalogueEntry(
                kind: .securityLevel, id: project.id * 10 + index, project: project.id, name: level.name,
                description: "For \(level.circle) alone.")
        }
    }

    /// What the fields of an issue of a project may name.
    func catalogue(of project: Int) -> [CatalogueEntry] {
        catalogue.filter { $0.project == project }
            + projects.filter { $0.id == project }.flatMap(Self.securityLevels)
    }

    func entry(_ id: Int, of issue: Issue) -> CatalogueEntry? {
        catalogue(of: issue.project).first { $0.id == id }
    }

    /// Jira: GET /rest/api/3/project/{projectIdOrKey}/components
    func listComponents(_ call: Call) throws -> Answer { try list(.component, call) }

    /// Jira: GET /rest/api/3/project/{projectIdOrKey}/versions
    func listVersions(_ call: Call) throws -> Answer { try list(.version, call) }

    private func list(_ kind: CatalogueEntry.Kind, _ call: Call) throws -> Answer {
        let project = try project(call)
        let entries = catalogue(of: project.id).filter { $0.kind == kind }
        return Answer(200, .array(entries.map { shape(of: $0, call.dialect) }))
    }

    /// Jira: GET /rest/api/3/project/{projectKeyOrId}/securitylevel
    func listSecurityLevels(_ call: Call) throws -> Answer {
        let levels = Self.securityLevels(of: try project(call))
        return Answer(200, ["levels": .array(levels.map { shape(of: $0, call.dialect) })])
    }

    /// Jira: POST /rest/api/3/component
    func addComponent(_ call: Call) throws -> Answer { try add(.component, call) }

    /// Jira: POST /rest/api/3/version
    func addVersion(_ call: Call) throws -> Answer { try add(.version, call) }

    private func add(_ kind: CatalogueEntry.Kind, _ call: Call) throws -> Answer {
        let body = try call.object()
        let reference = body["project"]?.stringValue ?? body["projectId"]?.integerValue.map(String.init)
        guard let project = reference.flatMap(project) else {
            throw JiraRefusal.badField("project", "A project must be named by its key or id.")
        }
        guard let name = body["name"]?.stringValue, !name.isEmpty, name.utf16.count <= 255 else {
            throw JiraRefusal.badField("name", "A name of at most 255 characters is needed.")
        }
        guard !catalogue(of: project.id).contains(where: { $0.kind == kind && $0.name == name }) else {
            throw JiraRefusal.badField("name", "There is one of this name in the project already.")
        }
        let entry = CatalogueEntry(
            kind: kind, id: sequence.next(.catalogue), project: project.id, name: name,
            description: body["description"]?.stringValue ?? "")
        catalogue.append(entry)
        return Answer(201, shape(of: entry, call.dialect))
    }

    func shape(of entry: CatalogueEntry, _ dialect: Dialect) -> JSONValue {
        let path: String
        var more: [(String, JSONValue)] = []
        switch entry.kind {
        case .component:
            path = "component"
        case .version:
            path = "version"
            more = [("archived", false), ("released", false), ("projectId", .integer(entry.project))]
        case .securityLevel:
            path = "securitylevel"
        }
        return .members(
            [
                ("self", .string("\(root(dialect))/\(path)/\(entry.id)")), ("id", .string(String(entry.id))),
                ("name", .string(entry.name)), ("description", .string(entry.description)),
            ] + more)
    }

    func shapes(of ids: [Int], in issue: Issue, _ dialect: Dialect) -> JSONValue {
        .array(ids.compactMap { entry($0, of: issue) }.map { shape(of: $0, dialect) })
    }
}
