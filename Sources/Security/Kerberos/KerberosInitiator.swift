// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CKerberos

/// The client's side: the ticket is there, so nobody has to be asked.
public final class KerberosInitiator: KerberosContext {
    /// Until the first token, which libgssapi makes of it.
    private var tickets: KerberosTickets?

    public init(_ tickets: KerberosTickets, level: ProtectionLevel) throws(KerberosFailure) {
        self.tickets = tickets
        var made: OpaquePointer?
        let code = ckrb_initiator_create(tickets.handle, level == .privacy, &made)
        guard code == 0, let made else { throw KerberosTickets.failure(tickets.handle, code) }
        super.init(made, level: level)
    }

    public override func step(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep {
        defer { tickets = nil }
        return try super.step(token)
    }
}
