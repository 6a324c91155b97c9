// SPDX-License-Identifier: Apache-2.0

import Jira
import Markup

/// Which files go along? All but those that the policy excludes, logos, and pictures that only the quote showed.
func attach(_ it: inout Deliberation) throws(Inquiry) -> Refusal? {
    for part in it.letter.opened { it.find(.opened(part)) }
    for choice in it.files {
        guard let reason = choice.exclusion else {
            it.find(.attached(choice.name, bytes: choice.file.size))
            it.actions.append(
                .attach(
                    NewAttachment(
                        issue: it.target, name: choice.name, type: choice.file.type, content: choice.file.content)))
            continue
        }
        // What stays out as a picture that nobody misses is nowhere else.
        let isForItsRole = reason == .picture(choice.name, choice.role) && choice.role != .blank
        if isForItsRole { it.leaveOut(reason) } else { it.find(reason) }
    }
    if it.takesWholeLetter { try attachWholeLetter(&it) }
    return nil
}

private func attachWholeLetter(_ it: inout Deliberation) throws(Inquiry) {
    var names = FileNames()
    for choice in it.files { _ = names.take(FileName(fitting: choice.name)) }
    let name = names.take(FileName(fitting: "letter.eml"))
    if let objection = objection(of: try it.facts.attachmentSettings(), to: name, bytes: it.letter.byteCount) {
        return it.find(objection)
    }
    it.find(.wholeLetterAttached(name))
    it.actions.append(
        .attach(NewAttachment(issue: it.target, name: name, type: "message/rfc822", content: .wholeLetter)))
}

/// Why Jira would not take a file.
private func objection(
    of settings: AttachmentSettings?, to name: String, bytes: Int, limit: Int = .max
) -> Finding? {
    if settings?.isEnabled == false { return .attachmentsOff(name) }
    let largest = min(limit, settings?.uploadLimit ?? .max)
    return bytes > largest ? .attachmentTooLarge(name, bytes: bytes, limit: largest) : nil
}

/// A file of a letter, the name that it gets, and why it stays out.
struct FileChoice {
    var file: LetterFile
    var name: String
    var role: PictureRole
    var exclusion: Finding?
}

func chooseFiles(_ it: Deliberation, _ trimmed: Trimmed?) throws(Inquiry) -> [FileChoice] {
    let files = it.letter.attachments
    let settings = files.isEmpty ? nil : try it.facts.attachmentSettings()
    let pictures = files.map { file in
        PictureFile(contentID: file.isPicture ? file.contentID : nil, name: file.name, size: file.size)
    }
    let roles = trimmed.map { pictureRoles(of: pictures, in: $0) } ?? files.map { _ in .content }
    return zip(zip(files, attachmentNames(files)), roles).map { pair, role in
        let (file, name) = pair
        return FileChoice(
            file: file, name: name, role: role,
            exclusion: exclusion(of: file, named: name, it.profile, settings) ?? .picture(name, role))
    }
}

extension LetterFile {
    fileprivate var isPicture: Bool { type.hasPrefix("image/") }
}

private func exclusion(
    of file: LetterFile, named name: String, _ profile: Profile, _ settings: AttachmentSettings?
) -> Finding? {
    let policy = profile.attachments
    if let objection = objection(of: settings, to: name, bytes: file.size, limit: policy.largest) { return objection }
    if let dot = name.lastIndex(of: "."), policy.excludedExtensions.contains(name[dot...].dropFirst().lowercased()) {
        return .attachmentExcluded(name)
    }
    if file.type == "application/pgp-signature" || file.type.hasSuffix("pkcs7-signature") {
        return .signatureFile(name)
    }
    return nil
}

/// A name for each file, in order: safe, never empty, and none twice.
func attachmentNames(_ files: [LetterFile]) -> [String] {
    var names = FileNames()
    return files.map { names.take(FileName(fitting: $0.name ?? unnamed($0))) }
}

private func unnamed(_ file: LetterFile) -> String {
    let endings = [
        "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "text/plain": "txt", "text/html": "html",
        "text/calendar": "ics", "message/rfc822": "eml", "application/pdf": "pdf",
    ]
    let stem = file.type.split(separator: "/").first.map(String.init) ?? "file"
    return "\(stem).\(endings[file.type] ?? "bin")"
}

/// Names that are taken, whatever the case.
private struct FileNames {
    private var taken: Set<String> = []
    /// Where the search for a free number goes on, by the name that was wanted: a letter may have thousands of one name.
    private var next: [String: Int] = [:]

    /// The name, or the same with the first number that makes it free.
    mutating func take(_ name: FileName) -> String {
        let wanted = name.rawValue.lowercased()
        guard !taken.insert(wanted).inserted else { return name.rawValue }
        for number in (next[wanted] ?? 2)... {
            let candidate = name.numbered(number).rawValue
            guard taken.insert(candidate.lowercased()).inserted else { continue }
            next[wanted] = number + 1
            return candidate
        }
        preconditionFailure("there is always a free number")
    }
}
