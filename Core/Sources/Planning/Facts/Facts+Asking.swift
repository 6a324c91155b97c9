// SPDX-License-Identifier: Apache-2.0

import Jira

// One accessor for each question: it gives the answer, or throws the question as an inquiry.

extension Facts {
    func issue(_ key: IssueKey) throws(Inquiry) -> IssueFact? {
        guard case .issue(let fact) = try ask(.issue(key)) else { return nil }
        return fact
    }

    func issue(_ id: IssueID) throws(Inquiry) -> IssueFact? {
        guard case .issue(let fact) = try ask(.issueByID(id)) else { return nil }
        return fact
    }

    func thread(_ messageIDs: [String]) throws(Inquiry) -> IssueID? {
        guard case .thread(let id) = try ask(.thread(messageIDs)) else { return nil }
        return id
    }

    func ownName(_ name: String) throws(Inquiry) -> OwnName? {
        guard case .ownName(let meaning) = try ask(.ownName(name)) else { return nil }
        return meaning
    }

    func earlierCopy() throws(Inquiry) -> JobID? {
        guard case .earlierCopy(let job) = try ask(.earlierCopy) else { return nil }
        return job
    }

    func account(_ address: String) throws(Inquiry) -> Account? {
        guard case .account(let fact) = try ask(.account(address: address)) else { return nil }
        return fact
    }

    func people(_ ids: [AccountID]) throws(Inquiry) -> [Account] {
        guard case .people(let facts) = try ask(.people(ids)) else { return [] }
        return facts
    }

    func sentWithinHour(_ address: String) throws(Inquiry) -> Int {
        guard case .count(let count) = try ask(.sentWithinHour(address: address)) else { return 0 }
        return count
    }

    func issueTypes(_ project: ProjectKey) throws(Inquiry) -> [IssueType]? {
        guard case .issueTypes(let types) = try ask(.issueTypes(project)) else { return nil }
        return types
    }

    func serviceDesk(_ project: ProjectKey) throws(Inquiry) -> ServiceDeskFact? {
        guard case .serviceDesk(let desk) = try ask(.serviceDesk(project)) else { return nil }
        return desk
    }

    func participants(_ issue: IssueID) throws(Inquiry) -> [Account] {
        guard case .people(let facts) = try ask(.participants(issue)) else { return [] }
        return facts
    }

    func organizations() throws(Inquiry) -> [Organization] {
        guard case .organizations(let organizations) = try ask(.organizations) else { return [] }
        return organizations
    }

    func attachmentSettings() throws(Inquiry) -> AttachmentSettings? {
        guard case .attachmentSettings(let settings) = try ask(.attachmentSettings) else { return nil }
        return settings
    }

    func transitions(_ issue: IssueID) throws(Inquiry) -> [Transition] {
        guard case .transitions(let transitions) = try ask(.transitions(issue)) else { return [] }
        return transitions
    }

    func watchers(_ issue: IssueID) throws(Inquiry) -> [Account] {
        guard case .people(let facts) = try ask(.watchers(issue)) else { return [] }
        return facts
    }

    func threadRoot(_ issue: IssueID) throws(Inquiry) -> String? {
        guard case .name(let name) = try ask(.threadRoot(issue)) else { return nil }
        return name
    }

    func mailSender(_ comment: CommentID) throws(Inquiry) -> String? {
        guard case .address(let address) = try ask(.mailSender(comment)) else { return nil }
        return address
    }

    /// Throws all those of the questions that are not answered yet, each once, so that one round answers them together.
    func askTogether(_ questions: [Question]) throws(Inquiry) {
        var asked: Set<Question> = []
        let open = questions.filter { answer(to: $0) == nil && asked.insert($0).inserted }
        if !open.isEmpty { throw Inquiry(open) }
    }

    private func ask(_ question: Question) throws(Inquiry) -> Answer {
        guard let answer = answer(to: question) else { throw Inquiry([question]) }
        return answer
    }
}
