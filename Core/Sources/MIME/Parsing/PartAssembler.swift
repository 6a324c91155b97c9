// SPDX-License-Identifier: Apache-2.0

/// Puts the parts of a message together from its lines. There is no recursion: what is open stands on a stack.
struct PartAssembler {
    /// A multipart or a message whose end has not come yet.
    private struct Open {
        var part: Int
        var start: Int
        /// Nil for a message, empty for a multipart that does not name one.
        var boundary: [UInt8]?
        var isClosed = false
    }

    private let limits: Limits
    private var parts: [Part] = []
    private var defects: [Defect] = []
    /// The kinds of defect noted for each part.
    private var noted: [UInt32] = []
    private var open: [Open] = []
    /// How many of the open parts have a boundary.
    private var boundaries = 0
    private(set) var isInBody = false
    private var header: HeaderBlock
    /// The part whose body is read: a leaf, or a multipart before its first boundary.
    private var current: Int?
    private var leaf = Leaf(.discard, start: 0)
    private var textRoom: Int
    private var isAtStart = true
    /// Defects found in a header whose part does not exist yet.
    private var early: [Defect.Kind] = []

    init(limits: Limits) {
        self.limits = limits
        textRoom = limits.textBytes
        header = HeaderBlock(limit: limits.headerBytes, isTop: true)
    }

    // MARK: Header

    mutating func takeHeader(_ line: Bytes, contentLength: Int, at offset: Int, isContinued: Bool) {
        let content = line[part: 0..<contentLength]
        if !isContinued {
            if isAtStart, isSkipped(content) { return }
            if contentLength == 0 { return endHeader(at: offset, blankLine: line) }
            if boundaries > 0, content.hasPrefix("--"), let hit = boundary(in: content) {
                beginBodyWithStrays(at: offset)
                return end(at: hit, offset: offset, next: offset + line.count)
            }
        }
        isAtStart = false
        let isTop = parts.isEmpty
        if header.take(line, content: content, at: offset, isContinued: isContinued, mayBeginWithStrays: isTop)
            == .bodyBegins
        {
            beginBodyWithStrays(at: offset)
            takeReturned(line, at: offset)
        }
    }

    private mutating func endHeader(at offset: Int, blankLine: Bytes) {
        guard header.strays != nil else { return beginBody(at: offset + blankLine.count) }
        beginBodyWithStrays(at: offset)
        takeReturned(blankLine, at: offset)
    }

    private mutating func beginBodyWithStrays(at offset: Int) {
        let strays = header.takeStrays()
        early.append(.missingBlankLine)
        beginBody(at: strays?.offset ?? offset)
        var place = strays?.offset ?? offset
        for line in strays?.lines ?? [] {
            line.withUnsafeBufferPointer { takeReturned($0, at: place) }
            place += line.count
        }
    }

    /// Empty lines before the first field, and the line of an mbox.
    private mutating func isSkipped(_ content: Bytes) -> Bool {
        if content.allSatisfy(isSpace) { return true }
        isAtStart = false
        return content.hasPrefix("From ") || content.hasPrefix(">From ")
    }

    /// A line that was first taken for a header; `line` holds its line end.
    private mutating func takeReturned(_ line: Bytes, at offset: Int) {
        guard isInBody else {
            takeHeader(line, contentLength: contentLength(of: line), at: offset, isContinued: false)
            return
        }
        let content = line[part: 0..<contentLength(of: line)]
        if mayEndBody(content), endBody(at: offset, line: content, next: offset + line.count) { return }
        takeBody(line)
    }

    private func contentLength(of line: Bytes) -> Int {
        var length = line.count
        if length > 0, line[length - 1] == 10 { length -= 1 }
        if length > 0, line[length - 1] == 13 { length -= 1 }
        return length
    }

    // MARK: Body

    /// Some line of the body may be a boundary.
    var hasBoundaries: Bool { boundaries > 0 }

    /// The line may be a boundary.
    func mayEndBody(_ line: Bytes) -> Bool { boundaries > 0 && line.hasPrefix("--") }

    mutating func takeBody(_ bytes: Bytes) { leaf.take(bytes) }

    /// False when the line is no boundary after all.
    mutating func endBody(at offset: Int, line: Bytes, next: Int) -> Bool {
        guard let hit = boundary(in: line) else { return false }
        end(at: hit, offset: offset, next: next)
        return true
    }

    private struct Hit {
        var level: Int
        var isLast: Bool
    }

    /// The innermost open multipart that the line belongs to; one that has seen its end comes last.
    private mutating func boundary(in line: Bytes) -> Hit? {
        var length = line.count
        while length > 2, isSpace(line[length - 1]) { length -= 1 }
        let name = line[part: 2..<length]
        guard !name.isEmpty else { return nil }
        var closed: Hit?
        for level in open.indices.reversed() {
            guard let boundary = open[level].boundary else { continue }
            if boundary.isEmpty {
                guard adoptBoundary(name, at: level) else { continue }
                return Hit(level: level, isLast: false)
            }
            guard let isLast = boundary.withUnsafeBufferPointer({ match(name, $0) }) else { continue }
            if !open[level].isClosed { return Hit(level: level, isLast: isLast) }
            closed = closed ?? Hit(level: level, isLast: isLast)
        }
        return closed
    }

