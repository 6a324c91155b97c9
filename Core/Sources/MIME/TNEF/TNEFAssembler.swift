// SPDX-License-Identifier: Apache-2.0

/// Puts together what the attributes of a stream say ([MS-OXTNEF] §2.1.3).
struct TNEFAssembler {
    private enum Attribute {
        static let subject: UInt32 = 0x0001_8004
        static let body: UInt32 = 0x0002_800C
        static let properties: UInt32 = 0x0006_9003
        static let codePage: UInt32 = 0x0006_9007
        static let fileStart: UInt32 = 0x0006_9002
        static let fileContent: UInt32 = 0x0006_800F
        static let fileTitle: UInt32 = 0x0001_8010
        static let fileTransportName: UInt32 = 0x0006_9001
        static let fileProperties: UInt32 = 0x0006_9005
    }

    /// One attachment while its attributes come in.
    private struct OpenFile {
        var title: String?
        var transportName: String?
        var longName: String?
        var shortName: String?
        var displayName: String?
        var type: String?
        var contentID: String?
        var content: Range<Int>?
        /// A mail in an envelope of its own.
        var message: Range<Int>?
    }

    private static let mostNested = 10

    private let limits: Limits
    private var result = TNEF()
    private var file: OpenFile?
    private var charset: String?

    init(limits: Limits) { self.limits = limits }

    mutating func finish() -> TNEF { result }

    /// Reads a stream; `depth` streams are around it.
    mutating func read(_ bytes: Bytes, in range: Range<Int>, depth: Int) {
        var reader = LittleEndianReader(bytes, range)
        guard reader.long() == 0x223E_9F78, reader.short() != nil else { return note(.notTNEF) }
        var count = 0
        while reader.left > 0 {
            let level = reader.byte() ?? 0
            guard level == 1 || level == 2 else {
                note(.trailingBytes)
                break
            }
            guard let id = reader.long(), let length = reader.length() else {
                note(.truncated)
                break
            }
            // A stream that was cut keeps what is there of its last attribute.
            let isWhole = length <= reader.left
            guard let content = reader.take(min(length, reader.left)) else { break }
            checkSum(of: bytes[part: content], against: reader.short(), isWhole: isWhole)
            take(id, bytes, content, depth: depth)
            count += 1
            if count >= limits.parts {
                note(.tooMany)
                break
            }
        }
        endFile(bytes, depth: depth)
    }

    private mutating func checkSum(of content: Bytes, against sum: UInt16?, isWhole: Bool) {
        guard isWhole, let sum else { return note(.truncated) }
        var actual: UInt16 = 0
        for byte in content { actual &+= UInt16(byte) }
        if actual != sum { note(.badChecksum) }
    }

    private mutating func note(_ defect: TNEF.Defect) {
        if !result.defects.contains(defect) { result.defects.append(defect) }
    }

    private mutating func take(_ id: UInt32, _ bytes: Bytes, _ content: Range<Int>, depth: Int) {
        switch id {
        case Attribute.codePage where content.count >= 4:
            var reader = LittleEndianReader(bytes, content)
            charset = reader.long().flatMap(TNEFAssembler.charset)
        case Attribute.subject where depth == 0: result.subject = result.subject ?? string(bytes[part: content])
        case Attribute.body where depth == 0: add(.plain, Array(withoutEnd(bytes[part: content])), charset)
        case Attribute.properties: takeMessage(MAPIProperties(bytes, content), bytes, depth: depth)
        case Attribute.fileStart:
            endFile(bytes, depth: depth)
            file = OpenFile()
        case Attribute.fileContent: edit { $0.content = content }
        case Attribute.fileTitle:
            let title = string(bytes[part: content])
            edit { $0.title = title }
        case Attribute.fileTransportName:
            let name = string(bytes[part: content])
            edit { $0.transportName = name }
        case Attribute.fileProperties: takeFile(MAPIProperties(bytes, content), bytes)
        default: break
        }
    }

    private mutating func edit(_ change: (inout OpenFile) -> Void) {
        var open = file ?? OpenFile()
        change(&open)
        file = open
    }

    // MARK: Properties

    private mutating func takeMessage(_ properties: MAPIProperties, _ bytes: Bytes, depth: Int) {
        if properties.isBroken { note(.badProperties) }
        guard depth == 0 else { return }
        if let page = properties.values[MAPIProperty.codePage] {
            var reader = LittleEndianReader(bytes, page.range)
            charset = reader.long().flatMap(TNEFAssembler.charset) ?? charset
        }
        if let subject = string(properties, MAPIProperty.subject, bytes) { result.subject = subject }
        if let body = properties.values[MAPIProperty.body] {
            let isWide = body.type == MAPIProperty.wideStringType
            add(.plain, Array(withoutEnd(bytes[part: body.range], isWide: isWide)), isWide ? "utf-16le" : charset)
        }
        if let html = properties.values[MAPIProperty.html] {
            let isWide = html.type == MAPIProperty.wideStringType
            add(.html, Array(withoutEnd(bytes[part: html.range], isWide: isWide)), isWide ? "utf-16le" : charset)
        }
        if let packed = properties.values[MAPIProperty.compressedRTF] { addRTF(bytes[part: packed.range]) }
    }

