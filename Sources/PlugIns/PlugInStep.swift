// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import CShims
internal import Security
public import Transport

/// One step of a plugged-in mechanism until its outcome is there: what a `struct dcerpc_mechanism_step` is.
///
/// Its chunk stays until the security context goes, and what the program says of it when it is over is not listened to.
public final class PlugInStep: TallocObject {
    public static var type: TallocType<PlugInStep> {
        TallocType("struct dcerpc_mechanism_step", magic: 0x6463_6572_7063_6d73)
    }

    private enum State {
        /// The mechanism's function runs.
        case running
        /// It ran, and its outcome came before it returned.
        case early(PendingStep.Outcome)
        case waiting(PendingStep)
        case over
    }

    /// nil once it goes: what the program frees then may speak of its steps.
    private weak var mechanism: PlugInMechanism?
    private var state = State.running
    private(set) var token: [UInt8]?
    /// It was given a token that is none.
    private(set) var isBroken = false

    init(_ mechanism: PlugInMechanism) { self.mechanism = mechanism }

    private var isOver: Bool {
        if case .over = state { return true }
        return false
    }

    public var loop: OpaquePointer? { isOver ? nil : mechanism?.loop() }

    /// False: no token.
    public func setToken(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard !isOver else { return false }
        guard (1...Int(DCERPC_MECHANISM_MAX_TOKEN)).contains(bytes.count) else {
            isBroken = true
            return false
        }
        token = Array(bytes)
        return true
    }

    /// What came before the function returned; a failure where nothing did.
    var outcome: PendingStep.Outcome {
        if case .early(let outcome) = state { return outcome }
        return .failure(.unexpectedToken)
    }

    /// The function has said that it takes time; nil: it is over already.
    func wait() -> PendingStep? {
        guard case .running = state, handle != nil else { return nil }
        let pending = PendingStep()
        state = .waiting(pending)
        pending.onCancel { [self] in end() }
        return pending
    }

    /// The outcome, from the program.
    public func done(_ status: UInt32) {
        guard let mechanism else { return }
        switch state {
        case .running: state = .early(mechanism.conclude(status, self))
        case .waiting(let pending):
            withExtendedLifetime((self, mechanism)) {
                let outcome = mechanism.conclude(status, self)
                end()
                pending.complete(outcome)
            }
        case .early, .over: break
        }
    }

    /// Frees what the program has allocated on the handle.
    func end() {
        guard !isOver else { return }
        state = .over
        token = nil
        // A destructor of the program's may let go of the context, and with it of the handle.
        withExtendedLifetime(mechanism) {
            if let handle { shim_talloc_free_children(UnsafeMutableRawPointer(handle)) }
        }
    }
}
