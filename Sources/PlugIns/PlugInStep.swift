// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import CShims
internal import Security
public import Transport

/// One step of a plugged-in mechanism until its outcome is there: what a `struct dcerpc_mechanism_step` is.
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

    /// The context holds on to its steps by its memory.
    private unowned let mechanism: PlugInMechanism
    private var state = State.running
    private(set) var token: [UInt8]?
    /// It was given a token that is none.
    private(set) var isBroken = false

    init(_ mechanism: PlugInMechanism) { self.mechanism = mechanism }

    public var loop: OpaquePointer? { mechanism.loop() }

    /// False: no token.
    public func setToken(_ bytes: UnsafeRawBufferPointer) -> Bool {
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
        switch state {
        case .running: state = .early(mechanism.conclude(status, self))
        case .waiting(let pending):
            let mechanism = mechanism
            withExtendedLifetime((self, mechanism)) {
                state = .over
                let outcome = mechanism.conclude(status, self)
                end()
                pending.complete(outcome)
            }
        case .early, .over: break
        }
    }

    /// Frees the handle, and what the program has allocated on it.
    func end() {
        state = .over
        tallocFree(handle.map { UnsafeMutableRawPointer($0) })
    }
}
