// SPDX-License-Identifier: Apache-2.0

// Templates: the texts of notifications, filled with what happened.
//
// The language is Mustache: `{{name}}`, `{{#section}}...{{/section}}`, `{{^inverted}}...{{/inverted}}`, `{{! note}}`,
// and `{{uppercased(name)}}`-like transforms. An admin writes templates; letters and issues bring the values.
//
//     let template = try Template(parsing: "<p>{{author}} wrote:</p>{{body}}", as: .html)
//     let page = try template.render(["author": "Ada & Co", "body": .html("<p>Hello</p>")])
//
// The pages of our own programs are filled by the same rules: `PageTemplates`.
//
// Invariants: in an HTML template every text is escaped, also in `{{{name}}}` and `{{&name}}`; only a value that says
// `.html` goes in as it is. A template cannot take in another template, call code, or change its own delimiters. The
// size of the template, the depth of its sections and the size of what it gives are bounded.
//
// Never: read a file, look anything up, or show a type of the Mustache library to a caller.
