// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLSyntax

/// C706's ways to say how large an array is and what of it travels (4.2.17): max_is and last_is name the last element
/// where size_is and length_is count, first_is names the first.
extension Resolver {
    func bounds(_ element: ElementSyntax) -> (sizes: [[Token]], lengths: [[Token]], firsts: [[Token]]) {
        let attributes = element.attributes
        var sizes = attributes.named("size_is")?.arguments ?? []
        var lengths = attributes.named("length_is")?.arguments ?? []
        let firsts = attributes.named("first_is")?.arguments ?? []
        for (name, other) in [("size_is", "max_is"), ("length_is", "last_is")]
        where attributes.contains(name) && attributes.contains(other) {
            diagnostics.error(
                element.position, "[\(name)] and [\(other)] on '\(element.name)' say the same twice",
                hint: "remove one of them")
        }
        if let last = attributes.named("max_is") { sizes = (last.arguments ?? []).map { Self.behind($0, []) } }
        if let last = attributes.named("last_is") {
            lengths = (last.arguments ?? []).enumerated().map { index, tokens in
                Self.behind(tokens, index < firsts.count ? firsts[index] : [])
            }
        }
        if let lowest = attributes.named("min_is"),
            lowest.arguments?.contains(where: { $0.map(\.text) != ["0"] }) ?? true
        {
            diagnostics.error(
                lowest.position, "min_is of '\(element.name)' is not 0",
                hint: "arrays start at 0 in C; first_is says where the part on the wire starts")
        }
        return (sizes, lengths, firsts)
    }

    /// `(last) + 1 - (first)`
    private static func behind(_ last: [Token], _ first: [Token]) -> [Token] {
        guard let position = last.first?.position else { return [] }
        func word(_ text: String, _ kind: Token.Kind = .punctuation) -> Token {
            Token(kind: kind, text: text, position: position)
        }
        let count = [word("(")] + last + [word(")"), word("+"), word("1", .number)]
        return first.isEmpty ? count : count + [word("-"), word("(")] + first + [word(")")]
    }
}
