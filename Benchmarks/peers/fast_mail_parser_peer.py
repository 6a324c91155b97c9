# SPDX-License-Identifier: Apache-2.0
"""Reads a pack of letters with fast-mail-parser, and prints the line that ../Sources/mime/Mime.swift prints.

It gives a message inside as one file, and counts text in code points.
"""

import json
import sys
import time

import fast_mail_parser

from pack import letters


def main():
    pack = list(letters(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        text = files = addresses = dates = headers = 0
        began = time.process_time()
        for letter in pack:
            mail = fast_mail_parser.parse_email(letter)
            text += sum(map(len, mail.text_plain)) + sum(map(len, mail.text_html))
            files += sum(len(attachment.content) for attachment in mail.attachments)
            headers += len(mail.headers)
            addresses += (mail.from_ is not None) + len(mail.to) + len(mail.cc) + (mail.reply_to is not None)
            dates += mail.date_parsed is not None
        seconds = time.process_time() - began
        print(json.dumps({
            "seconds": seconds, "messages": len(pack), "bytes": sum(map(len, pack)), "text": text, "files": files,
            "addresses": addresses, "dates": dates, "headers": headers}), flush=True)


if __name__ == "__main__":
    main()
