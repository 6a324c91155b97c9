// SPDX-License-Identifier: Apache-2.0

/// What becomes of the body bytes that are being read.
struct Leaf {
    enum Purpose {
        /// Behind the last boundary: nobody looks at it.
        case discard
        /// An attachment: only its decoded size is wanted.
        case count
        case text
        /// An encoded message inside, parsed as it is decoded.
        case message
    }

    let purpose: Purpose
    let encoding: TransferEncoding
    /// Where the body begins.
    let start: Int
    private(set) var decodedCount = 0
    private(set) var text: [UInt8] = []
    private(set) var isTruncated = false
    private(set) var isMalformed = false
    /// The line end that belongs to a boundary line, if one follows.
    private(set) var heldCount = 0
    private var held: (UInt8, UInt8) = (0, 0)
    private var room: Int
    private var decoder: PartDecoder
    /// In place of the decoder where only the size is wanted.
    private var counter: Base64Counter?
    private var scratch: [UInt8] = []
    /// None or one.
    private var inner: [MessageParser] = []

    init(
        _ purpose: Purpose, encoding: TransferEncoding = .identity, start: Int, room: Int = 0,
        innerLimits: Limits? = nil
    ) {
        self.purpose = purpose
        self.encoding = encoding
        self.start = start
        self.room = room
        decoder = PartDecoder(encoding)
        counter = purpose == .count && encoding == .base64 ? Base64Counter() : nil
        if let innerLimits { inner = [MessageParser(limits: innerLimits)] }
    }

    /// Takes whole lines; the last line end is held back.
    mutating func take(_ bytes: Bytes) {
        guard !bytes.isEmpty else { return }
        releaseHeld()
        var end = bytes.count
        if bytes[end - 1] == 10 {
            end -= 1
            if end > 0, bytes[end - 1] == 13 { end -= 1 }
        } else if bytes[end - 1] == 13 {
            end -= 1
        }
        heldCount = bytes.count - end
        held = (heldCount > 0 ? bytes[end] : 0, heldCount > 1 ? bytes[end + 1] : 0)
        decode(bytes[part: 0..<end])
    }

    /// At the end of the input the held line end is content.
    mutating func releaseHeld() {
        guard heldCount > 0 else { return }
        let count = heldCount
        heldCount = 0
        withUnsafeBytes(of: held) { raw in
            raw.withMemoryRebound(to: UInt8.self) { decode($0[part: 0..<count]) }
        }
    }

    /// Gives the decoded bytes of a text away.
    mutating func takeText() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &text)
        return taken
    }

    /// Ends the body; gives the message inside of an encoded one.
    mutating func finish() -> Message? {
        scratch.removeAll(keepingCapacity: true)
        if counter != nil {
            isMalformed = counter?.finish() == false
            decodedCount = counter?.count ?? 0
            return nil
        }
        guard encoding != .identity else { return nil }
        decoder.finish(into: &scratch)
        isMalformed = decoder.isMalformed
        let rest = scratch
        rest.withUnsafeBufferPointer { keep($0) }
        guard !inner.isEmpty else { return nil }
        return inner[0].finish()
    }

    private mutating func decode(_ bytes: Bytes) {
        if counter != nil {
            counter?.take(bytes)
        } else if purpose == .text, !isTruncated {
            let before = text.count
            decoder.decode(bytes, into: &text)
            decodedCount += text.count - before
            truncate()
        } else if encoding == .identity || purpose == .discard {
            decodedCount += bytes.count
        } else {
            scratch.removeAll(keepingCapacity: true)
            decoder.decode(bytes, into: &scratch)
            decodedCount += scratch.count
            if !inner.isEmpty { inner[0].consume(scratch) }
        }
    }

    private mutating func keep(_ bytes: Bytes) {
        decodedCount += bytes.count
        if purpose == .text, !isTruncated {
            text.append(contentsOf: bytes)
            truncate()
        }
        if !inner.isEmpty { inner[0].consume(bytes) }
    }

    private mutating func truncate() {
        guard text.count > room else { return }
        isTruncated = true
        text.removeLast(text.count - room)
    }
}
