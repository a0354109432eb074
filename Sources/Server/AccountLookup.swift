// SPDX-License-Identifier: LGPL-3.0-or-later

public import CDCERPC
internal import CShims
internal import PlugIns
internal import Security
internal import Transport
internal import Wire

/// A caller's account database, which may need time.
public struct AccountSource {
    let send: dcerpc_server_account_send_fn_t
    let receive: dcerpc_server_account_recv_fn_t
    let data: UnsafeMutableRawPointer?

    public init(
        send: @escaping dcerpc_server_account_send_fn_t, receive: @escaping dcerpc_server_account_recv_fn_t,
        data: UnsafeMutableRawPointer?
    ) {
        self.send = send
        self.receive = receive
        self.data = data
    }
}

/// One account that is being looked up by a caller's request.
///
/// The caller's code may free the server, which cancels the lookup: what the code stands on stays until it returns. A
/// request that its maker frees is never answered: the client's time for the exchange ends that.
final class AccountLookup {
    private let source: AccountSource
    private let memory: UnsafeMutableRawPointer
    private var completed: ((NTLMAccount?) -> Void)?
    /// The caller's code runs, or is still to be returned to.
    private var isBusy = false
    private var isFreed = false

    private init?(_ source: AccountSource, _ completed: @escaping (NTLMAccount?) -> Void) {
        guard let memory = shim_talloc_new(nil) else { return nil }
        self.source = source
        self.memory = memory
        self.completed = completed
    }

    /// Asks; what is returned stops that.
    static func start(
        _ source: AccountSource, loop: OpaquePointer, domain: String, account: String,
        completed: @escaping (NTLMAccount?) -> Void
    ) -> () -> Void {
        guard let lookup = AccountLookup(source, completed) else {
            completed(nil)
            return {}
        }
        lookup.ask(loop, domain, account)
        return { lookup.cancel() }
    }

    deinit { free() }

    private func ask(_ loop: OpaquePointer, _ domain: String, _ account: String) {
        isBusy = true
        let request = domain.withCString { domain in
            account.withCString { account in source.send(memory, loop, source.data, domain, account) }
        }
        isBusy = false
        guard completed != nil else { return free() }
        guard let request else { return finish(nil) }
        guard shim_req_in_progress(request) else { return answered(request) }
        shim_req_set_callback(request, lookupDone, Unmanaged.passUnretained(self).toOpaque())
    }

    fileprivate func answered(_ request: OpaquePointer) {
        guard let handle = AccountObject.type.make(memory, AccountObject()) else { return finish(nil) }
        isBusy = true
        let status = source.receive(request, handle)
        isBusy = false
        guard completed != nil else { return free() }
        finish(status == ServerStatus.ok ? AccountObject.type.object(of: handle)?.ntlmAccount() : nil)
    }

    private func finish(_ account: NTLMAccount?) {
        let completed = completed
        self.completed = nil
        free()
        completed?(account)
    }

    private func cancel() {
        completed = nil
        free()
    }

    private func free() {
        guard !isBusy, !isFreed else { return }
        isFreed = true
        tallocFree(memory)
    }
}

private func lookupDone(_ request: OpaquePointer?) {
    guard let request, let me = shim_req_callback_data(request) else { return }
    let lookup = Unmanaged<AccountLookup>.fromOpaque(me).takeUnretainedValue()
    withExtendedLifetime(lookup) { lookup.answered(request) }
}
