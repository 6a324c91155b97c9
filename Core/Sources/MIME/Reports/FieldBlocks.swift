// SPDX-License-Identifier: Apache-2.0

/// The fields in the text of a report, a block of them between two empty lines.
func fieldBlocks(of text: String) -> [Fields] {
    withBytes(text) { bytes in
        var blocks: [Fields] = []
        var block = HeaderBlock(limit: bytes.count)
        var index = 0
        func end() {
            let fields = block.finish()
            if !fields.isEmpty { blocks.append(fields) }
            block = HeaderBlock(limit: bytes.count)
        }
        while index < bytes.count {
            let lineEnd = bytes.index(of: 10, from: index) ?? bytes.count
            let line = bytes[part: index..<lineEnd]
            if line.allSatisfy(isSpace) {
                end()
            } else {
                _ = block.take(line, content: line, at: index, isContinued: false, mayBeginWithStrays: true)
            }
            index = lineEnd + 1
        }
        end()
        return blocks
    }
}
