// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLSyntax

extension Resolver {
    /// The value of a constant or an enumeration name; nil when there is none of that name.
    func constant(_ name: String) throws(EvaluationError) -> Int64? {
        if constants[name] == nil, let tokens = quotedNumbers[name], let first = tokens.first {
            constants[name] = Constant(tokens: tokens, position: first.position)
        }
        guard let entry = constants[name] else { return Self.flagValue(name) }
        if let value = entry.value { return value }
        guard entry.state == .untouched else {
            if entry.state == .underway {
                diagnostics.error(
                    entry.position, "'\(name)' is defined by itself", hint: "give it a number, or the name of another")
                constants[name]?.state = .done
            }
            throw .notConstant
        }
        depth += 1
        defer { depth -= 1 }
        if depth > Self.maxDepth { throw .tooDeep }
        constants[name]?.state = .underway
        defer { constants[name]?.state = .done }
        var value: Int64 = 0
        if let tokens = entry.tokens {
            let expression: Expression
            do {
                expression = try ExpressionParser.parse(tokens, at: entry.position)
            } catch {
                diagnostics.error(error.position, error.message, hint: error.hint)
                throw .notConstant
            }
            value = try expression.value { (inner) throws(EvaluationError) in try self.constant(inner) }
        } else if entry.previous != nil {
            value = try afterRun(endingAt: name)
        }
        constants[name]?.value = value
        return value
    }

    /// Counts back over values without numbers instead of recursing through them.
    private func afterRun(endingAt name: String) throws(EvaluationError) -> Int64 {
        var distance: Int64 = 1
        var base = constants[name]?.previous
        while let current = base, let entry = constants[current], entry.value == nil, entry.tokens == nil,
            let previous = entry.previous
        {
            distance += 1
            base = previous
        }
        guard let base, let start = try constant(base) else { return 0 }
        let (value, overflow) = start.addingReportingOverflow(distance)
        if overflow { throw .overflow }
        return value
    }

    /// Evaluates and reports what is wrong; `what` names the place.
    func evaluate(_ tokens: [Token], _ what: String, at position: SourcePosition) -> Int64? {
        let expression: Expression
        do {
            expression = try ExpressionParser.parse(tokens, at: position)
        } catch {
            diagnostics.error(error.position, error.message, hint: error.hint)
            return nil
        }
        do {
            return try expression.value { (inner) throws(EvaluationError) in try self.constant(inner) }
        } catch {
            report(error, what, at: tokens.first?.position ?? position)
            return nil
        }
    }

    func report(_ error: EvaluationError, _ what: String, at position: SourcePosition) {
        switch error {
        case .notConstant:
            diagnostics.error(
                position, "\(what) must be a constant number", hint: "use numbers, constants and values of enumerations"
            )
        case .unknownName(let name, let place):
            diagnostics.error(place, "nothing is named '\(name)' in \(what)", hint: "is an import missing?")
        case .overflow:
            diagnostics.error(position, "\(what) does not fit into 64 bits", hint: "use a smaller number")
        case .tooDeep:
            diagnostics.error(
                position, "\(what) needs too many other constants", hint: "define constants before their uses")
        case .divisionByZero:
            diagnostics.error(position, "\(what) divides by zero", hint: "divide by another number")
        }
    }
}