    /// Nil when the names differ; true for the last boundary.
    private func match(_ name: Bytes, _ boundary: Bytes) -> Bool? {
        if name.isEqual(boundary) { return false }
        guard name.count == boundary.count + 2, name[name.count - 1] == 0x2D, name[name.count - 2] == 0x2D else {
            return nil
        }
        return name[part: 0..<boundary.count].isEqual(boundary) ? true : nil
    }

    /// QUIRK: a multipart that names no boundary: the first line that looks like one is taken.
    private mutating func adoptBoundary(_ name: Bytes, at level: Int) -> Bool {
        guard current == open[level].part, name.count >= 5, name.count <= 200, !name.contains(byte: 32) else {
            return false
        }
        open[level].boundary = Array(name)
        return true
    }

    private mutating func end(at hit: Hit, offset: Int, next: Int) {
        let bodyEnd = offset - leaf.heldCount
        // What stands before the first boundary is dropped; without any boundary it is the text.
        let isPreamble = !hit.isLast && current == open[hit.level].part
        if isPreamble { current = nil } else { finishLeaf(at: bodyEnd) }
        while open.count > hit.level + 1 { closeInnermost(at: bodyEnd) }
        let parent = open[hit.level].part
        isInBody = true
        leaf = Leaf(.discard, start: next)
        if hit.isLast {
            open[hit.level].isClosed = true
            return
        }
        if open[hit.level].isClosed { note(.partAfterEnd, parent) }
        guard parts.count < limits.parts else {
            note(.partLimit, parent)
            return
        }
        beginHeader()
    }

    private mutating func beginHeader() {
        header = HeaderBlock(limit: limits.headerBytes)
        isInBody = false
    }

    private mutating func closeInnermost(at offset: Int) {
        let last = open.removeLast()
        parts[last.part].encodedRange = last.start..<max(last.start, offset)
        parts[last.part].size = parts[last.part].encodedRange.count
        guard last.boundary != nil else { return }
        boundaries -= 1
        if parts[last.part].childCount == 0 {
            note(.multipartWithoutParts, last.part)
        } else if !last.isClosed {
            note(.unclosedMultipart, last.part)
        }
    }

    // MARK: Parts

    private mutating func beginBody(at offset: Int) {
        let fields = header.finish()
        if header.hasStrayLines { early.append(.malformedHeader) }
        if header.isOverLimit { early.append(.headerLimit) }
        header = HeaderBlock(limit: 0)
        isInBody = true
        isAtStart = false
        let parent = open.last?.part
        let index = parts.count
        parts.append(part(with: fields, parent: parent))
        noted.append(0)
        if let parent { parts[parent].childCount += 1 }
        for kind in early { note(kind, index) }
        early = []
        noteHeaderBytes(of: index)
        beginContent(of: index, at: offset)
    }

    private mutating func part(with fields: Fields, parent: Int?) -> Part {
        var type = ContentType()
        if let parent, parts[parent].type == "multipart/digest" { type = ContentType(type: "message/rfc822") }
        if let declared = fields.withFirst("Content-Type", { $0.isEmpty ? nil : ContentType(parsing: $0) }) {
            type = declared
            if declared.declared != declared.type { early.append(.malformedContentType) }
        }
        var part = Part(fields: fields, parent: parent, contentType: type)
        part.disposition = fields.withFirst("Content-Disposition") { $0.isEmpty ? nil : Disposition(parsing: $0) }
        part.contentID = fields.withFirst("Content-ID") {
            MessageID.list($0).first?.rawValue ?? ($0.isEmpty ? nil : String($0))
        }
        if let encoding = fields.withFirst("Content-Transfer-Encoding", { TransferEncoding(parsing: $0) }) {
            part.encoding = encoding
        } else if fields.has("Content-Transfer-Encoding") {
            early.append(.unknownEncoding)
        }
        return part
    }

    private mutating func beginContent(of index: Int, at offset: Int) {
        let part = parts[index]
        current = index
        if part.isMultipart {
            guard hasDepth(index) else { return beginLeaf(.count, of: index, at: offset) }
            parts[index].encoding = .identity
            let boundary = Array((part.contentType.parameters["boundary"] ?? "").utf8)
            if boundary.isEmpty { note(.missingBoundary, index) }
            open.append(Open(part: index, start: offset, boundary: withoutTrailingBlanks(boundary)))
            boundaries += 1
            beginLeaf(.text, of: index, at: offset)
        } else if part.isMessage {
            guard hasDepth(index), parts.count < limits.parts else { return beginLeaf(.count, of: index, at: offset) }
            guard part.encoding == .identity else { return beginLeaf(.message, of: index, at: offset) }
            open.append(Open(part: index, start: offset, boundary: nil))
            isAtStart = true
            beginHeader()
        } else {
            beginLeaf(part.contentType.isText || part.contentType.isReport ? .text : .count, of: index, at: offset)
        }
    }

