# SPDX-License-Identifier: Apache-2.0
"""Takes a pack of HTML bodies to the text of each answer by selectolax and mail-parser-reply, and prints the line that
../Sources/markup/MarkupBench.swift prints. It writes no ADF: that is what these two give.
"""

import json
import sys
import time

from mailparser_reply import EmailReplyParser
from selectolax.lexbor import LexborHTMLParser

from pack import letters


def main():
    bodies = [body.decode() for body in letters(sys.argv[1])]
    parser = EmailReplyParser(languages=["en"])
    for _ in range(int(sys.argv[2])):
        replies = 0
        began = time.process_time()
        for body in bodies:
            tree = LexborHTMLParser(body)
            for node in tree.css("style, script, head"):
                node.decompose()
            # Its text knows no lines: without these the reply could not be told from the quote.
            for node in tree.css("br, div, p, blockquote, tr, li"):
                node.insert_before("\n")
            text = tree.body.text(separator="")
            replies += len(parser.parse_reply(text=text) or "")
        seconds = time.process_time() - began
        print(json.dumps({
            "seconds": seconds, "messages": len(bodies), "bytes": sum(map(len, bodies)), "reply": replies}), flush=True)


if __name__ == "__main__":
    main()
