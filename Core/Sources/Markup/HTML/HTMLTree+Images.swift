// SPDX-License-Identifier: Apache-2.0

extension HTMLTree {
    /// The picture that an `img` shows; nil for one that is there to be loaded and not to be seen, or cannot be had.
    func image(_ index: Int, _ style: HTMLStyle?) -> Image? {
        let node = nodes[index]
        guard let source = node["src"]?.trimmed else { return nil }
        var image = Image(.contentID(""), alternative: alternative(of: node))
        image.width = pixels(node["width"] ?? style?["width"])
        image.height = pixels(node["height"] ?? style?["height"])
        if source.lowercased().hasPrefix("cid:") {
            image.source = .contentID(String(source.dropFirst(4)).removingPercentEncoding)
            return image
        }
        guard min(image.width ?? 4, image.height ?? 4) > 3, let address = safeAddress(String(source)),
            address.lowercased().hasPrefix("http")
        else {
            return nil
        }
        image.source = .url(address)
        return image
    }

    /// The words of a picture whose address means nothing in a mail, or that is written into the HTML; nil when it has none.
    func wordsOfLostImage(_ index: Int) -> String? {
        let node = nodes[index]
        let words = alternative(of: node)
        if isWrittenPicture(index) { return words.isEmpty ? " [image] " : " [image: \(words)] " }
        guard let source = node["src"]?.trimmed, !source.contains(":") else { return nil }
        return words.isEmpty ? nil : words
    }

    /// A picture whose bytes stand in the HTML itself; shorter ones are spacers.
    func isWrittenPicture(_ index: Int) -> Bool {
        let node = nodes[index]
        guard node.name == "img", let source = node["src"]?.trimmed else { return false }
        return source.utf8.count > 400 && source.prefix(11).lowercased() == "data:image/"
    }

    private func alternative(of node: Node) -> String {
        String((node["alt"] ?? "").replacing("\n", with: " ").trimmed)
    }

    /// A length without a unit or in pixels.
    private func pixels(_ length: String?) -> Int? {
        guard let length = length?.trimmed else { return nil }
        let number = length.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard ["", "px"].contains(length.dropFirst(number.count).lowercased()) else { return nil }
        return Int(number.prefix { $0 != "." }.prefix(6))
    }
}

extension String {
    /// With `%20` and its like decoded, when that gives text.
    fileprivate var removingPercentEncoding: String {
        guard utf8.contains(UInt8(ascii: "%")) else { return self }
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self) ?? self
    }
}
