// SPDX-License-Identifier: Apache-2.0

import Glibc
import Kit

/// Words of a language, and the charset in which its mail is written.
struct Language {
    let charset: String
    /// As iconv calls it.
    let iconv: String
    let words: [String]
    let separator: String

    init(_ charset: String, iconv: String? = nil, separator: String = " ", _ text: String) {
        self.charset = charset
        self.iconv = iconv ?? charset
        self.separator = separator
        words = text.split(separator: " ").map(String.init)
    }

    func sentence(_ chance: inout Chance) -> String {
        (0..<chance.number(5...14)).map { _ in chance.one(of: words) }.joined(separator: separator) + "."
    }

    /// Lines of about 72 letters, ended by CRLF.
    func paragraphs(_ chance: inout Chance, letters: Int) -> String {
        var out = ""
        var line = 0
        var count = 0
        while count < letters {
            let words = sentence(&chance)
            out += words + " "
            count += words.utf8.count + 1
            line += words.count + 1
            if line > 66 {
                out += chance.happens(in: 15) ? "\r\n\r\n" : "\r\n"
                line = 0
            }
        }
        return out + "\r\n"
    }

    func encoded(_ text: String) -> [UInt8] {
        guard iconv != "utf-8", let converter = iconv_open(iconv, "utf-8"), converter != iconv_t(bitPattern: -1) else {
            return Array(text.utf8)
        }
        defer { iconv_close(converter) }
        var input = text.utf8.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: input.count * 4 + 64)
        let room = output.count
        let left = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                var (from, fromLeft) = (source.baseAddress, source.count)
                var (to, toLeft) = (target.baseAddress, room)
                precondition(Glibc.iconv(converter, &from, &fromLeft, &to, &toLeft) != -1, "\(charset): not writable")
                _ = Glibc.iconv(converter, nil, nil, &to, &toLeft)
                return toLeft
            }
        }
        return output[..<(room - left)].map { UInt8(bitPattern: $0) }
    }

    static let english = Language(
        "us-ascii", iconv: "utf-8",
        """
        the printer on floor three is out of paper again and nobody here knows why it happens every Monday morning \
        please have a look at this when you find the time we would like to order ten new licenses for our team before \
        the end of the month invoice number attached thanks regards report customer server error update release window
        """)
    static let german = Language(
        "utf-8",
        """
        der Drucker im dritten Stock hat wieder kein Papier und niemand weiß warum das jeden Montag geschieht bitte prüfen \
        Sie dies sobald Sie Zeit haben wir möchten zehn neue Lizenzen für unser Team bestellen über größere Änderungen müssen
        """)
    static let all = [
        Language("iso-8859-1", german.words.joined(separator: " ")),
        Language("windows-1252", "„Angebot“ für Müller – 20 € Rabatt… größer schöner “smart” ‘quotes’ naïve café"),
        Language(
            "iso-8859-2", "żółw łódź ćma źrebię ąkać proszę sprawdzić zamówienie dzień dobry příliš žluťoučký kůň"),
        Language(
            "windows-1251", "Здравствуйте принтер на третьем этаже снова без бумаги пожалуйста проверьте заказ счёт"),
        Language("koi8-r", "Здравствуйте принтер на третьем этаже снова без бумаги пожалуйста проверьте заказ счёт"),
        Language("iso-2022-jp", separator: "", "お世話になります 印刷機 用紙 確認 してください 三階 テスト 注文 ありがとうございます 報告書"),
        Language("shift_jis", separator: "", "お世話になります 印刷機 用紙 確認 してください 三階 テスト 注文 ありがとうございます 報告書"),
        Language("gb18030", separator: "", "打印机 没有 纸 请 检查 三楼 谢谢 订单 报告 附件 您好 我们 需要 新的 许可证 十个"),
        Language("gb2312", separator: "", "打印机 没有 纸 请 检查 三楼 谢谢 订单 报告 附件 您好 我们 需要 新的 许可证 十个"),
        Language("big5", separator: "", "印表機 沒有 紙 請 檢查 三樓 謝謝 訂單 報告 附件 您好 我們 需要 新的 許可證 十個"),
        Language("euc-kr", "안녕하세요 프린터 용지 없습니다 확인 부탁드립니다 감사합니다 주문 보고서 첨부 새로운 라이선스"),
    ]
}
