// SPDX-License-Identifier: Apache-2.0

/// The elements and attributes that we know, and what each is for.
enum HTMLNames {
    /// How an element behaves in the tree.
    enum Role {
        /// Stands on lines of its own.
        case block
        /// A block that the next one of its kind closes; it cannot nest by itself.
        case item
        /// Stands in a line.
        case inline
        /// An inline that the HTML standard opens again after a block has closed it.
        case style
        /// Has no inside.
        case void

        var nests: Bool { self != .item && self != .void }
    }

    static let roles: [String: Role] = {
        var roles: [String: Role] = [:]
        let names: [(Role, String)] = [
            (.block, "address article aside blockquote center dir div dl fieldset figcaption figure footer form"),
            (.block, "h1 h2 h3 h4 h5 h6 header listing main menu nav ol pre section summary details table ul xmp"),
            (.block, "textarea hgroup"),
            (.item, "p li dt dd tr td th tbody thead tfoot caption"),
            (.inline, "abbr acronym bdi bdo cite del dfn ins kbd mark q samp span sub sup time var label"),
            (.style, "a b big code em font i s small strike strong tt u"),
            (.void, "br hr img wbr"),
        ]
        for (role, list) in names {
            for name in list.split(separator: " ") { roles[String(name)] = role }
        }
        return roles
    }()

    /// What an element is written as for the parser, when that is not its own name.
    static let canonical = [
        "dir": "ul", "menu": "ul", "listing": "pre", "xmp": "pre", "form": "div", "fieldset": "div", "textarea": "div",
        "label": "span", "acronym": "abbr", "hgroup": "div",
    ]

    /// Attributes that reading, trimming or showing needs.
    static let attributes: Set<String> = [
        "href", "src", "alt", "title", "id", "class", "style", "type", "cite", "color", "bgcolor", "align", "valign",
        "width", "height", "wrap", "colspan", "rowspan", "start", "dir", "lang", "border", "face", "size", "hidden",
        "name",
    ]

    /// Elements that can run, load or trick; named when they are left out.
    static let dangerous: Set<String> = [
        "script", "style", "iframe", "frame", "frameset", "object", "embed", "applet", "base", "meta", "link", "svg",
        "math", "form", "input", "button", "select", "textarea", "template", "noscript", "noembed", "noframes", "video",
        "audio", "source", "track", "canvas", "portal", "marquee", "dialog", "isindex", "keygen", "plaintext", "xml",
        "param", "layer", "bgsound", "image",
    ]

    static let dangerousAttributes: Set<String> = [
        "srcdoc", "srcset", "formaction", "action", "background", "poster", "ping", "data", "dynsrc", "lowsrc",
        "xlink:href", "codebase", "classid", "archive", "manifest", "http-equiv", "usemap", "longdesc", "autofocus",
    ]
}
