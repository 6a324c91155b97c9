// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME
import MailTransport
import NIOCore

/// Takes every mail for everybody, keeps the newest in memory, and sends nothing on.
actor MailCatcher: MailReception {
    private(set) var mails: [CaughtMail] = []
    private var last = 0
    private var size = 0
    private let countLimit = 5_000
    private let sizeLimit: Int
    private let now: @Sendable () -> Date

    init(sizeLimit: Int, now: @escaping @Sendable () -> Date) {
        self.sizeLimit = sizeLimit
        self.now = now
    }

    func accepts(_ recipient: SMTPAddress, in session: SMTPSession) async -> RecipientVerdict { .accepted }

    func begin(_ envelope: Envelope, in session: SMTPSession) async throws -> any LetterSink {
        CaughtLetter(envelope: envelope, catcher: self)
    }

    /// Keeps a mail, and forgets the oldest ones where there are too many.
    func keep(_ bytes: [UInt8], _ envelope: Envelope) -> Int {
        last += 1
        mails.append(CaughtMail(id: last, received: now(), envelope: envelope, bytes: bytes))
        size += bytes.count
        while mails.count > countLimit || (size > sizeLimit && mails.count > 1) {
            size -= mails.removeFirst().bytes.count
        }
        return last
    }

    func mail(_ id: Int) -> CaughtMail? {
        mails.first { $0.id == id }
    }

    func clear() {
        mails = []
        size = 0
    }
}

/// The bytes of one mail until it is whole.
private actor CaughtLetter: LetterSink {
    private let envelope: Envelope
    private let catcher: MailCatcher
    private var bytes: [UInt8] = []

    init(envelope: Envelope, catcher: MailCatcher) {
        self.envelope = envelope
        self.catcher = catcher
    }

    func write(_ buffer: ByteBuffer) async throws {
        bytes.append(contentsOf: buffer.readableBytesView)
    }

    func finish() async throws -> ReceptionVerdict {
        .accepted(id: String(await catcher.keep(bytes, envelope)))
    }

    func abandon() async {
        bytes = []
    }
}
