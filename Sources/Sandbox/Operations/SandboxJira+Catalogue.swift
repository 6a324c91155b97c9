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
        let name = try free(body["name"]?.stringValue ?? "", kind, in: project.id)
        let entry = CatalogueEntry(
            kind: kind, id: sequence.next(.catalogue), project: project.id, name: name,
            description: body["description"]?.stringValue ?? "", isArchived: body["archived"]?.boolValue ?? false,
            isReleased: body["released"]?.boolValue ?? false)
        catalogue.append(entry)
        return Answer(201, shape(of: entry, call.dialect))
    }

    // MARK: One of them

    func readComponent(_ call: Call) throws -> Answer { try read(.component, call) }
    func readVersion(_ call: Call) throws -> Answer { try read(.version, call) }
    func editComponent(_ call: Call) throws -> Answer { try edit(.component, call) }
    func editVersion(_ call: Call) throws -> Answer { try edit(.version, call) }
    func deleteComponent(_ call: Call) throws -> Answer { try delete(.component, call) }
    func deleteVersion(_ call: Call) throws -> Answer { try delete(.version, call) }

    private func index(_ kind: CatalogueEntry.Kind, _ call: Call) throws -> Int {
        let id = call[parameter: "id"]
        guard let index = catalogue.firstIndex(where: { $0.kind == kind && String($0.id) == id }) else {
            let noun = kind == .component ? "component" : "version"
            throw JiraRefusal.notFound("The \(noun) with id \(id) does not exist.")
        }
        return index
    }

    private func read(_ kind: CatalogueEntry.Kind, _ call: Call) throws -> Answer {
        Answer(200, shape(of: catalogue[try index(kind, call)], call.dialect))
    }

    /// What is not given stays.
    private func edit(_ kind: CatalogueEntry.Kind, _ call: Call) throws -> Answer {
        let index = try index(kind, call)
        let body = try call.object()
        var entry = catalogue[index]
        if let name = body["name"]?.stringValue { entry.name = try free(name, kind, in: entry.project, but: entry.id) }
        entry.description = body["description"]?.stringValue ?? entry.description
        entry.isArchived = body["archived"]?.boolValue ?? entry.isArchived
        entry.isReleased = body["released"]?.boolValue ?? entry.isReleased
        catalogue[index] = entry
        return Answer(200, shape(of: entry, call.dialect))
    }

    /// Issues lose it too.
    private func delete(_ kind: CatalogueEntry.Kind, _ call: Call) throws -> Answer {
        let gone = catalogue.remove(at: try index(kind, call))
        for issue in issuesInOrder where issue.project == gone.project {
            var changed = issue
            changed.components.removeAll { $0 == gone.id }
            changed.fixVersions.removeAll { $0 == gone.id }
            changed.affectedVersions.removeAll { $0 == gone.id }
            for field in customFields where [.version, .versions].contains(field.kind) {
                guard case .ids(let ids) = changed.custom[field.id] else { continue }
                let left = ids.filter { $0 != gone.id }
                changed.custom[field.id] = left.isEmpty ? nil : .ids(left)
            }
            if changed.names(otherThan: issue) { put(changed) }
        }
        return .noContent
    }

    /// A name that no other of the project has.
    private func free(
        _ name: String, _ kind: CatalogueEntry.Kind, in project: Int, but own: Int? = nil
    ) throws -> String {
        guard !name.isEmpty, name.utf16.count <= 255 else {
            throw JiraRefusal.badField("name", "A name of at most 255 characters is needed.")
        }
        let isTaken = catalogue(of: project).contains { $0.kind == kind && $0.name == name && $0.id != own }
        guard !isTaken else {
            throw JiraRefusal.badField("name", "There is one of this name in the project already.")
        }
        return name
    }

    func shape(of entry: CatalogueEntry, _ dialect: Dialect) -> JSONValue {
        let path: String
        var more: [(String, JSONValue)] = []
        switch entry.kind {
        case .component:
            path = "component"
        case .version:
            path = "version"
            more = [
                ("archived", .bool(entry.isArchived)), ("released", .bool(entry.isReleased)),
                ("projectId", .integer(entry.project)),
            ]
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

extension Issue {
    /// Whether it names other components and versions.
    fileprivate func names(otherThan other: Issue) -> Bool {
        components != other.components || fixVersions != other.fixVersions
            || affectedVersions != other.affectedVersions || custom != other.custom
    }
}
