// SPDX-License-Identifier: LGPL-3.0-or-later

/// Every bound that the connection core enforces, with its reason. One PDU is at most 65535 bytes, since the wire
/// has 16 bits for its length; an input buffer thus never needs to grow beyond that.
public struct Limits: Sendable {
    /// The largest fragment that we offer and accept over TCP: what Windows and Samba use there, so that a fragment
    /// never exceeds what their receive path was made for. Negotiations may be longer: 255 contexts fit in no
    /// fragment.
    public var maximumFragment = 5840
    /// C706 12.6.3.1 (must_recv_frag_size is 1432); Windows answers nothing below 2048.
    public var minimumFragment = 2048
    /// A server's request, all fragments together: Windows' and Samba's 4 MiB.
    public var maximumRequest = 0x40_0000
    /// A client's response, all fragments together: Samba's 240 MiB.
    public var maximumResponse = 0xf00_0000
    /// Fragments without stub data that one call may have: Samba's tests send two, an attacker sends them for ever.
    public var maximumEmptyFragments = 64
    /// Presentation contexts of one connection; looking one up walks through them.
    public var maximumContexts = 256
    /// Security contexts of one connection, unfinished ones too: each costs a few kilobytes. Windows and Samba have 2049.
    public var maximumSecurityContexts = 64
    /// Tokens that one security exchange may have from each side; SPNEGO around Kerberos has four.
    public var maximumTokens = 16
    /// Requests of one connection that may run at a time; more are answered "server too busy".
    public var maximumCalls = 256
    /// A client's binds that wait for the one under way, and its requests that wait because the peer wants one at a
    /// time: our own caller asked for them, so this only stops a caller that runs away.
    public var maximumWaitingNegotiations = 256
    public var maximumHeldRequests = 0x1_0000
    /// Unsent bytes beyond which no further request is read, so that a peer that never reads cannot fill memory.
    public var outputHighWater = 0x80_0000
    /// What an input buffer starts with, and what it grows to when the peer sends a lot at once.
    public var inputStart = 0x2000
    public var inputFull = 0x4_0000
    /// An output buffer or a reassembled call up to this size keeps its memory for the next one; a larger one gives
    /// it back, so that one huge call does not cost an idle connection for ever.
    public var keptBuffer = 0x40_0000

    public init() {}
}
