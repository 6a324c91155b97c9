// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// The client's side of an IMAP connection, without the connection: bytes in, steps out. One command at a time.
struct IMAPMachine {
    /// What the driver has to do, or is told.
    enum Step: Equatable {
        /// The server's first words.
        case greeted(IMAPStatus)
        case send(IMAPCommand.Chunk)
        case told(IMAPResponse)
        case bodyBegins(IMAPBody)
        case body(ByteBuffer)
        case bodyEnds
        /// The server asks for more than the command holds: an IDLE has begun, or there is a challenge.
        case asked(String)
        case finished(IMAPStatus)
    }

    private enum State: Equatable {
        /// → ready, closed
        case greeting
        /// → running
        case ready
        /// The chunks still wait to be asked for. → running, ready
        case running(tag: String, left: [IMAPCommand.Chunk])
    }

    private var state = State.greeting
    private var reader: IMAPReader
    private var commands = 0

    /// What the server can do, in upper case; nil until it has said so, and again after STARTTLS and sign-in.
    private(set) var capabilities: Set<String>?
    /// How many messages the open mailbox holds, as last told.
    private(set) var messages: UInt32 = 0
    /// Whether messages have arrived since `forgetNews`.
    private(set) var hasNews = false
    /// The words with which the server took its leave.
    private(set) var farewell: String?

    init(limits: IMAPReader.Limits = IMAPReader.Limits()) {
        reader = IMAPReader(limits: limits)
    }

    /// Whether everything that came in was taken; must be so before encryption begins.
    var isDrained: Bool { reader.isEmpty }

    mutating func forgetCapabilities() {
        capabilities = nil
    }

    mutating func forgetNews() {
        hasNews = false
    }

    /// Begins a command; what it gives is to be sent.
    mutating func start(_ command: IMAPCommand) -> IMAPCommand.Chunk {
        precondition(state == .ready, "one command at a time, after the greeting")
        commands += 1
        let tag = "m\(commands)"
        state = .running(tag: tag, left: Array(command.chunks.dropFirst()))
        var chunk = IMAPCommand.Chunk("\(tag) ")
        chunk.bytes += command.chunks[0].bytes
        chunk.shown += command.chunks[0].shown
        return ended(chunk)
    }

    /// A line within the running command: the end of an IDLE, the answer to a challenge.
    func answer(_ line: String, shown: String? = nil) -> IMAPCommand.Chunk {
        var chunk = IMAPCommand.Chunk()
        chunk.append(line, shown: shown)
        return ended(chunk)
    }

    mutating func receive(_ bytes: ByteBuffer) {
        reader.append(bytes)
    }

    /// The next step; nil when more bytes are needed.
    mutating func next() throws(IMAPViolation) -> Step? {
        switch try reader.next() {
        case nil: return nil
        case .bodyBegins(let body): return .bodyBegins(body)
        case .body(let bytes): return .body(bytes)
        case .bodyEnds: return .bodyEnds
        case .response(let response): return try step(for: response)
        }
    }

    private mutating func step(for response: IMAPResponse) throws(IMAPViolation) -> Step {
        note(response)
        switch (state, response) {
        case (.greeting, .status(let status)):
            state = .ready
            return .greeted(status)
        case (.greeting, _): throw IMAPViolation(words: "no IMAP greeting")
        case (.running(let tag, let left), .continuation(let words)):
            guard let chunk = left.first else { return .asked(words) }
            state = .running(tag: tag, left: Array(left.dropFirst()))
            return .send(ended(chunk))
        case (.running(let tag, _), .tagged(let answered, let status)) where answered == tag:
            state = .ready
            return .finished(status)
        case (_, .tagged): throw IMAPViolation(words: "an answer to something that was not asked")
        default: return .told(response)
        }
    }

    /// Keeps what holds beyond the command at hand.
    private mutating func note(_ response: IMAPResponse) {
        switch response {
        case .capability(let names): capabilities = names
        case .exists(let count):
            if count > messages { hasNews = true }
            messages = count
        case .expunge: messages = messages > 0 ? messages - 1 : 0
        case .status(let status), .tagged(_, let status):
            if status.code == "CAPABILITY" {
                capabilities = Set(status.argument.uppercased().split(separator: " ").map(String.init))
            }
            if status.kind == .bye { farewell = status.text }
        default: break
        }
    }

    private func ended(_ chunk: IMAPCommand.Chunk) -> IMAPCommand.Chunk {
        var chunk = chunk
        chunk.bytes += [0x0d, 0x0a]
        return chunk
    }
}
