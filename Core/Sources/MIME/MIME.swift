// SPDX-License-Identifier: Apache-2.0

// MIME: bytes to messages and back.
//
// Verbs: `parse` and the push parser `MessageParser` make a `Message` of bytes; `PartDecoder` undoes the transfer
// encoding of one part while it
// streams by; `compose` makes bytes of a `Draft`.
//
// Invariants
// - Reading never fails and never traps. What is wrong with a message is a `Defect`; the rest is read as it was meant.
// - A message may be cut anywhere: the pieces give the value that the whole gives. LF and CRLF twins differ in offsets
// and sizes only.
// - Time is linear in the size of the message, and what is held is bounded by `Limits`. Attachments are ranges of the
// raw bytes.
// - No body is empty because of a charset: what cannot be read becomes U+FFFD, and a defect says so.
// - What is written can be read again with the same value, and no input can add a header field to it.
//
// It must never turn HTML into text (that is Markup's), decide what a letter means (Planning's), or touch a file, a
// clock or the network.
