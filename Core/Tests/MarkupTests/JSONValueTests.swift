// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import Testing

@Suite("A JSON value")
struct JSONValueTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    @Test(
        "is read and written again in its one form",
        arguments: [
            (" null ", "null"), ("true", "true"), ("[ 1, -2 ,3.5]", "[1,-2,3.5]"), ("1.0", "1"), ("1e3", "1000"),
            ("-0", "0"), ("{\"b\":1,\"a\":{\"d\":[],\"c\":{}}}", "{\"a\":{\"c\":{},\"d\":[]},\"b\":1}"),
            ("\"\\u00e4\\n\\t\\\"\\\\\\/\\b\\f\\r\"", "\"ä\\n\\t\\\"\\\\/\\b\\f\\r\""),
            ("\"\\ud83d\\ude00 \\ud83d x \\ude00\"", "\"😀 \u{FFFD} x \u{FFFD}\""), ("\"\\u0001\"", "\"\\u0001\""),
            ("{\"a\":1,\"a\":2}", "{\"a\":2}"), ("\u{FEFF}[]", "[]"), ("9223372036854775807", "9223372036854775807"),
            ("1e400x", ""), ("123456789012345678901234567890", "1.2345678901234568e+29"),
        ])
    func roundTrip(source: String, expected: String) throws {
        guard !expected.isEmpty else {
            #expect(throws: JSONError.self) { try parse(source) }
            return
        }
        let value = try parse(source)
        #expect(String(decoding: value.serialized, as: UTF8.self) == expected)
        #expect(try JSONValue(parsing: value.serialized) == value)
    }

    @Test(
        "is refused with the place and without its content",
        arguments: [
            ("", JSONError.Code.unexpectedEnd, 0), ("[1,", .unexpectedEnd, 3), ("[1 2]", .unexpectedByte, 3),
            ("{\"a\" 1}", .unexpectedByte, 5), ("01", .invalidNumber, 2), ("-", .invalidNumber, 1),
            ("1.", .invalidNumber, 2),
            ("\"a\nb\"", .invalidString, 2), ("\"\\x\"", .invalidString, 3), ("\"\\u12zz\"", .invalidString, 3),
            ("[] []", .trailingBytes, 3), ("nul", .unexpectedEnd, 0), ("nulx", .unexpectedByte, 0),
            ("'a'", .unexpectedByte, 0),
            ("[1,]", .unexpectedByte, 3),
        ])
    func refusal(source: String, code: JSONError.Code, offset: Int) {
        let error = #expect(throws: JSONError.self) { try parse(source) }
        #expect(error?.code == code)
        #expect(error?.offset == offset)
    }

    @Test("says where it went wrong, in words")
    func description() {
        let error = #expect(throws: JSONError.self) { try parse("[secret") }
        #expect(error?.description == "not JSON at byte 1: unexpected-byte")
    }

    @Test("is bounded in depth and size")
    func limits() throws {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        let tooDeep = #expect(throws: JSONError.self) { try parse(deep) }
        #expect(tooDeep?.code == .tooDeep)
        #expect(tooDeep?.offset == 128)
        let limits = JSONLimits(bytes: 4, depth: 2)
        #expect(try JSONValue(parsing: Array("[[]]".utf8), limits: limits) == [[]])
        let tooLarge = #expect(throws: JSONError.self) {
            try JSONValue(parsing: Array("[ [] ]".utf8), limits: limits)
        }
        #expect(tooLarge?.code == .tooLarge)
    }

    @Test("gives its members by name and its elements by place")
    func access() throws {
        var value = try parse("{\"a\":[{\"b\":\"c\"},7,1.5,true,null]}")
        #expect(value["a"]?[0]?["b"]?.stringValue == "c")
        #expect(value["a"]?[1]?.integerValue == 7)
        #expect(value["a"]?[1]?.doubleValue == 7)
        #expect(value["a"]?[2]?.doubleValue == 1.5)
        #expect(value["a"]?[3]?.boolValue == true)
        #expect(value["a"]?[4]?.isNull == true)
        #expect(value["a"]?[5] == nil)
        #expect(value["x"] == nil)
        value["x"] = "y"
        #expect(value["x"] == "y")
        value["x"] = nil
        #expect(value["x"] == nil)
    }

    @Test("passes through Codable unchanged")
    func codable() throws {
        let value: JSONValue = ["a": [1, 2.5, "x", true, .null], "b": ["c": [:]]]
        let encoded = try JSONEncoder().encode(value)
        #expect(try JSONDecoder().decode(JSONValue.self, from: encoded) == value)
    }

    @Test("is never a number that JSON does not know")
    func numbers() {
        #expect(JSONValue.number(.nan) == .null)
        #expect(JSONValue.number(2) == .integer(2))
        #expect(JSONValue.double(.infinity).description == "null")
    }
}