    private func withoutTrailingBlanks(_ boundary: [UInt8]) -> [UInt8] {
        var boundary = boundary
        while let last = boundary.last, isSpace(last) { boundary.removeLast() }
        return boundary
    }

    private mutating func hasDepth(_ index: Int) -> Bool {
        if open.count < limits.depth { return true }
        note(.depthLimit, index)
        return false
    }

    private mutating func beginLeaf(_ purpose: Leaf.Purpose, of index: Int, at offset: Int) {
        // A file takes no more of the room than leaves half of it to the bodies.
        let room = isFile(index) ? max(textRoom - limits.textBytes / 2, 0) : textRoom
        var inner: Limits?
        if purpose == .message {
            inner = limits
            inner?.depth = limits.depth - open.count - 1
            inner?.parts = max(limits.parts - parts.count, 1)
            inner?.textBytes = room
        }
        leaf = Leaf(purpose, encoding: parts[index].encoding, start: offset, room: room, innerLimits: inner)
    }

    private func isFile(_ index: Int) -> Bool {
        let part = parts[index]
        return part.isMessage || part.disposition?.kind == "attachment" || part.isNamed
    }

    private mutating func finishLeaf(at end: Int) {
        guard let index = current else { return }
        current = nil
        let message = leaf.finish()
        if leaf.isMalformed { note(.malformed(leaf.encoding), index) }
        parts[index].encodedRange = leaf.start..<max(leaf.start, end)
        parts[index].size = leaf.decodedCount
        if leaf.purpose == .text { keepText(of: index) }
        if let message { adopt(message, into: index) }
    }

    private mutating func keepText(of index: Int) {
        if leaf.isTruncated { note(.textLimit, index) }
        var bytes = leaf.takeText()
        textRoom -= bytes.count
        let text = leafText(&bytes, type: parts[index].contentType, encoding: leaf.encoding)
        parts[index].text = text.string
        parts[index].charset = text.charset
        if text.isLossy { note(.lossyText, index) }
        if text.isUnknown { note(.unknownCharset, index) }
        if text.isRelabelled { note(.wrongCharset, index) }
    }

    /// The parts of an encoded message, whose ranges count in its decoded bytes.
    private mutating func adopt(_ message: Message, into container: Int) {
        let base = parts.count
        for var part in message.parts {
            part.container = part.container.map { $0 + base } ?? container
            part.parent = part.parent.map { $0 + base } ?? container
            parts.append(part)
            noted.append(0)
            textRoom -= part.text?.utf8.count ?? 0
        }
        textRoom = max(textRoom, 0)
        parts[container].childCount += 1
        for defect in message.defects { note(defect.kind, defect.part + base) }
    }

    // MARK: End

    mutating func finish(at offset: Int) -> Message {
        // The input ended inside of a header, perhaps that of an embedded message.
        while !isInBody { header.strays == nil ? beginBody(at: offset) : beginBodyWithStrays(at: offset) }
        leaf.releaseHeld()
        finishLeaf(at: offset)
        while !open.isEmpty { closeInnermost(at: offset) }
        chooseHeaderCharset()
        noteAddresses()
        return Message(parts: parts, defects: defects, byteCount: offset, limits: limits)
    }

    /// Raw 8-bit fields are read in the charset that the text of the message names.
    private mutating func chooseHeaderCharset() {
        guard !parts.allSatisfy(\.fields.isASCII) else { return }
        let named = parts.lazy.compactMap { $0.contentType.parameters["charset"] }.first
        for index in parts.indices where !parts[index].fields.isASCII {
            parts[index].fields.charset = parts[index].contentType.parameters["charset"] ?? named
        }
    }

    private mutating func noteAddresses() {
        for entry in parts[0].fields.entries where entry.valueEnd - entry.valueStart > limits.addresses {
            let value = parts[0].fields.bytes[entry.valueStart..<entry.valueEnd]
            if value.count(where: { $0 == 0x2C }) >= limits.addresses { note(.addressLimit, 0) }
        }
    }

    // MARK: Defects

    mutating func noteLongLine() { isInBody ? noteCurrent(.lineLimit) : early.append(.lineLimit) }

    mutating func noteBareCarriageReturn() {
        isInBody ? noteCurrent(.bareCarriageReturn) : early.append(.bareCarriageReturn)
    }

    private mutating func noteCurrent(_ kind: Defect.Kind) { note(kind, current ?? open.last?.part ?? 0) }

    private mutating func noteHeaderBytes(of index: Int) {
        let hasNul = parts[index].fields.hasNul
        let isValid = parts[index].fields.isASCII || parts[index].fields.bytes.withUnsafeBufferPointer(\.isUTF8)
        if parts[index].fields.hasDuplicate { note(.duplicateField, index) }
        if hasNul { note(.nulByte, index) }
        if !isValid { note(.rawEightBitHeader, index) }
    }

    /// Each kind is noted once for each part.
    private mutating func note(_ kind: Defect.Kind, _ part: Int) {
        let bit: UInt32 = 1 << UInt32(kind.ordinal)
        guard noted[part] & bit == 0 else { return }
        noted[part] |= bit
        defects.append(Defect(kind, part: part))
    }
}
