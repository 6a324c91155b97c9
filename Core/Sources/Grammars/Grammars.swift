// SPDX-License-Identifier: Apache-2.0

// Grammars: everything of MIME that reads what strangers wrote, each as a function from any bytes.
//
// Verb: `read`. It ends well whatever the bytes are; a promise that does not hold ends the program, so that a fuzzer
// finds it. Only `Fuzz` and tests may import it.

/// One grammar of mail.
public enum Grammar: String, CaseIterable, Sendable {
    /// Header fields, folded and broken, and all that is read of them.
    case fields
    case addresses
    case dates
    case encodedWords = "encoded-words"
    /// Parameters of `Content-Type` and `Content-Disposition`, with those of RFC 2231.
    case parameters
    /// Parts in parts, by the push parser; the names of attachments.
    case multipart
    /// Letters one behind another in one file.
    case mbox
    /// Base64, quoted-printable and uuencode, piece by piece.
    case transferEncodings = "transfer-encodings"
    /// Texts under any label.
    case charsets
    case tnef
    /// Uuencode and yEnc in texts.
    case textFiles = "text-files"
    case flowedText = "flowed-text"
    case calendar
    /// Delivery reports by their form and by their words, complaints, notices that a mail was read.
    case reports
    /// Authentication-Results and ARC.
    case authentication
    /// A message composed of any words reads back with its own fields and no others.
    case composing
}