    private mutating func addRTF(_ packed: Bytes) {
        let unpacked = CompressedRTF.unpack(packed, limit: limits.textBytes)
        if unpacked.isBroken { note(.badRTF) }
        guard !unpacked.bytes.isEmpty else { return }
        add(.rtf, unpacked.bytes, nil)
        guard !result.bodies.contains(where: { $0.kind == .html }), let html = RTF(unpacked.bytes).html else { return }
        add(.html, Array(html.utf8), "utf-8")
    }

    private mutating func add(_ kind: TNEF.Body.Kind, _ bytes: [UInt8], _ charset: String?) {
        guard !bytes.isEmpty, !result.bodies.contains(where: { $0.kind == kind }) else { return }
        result.bodies.append(TNEF.Body(kind: kind, bytes: bytes, charset: charset))
    }

    private mutating func takeFile(_ properties: MAPIProperties, _ bytes: Bytes) {
        if properties.isBroken { note(.badProperties) }
        let long = string(properties, MAPIProperty.longName, bytes)
        let short = string(properties, MAPIProperty.shortName, bytes)
        let display = string(properties, MAPIProperty.displayName, bytes)
        let transport = string(properties, MAPIProperty.transportName, bytes)
        let type = string(properties, MAPIProperty.mediaType, bytes)
        let contentID = string(properties, MAPIProperty.contentID, bytes)
        let content = properties.values[MAPIProperty.attachedContent]
        edit {
            $0.longName = long ?? $0.longName
            $0.shortName = short ?? $0.shortName
            $0.displayName = display ?? $0.displayName
            $0.transportName = transport ?? $0.transportName
            $0.type = type ?? $0.type
            $0.contentID = contentID ?? $0.contentID
            guard let content else { return }
            if $0.content == nil { $0.content = content.range }
            guard content.type == MAPIProperty.objectType, content.range.count >= 16 else { return }
            // The first 16 bytes say what kind of object it is. They stay with an OLE object, as other readers give it.
            let rest = content.range.lowerBound + 16..<content.range.upperBound
            if TNEF.isSigned(bytes[part: rest]) { $0.message = rest }
        }
    }

    // MARK: Files

    private mutating func endFile(_ bytes: Bytes, depth: Int) {
        guard let open = file else { return }
        file = nil
        guard result.files.count < limits.parts else { return note(.tooMany) }
        let range = open.message ?? open.content ?? 0..<0
        let names = [open.longName, open.title, open.shortName, open.displayName, open.transportName]
        let name = names.lazy.compactMap { $0 }.map(fileName).first { !$0.isEmpty } ?? "Untitled Attachment"
        let isMessage = open.message != nil
        let type = isMessage ? "application/ms-tnef" : TNEFAssembler.declaredType(open.type) ?? mediaType(ofFile: name)
        let contentID = open.contentID.map { $0.filter { $0 != "<" && $0 != ">" } }
        result.files.append(
            TNEF.File(name: name, type: type, contentID: contentID, range: range, isMessage: isMessage, depth: depth))
        guard isMessage else { return }
        guard depth + 1 < min(TNEFAssembler.mostNested, limits.depth) else { return note(.tooDeep) }
        let outer = charset
        read(bytes, in: range, depth: depth + 1)
        charset = outer
    }

    private static func declaredType(_ declared: String?) -> String? {
        let type = (declared ?? "").lowercased().trimmingSpaces()
        return type.split(separator: "/").count == 2 ? type : nil
    }

    // MARK: Texts

    private func string(_ properties: MAPIProperties, _ id: UInt16, _ bytes: Bytes) -> String? {
        guard let value = properties.values[id] else { return nil }
        if value.type == MAPIProperty.wideStringType {
            let text = decoded(withoutEnd(bytes[part: value.range], isWide: true), as: "utf-16le").string
            return text.isEmpty ? nil : text
        }
        return string(bytes[part: value.range])
    }

    private func string(_ bytes: Bytes) -> String? {
        let text = decoded(withoutEnd(bytes), as: charset).string
        return text.isEmpty ? nil : text
    }

    /// Without the zeros that end a string.
    private func withoutEnd(_ bytes: Bytes, isWide: Bool = false) -> Bytes {
        let unit = isWide ? 2 : 1
        var end = bytes.count - bytes.count % unit
        while end >= unit, bytes[end - 1] == 0, bytes[end - unit] == 0 { end -= unit }
        return bytes[part: 0..<end]
    }

    /// The name of a Windows code page.
    private static func charset(_ page: UInt32) -> String? {
        switch page {
        case 0: nil
        case 65001: "utf-8"
        case 1200: "utf-16le"
        case 20127: "us-ascii"
        case 28591...28605: "iso-8859-\(page - 28590)"
        case 932: "shift_jis"
        case 936: "gbk"
        case 949: "euc-kr"
        case 950: "big5"
        case 1250...1258: "windows-\(page)"
        case 20866: "koi8-r"
        case 50220...50222: "iso-2022-jp"
        default: "cp\(page)"
        }
    }
}
