// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLSyntax

/// C706's other ways to say how large an array is (4.2.17): max_is and last_is name the last element where size_is and
/// length_is count.
extension Resolver {
    func bounds(_ element: ElementSyntax) -> (sizes: [[Token]], lengths: [[Token]]) {
        let attributes = element.attributes
        var sizes = attributes.named("size_is")?.arguments ?? []
        var lengths = attributes.named("length_is")?.arguments ?? []
        for (name, other) in [("size_is", "max_is"), ("length_is", "last_is")]
        where attributes.contains(name) && attributes.contains(other) {
            diagnostics.error(element.position, "[\(name)] and [\(other)] on '\(element.name)' say the same twice")
        }
        if let last = attributes.named("max_is") { sizes = (last.arguments ?? []).map(Self.behind) }
        if let last = attributes.named("last_is") { lengths = (last.arguments ?? []).map(Self.behind) }
        for name in ["first_is", "min_is"] {
            guard let attribute = attributes.named(name) else { continue }
            for argument in attribute.arguments ?? [] where !argument.isEmpty && argument.map(\.text) != ["0"] {
                unsupported(attribute.position, "\(name) other than 0")
            }
        }
        return (sizes, lengths)
    }

    /// `(last) + 1`
    private static func behind(_ last: [Token]) -> [Token] {
        guard let position = last.first?.position else { return [] }
        func word(_ text: String, _ kind: Token.Kind = .punctuation) -> Token {
            Token(kind: kind, text: text, position: position)
        }
        return [word("(")] + last + [word(")"), word("+"), word("1", .number)]
    }
}
