// SPDX-License-Identifier: Apache-2.0

/// The address when its scheme cannot run anything, nil otherwise; without the bytes that browsers skip.
///
/// Browsers drop tabs, line feeds and leading controls before they look at the scheme (`java\nscript:`), so that they are
/// dropped here first. An address without a scheme is relative and means nothing in a mail: nil. Spaces inside stay as the
/// sender wrote them; see ``linkTarget(_:)``.
func safeAddress(_ address: some StringProtocol) -> String? {
    var scalars = String.UnicodeScalarView()
    for scalar in address.unicodeScalars where scalar.value >= 0x20 && scalar.value != 0x7F { scalars.append(scalar) }
    let cleaned = String(String(scalars).trimmed)
    guard cleaned.utf8.count <= 8_192, let colon = cleaned.firstIndex(of: ":") else { return nil }
    let scheme = cleaned[..<colon].lowercased()
    let rest = cleaned[cleaned.index(after: colon)...]
    switch scheme {
    case "http", "https", "ftp": return rest.hasPrefix("//") && rest.count > 2 ? cleaned : nil
    case "mailto", "tel": return rest.isEmpty ? nil : cleaned
    default: return nil
    }
}

/// A safe address as it may stand in a document: spaces encoded, as a browser would do.
func linkTarget(_ address: String) -> String? {
    safeAddress(address).map { $0.utf8.contains(0x20) ? $0.replacing(" ", with: "%20") : $0 }
}
