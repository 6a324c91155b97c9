# SPDX-License-Identifier: Apache-2.0
"""Reads what ../Sources/Kit/Pack.swift writes."""


def letters(path):
    with open(path, "rb") as file:
        data = file.read()
    index = 0
    while index + 4 <= len(data):
        length = int.from_bytes(data[index:index + 4], "little")
        yield data[index + 4:index + 4 + length]
        index += 4 + length
