// SPDX-License-Identifier: Apache-2.0

import Jira

/// Which files go along? All but those that the policy excludes and images that only the quote showed.
func attach(_ it: inout Deliberation) throws(Inquiry) -> Refusal? {
    for part in it.letter.opened { it.find(.opened(part)) }
    let names = attachmentNames(it.letter.attachments)
    for (file, name) in zip(it.letter.attachments, names) {
        guard let reason = exclusion(of: file, named: name, it) else {
            it.find(.attached(name, bytes: file.size))
            it.actions.append(
                .attach(NewAttachment(issue: it.target, name: name, type: file.type, content: file.content)))
            continue
        }
        it.find(reason)
    }
    if it.bodyWasCut {
        let name = unique("letter.eml", among: Set(names.map { $0.lowercased() }))
        it.find(.wholeLetterAttached(name))
        it.actions.append(
            .attach(NewAttachment(issue: it.target, name: name, type: "message/rfc822", content: .wholeLetter)))
    }
    return nil
}

private func exclusion(of file: LetterFile, named name: String, _ it: Deliberation) -> Finding? {
    let policy = it.profile.attachments
    if file.size > policy.largest { return .attachmentTooLarge(name, bytes: file.size, limit: policy.largest) }
    if let dot = name.lastIndex(of: "."), policy.excludedExtensions.contains(name[dot...].dropFirst().lowercased()) {
        return .attachmentExcluded(name)
    }
    if file.type == "application/pgp-signature" || file.type.hasSuffix("pkcs7-signature") {
        return .signatureFile(name)
    }
    if let id = file.contentID, it.quotedImages.contains(id) { return .imageOfQuote(name) }
    return nil
}

/// A name for each file, in order: safe, never empty, and none twice.
func attachmentNames(_ files: [LetterFile]) -> [String] {
    var taken: Set<String> = []
    return files.map { file in
        let name = unique(FileName(fitting: file.name ?? unnamed(file)).rawValue, among: taken)
        taken.insert(name.lowercased())
        return name
    }
}

private func unnamed(_ file: LetterFile) -> String {
    let endings = [
        "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "text/plain": "txt", "text/html": "html",
        "text/calendar": "ics", "message/rfc822": "eml", "application/pdf": "pdf",
    ]
    let stem = file.type.split(separator: "/").first.map(String.init) ?? "file"
    return "\(stem).\(endings[file.type] ?? "bin")"
}

private func unique(_ name: String, among taken: Set<String>) -> String {
    guard taken.contains(name.lowercased()) else { return name }
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    let candidates = (2...).lazy.map { "\(name[..<dot])-\($0)\(name[dot...])" }
    return candidates.first { !taken.contains($0.lowercased()) } ?? name
}
