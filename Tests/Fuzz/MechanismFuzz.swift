// SPDX-License-Identifier: LGPL-3.0-or-later
//
// Both connection cores with a security mechanism of a C program, which does what the input says: right things where a
// byte is small or the input has ended, and otherwise whatever a program may get wrong. The functions read all that they
// are shown and write all that they may write, under AddressSanitizer; what they answer may be anything.

import CDCERPC
import Connection
import PDU
import PlugIns
import Security
import Transport
import Wire

private let accepted: UInt32 = 0
private let pending: UInt32 = 0x103
private let more: UInt32 = 0xc000_0016
private let denied: UInt32 = 0xc000_0022
private let authType: UInt8 = 123

// MARK: The program

/// What happens next. One for both sides of a session.
private final class Script {
    var input: Input
    /// Tokens of both sides.
    let legs: Int
    private(set) var isOdd = false
    /// Somebody has accepted a message without a look at it.
    var isBlind = false
    var sides: [Side] = []
    /// Steps whose outcome was promised, and what it will be.
    var promised: [(step: OpaquePointer, status: UInt32)] = []
    /// All steps there were: as long as their contexts are there, words on them do nothing.
    var steps: [OpaquePointer] = []
    var calls = 0

    init(_ input: Input, legs: Int) {
        self.input = input
        self.legs = legs
    }

    /// 0: as it should be.
    func oddity() -> UInt8 {
        calls += 1
        require(calls < 20_000, "\(calls) calls of a mechanism")
        let byte = input.byte()
        guard byte >= 0xc0 else { return 0 }
        isOdd = true
        return byte & 0x3f | 0x40
    }

    func long() -> UInt32 { UInt32(truncatingIfNeeded: input.word()) | UInt32(truncatingIfNeeded: input.word()) << 16 }
}

/// The state of one side.
private final class Side {
    unowned let script: Script
    let isServer: Bool
    var taken = 0
    /// Its last word on the exchange was that it is finished.
    var isFinished = false
    /// A step of somebody's was promised to be the last.
    var mayBeFinished = false
    /// It has refused a message of the peer's, or could not protect one.
    var hasRefused = false
    var signature = 0

    init(_ script: Script, _ isServer: Bool) {
        self.script = script
        self.isServer = isServer
    }
}

private func side(_ state: UnsafeMutableRawPointer?) -> Side {
    guard let state else { found("a call without state") }
    return Unmanaged<Side>.fromOpaque(state).takeUnretainedValue()
}

private func create(
    _ memory: UnsafeMutableRawPointer?, _ data: UnsafeMutableRawPointer?, _ isServer: Bool, _ level: UInt32,
    _ target: UnsafePointer<CChar>?, _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> NTSTATUS {
    guard let data, memory != nil, target != nil, (2...6).contains(level) else { found("create without \(level)") }
    let script = Unmanaged<Script>.fromOpaque(data).takeUnretainedValue()
    let side = Side(script, isServer)
    script.sides.append(side)
    state?.pointee = Unmanaged.passUnretained(side).toOpaque()
    return script.oddity() & 0x43 == 0x43 ? NTSTATUS(script.long()) : accepted
}

private func setToken(_ step: OpaquePointer, _ count: Int) {
    let bytes = [UInt8](repeating: 7, count: count)
    let isToken = (1...Int(DCERPC_MECHANISM_MAX_TOKEN)).contains(count)
    let taken = bytes.withUnsafeBytes { PlugInStep.type.object(of: step)?.setToken($0) }
    require(taken ?? false == isToken, "a token of \(count) bytes: \(taken ?? false)")
}

private func done(_ step: OpaquePointer, _ status: UInt32) { PlugInStep.type.object(of: step)?.done(status) }

private func step(
    _ state: UnsafeMutableRawPointer?, _ step: OpaquePointer?, _ token: UnsafePointer<UInt8>?, _ length: Int
) -> NTSTATUS {
    guard let step else { found("no step") }
    let side = side(state), script = side.script
    require(!side.isFinished, "a step after the last")
    look(token, length)
    let number = side.isServer ? 2 * side.taken + 1 : 2 * side.taken
    side.taken += 1
    script.steps.append(step)
    let odd = script.oddity()
    // Who begins says something, whoever has nothing more to say says nothing.
    if odd & 0x0f == 0 && number < script.legs { setToken(step, 1 + script.input.word() % 300) }
    let right = number + 1 >= script.legs ? accepted : more
    var status = right
    switch odd == 0 ? 0 : odd & 0x0f {
    case 1: setToken(step, script.input.word())
    case 2: setToken(step, 0x1_0000 + script.input.word())
    case 3: setToken(step, 0)
    case 4:
        setToken(step, 1)
        setToken(step, 2)
        status = accepted
    case 5: status = NTSTATUS(script.long())
    case 6: status = more
    case 7: status = accepted
    case 8:
        setToken(step, 1)
        script.promised.append((step, right))
        return pending
    case 9:
        setToken(step, 1)
        script.promised.append((step, NTSTATUS(script.long())))
        return pending
    case 10:
        // Said before it is promised, and again.
        setToken(step, 1)
        side.isFinished = right == accepted
        done(step, right)
        done(step, accepted)
        return pending
    case 11:
        setToken(step, 1)
        side.mayBeFinished = true
        done(step, accepted)
        return right
    case 12: return pending
    case 13: status = denied
    case 14:
        // Of another step, perhaps of the other side's.
        for side in script.sides { side.mayBeFinished = true }
        if let other = script.steps.first { done(other, accepted) }
    default: break
    }
    side.isFinished = status == accepted
    return status
}

private func signatureSize(_ state: UnsafeMutableRawPointer?) -> Int {
    let side = side(state)
    let odd = side.script.oddity()
    switch odd == 0 ? 0 : odd & 7 {
    case 1: side.signature = 0
    case 2: side.signature = 1
    case 3: side.signature = Int(DCERPC_MECHANISM_MAX_SIGNATURE)
    case 4: side.signature = Int(DCERPC_MECHANISM_MAX_SIGNATURE) + 1
    case 5: side.signature = .max
    case 6: side.signature = -1
    case 7: side.signature = 1 + side.script.input.word() % 2000
    default: side.signature = 16
    }
    return side.signature
}

/// Reads it all.
private func look(_ bytes: UnsafePointer<UInt8>?, _ count: Int) {
    require(count >= 0 && count <= 0x1_0000, "\(count) bytes")
    require(bytes != nil || count == 0, "\(count) bytes nowhere")
    var sum: UInt8 = 0
    for index in 0..<count { sum &+= bytes?[index] ?? 0 }
    require(sum != 1 || count != 0, "nothing")
}

private func check(
    _ side: Side, _ data: UnsafePointer<UInt8>?, _ length: Int, _ whole: UnsafePointer<UInt8>?, _ wholeLength: Int,
    _ signature: Int
) {
    require(side.isFinished || side.mayBeFinished, "a message before the end of the exchange")
    require(signature == side.signature && (1...1024).contains(signature), "a signature of \(signature) bytes")
    look(data, length)
    look(whole, wholeLength)
    guard let data, let whole else { return }
    require(whole <= data && data + length <= whole + wholeLength, "the data is not in what is signed")
}

private func protect(
    _ state: UnsafeMutableRawPointer?, _ data: UnsafePointer<UInt8>?, _ length: Int, _ whole: UnsafePointer<UInt8>?,
    _ wholeLength: Int, _ signature: UnsafeMutablePointer<UInt8>?, _ size: Int
) -> NTSTATUS {
    let side = side(state)
    check(side, data, length, whole, wholeLength, size)
    for index in 0..<size { signature?[index] = 0x5a }
    guard side.script.oddity() != 0 else { return accepted }
    let status = NTSTATUS(side.script.long())
    if status != accepted { side.hasRefused = true }
    return status
}

private func open(
    _ state: UnsafeMutableRawPointer?, _ data: UnsafePointer<UInt8>?, _ length: Int, _ whole: UnsafePointer<UInt8>?,
    _ wholeLength: Int, _ signature: UnsafePointer<UInt8>?, _ size: Int
) -> NTSTATUS {
    let side = side(state)
    check(side, data, length, whole, wholeLength, size)
    look(signature, size)
    require(!side.hasRefused, "a message after one that was refused")
    let odd = side.script.oddity()
    // Spoilt signatures of the other side's are zeros.
    let status = odd != 0 ? NTSTATUS(side.script.long()) : signature?[0] == 0x5a ? accepted : denied
    if odd != 0 && status == accepted { side.script.isBlind = true }
    if status != accepted { side.hasRefused = true }
    return status
}

private func seal(
    _ state: UnsafeMutableRawPointer?, _ data: UnsafeMutablePointer<UInt8>?, _ length: Int,
    _ whole: UnsafePointer<UInt8>?, _ wholeLength: Int, _ signature: UnsafeMutablePointer<UInt8>?, _ size: Int
) -> NTSTATUS {
    let status = protect(state, data, length, whole, wholeLength, signature, size)
    for index in 0..<length { data?[index] ^= 0x33 }
    return status
}

private func unseal(
    _ state: UnsafeMutableRawPointer?, _ data: UnsafeMutablePointer<UInt8>?, _ length: Int,
    _ whole: UnsafePointer<UInt8>?, _ wholeLength: Int, _ signature: UnsafePointer<UInt8>?, _ size: Int
) -> NTSTATUS {
    for index in 0..<length { data?[index] ^= 0x33 }
    return open(state, data, length, whole, wholeLength, signature, size)
}

private func sessionKey(
    _ state: UnsafeMutableRawPointer?, _ key: UnsafeMutablePointer<UInt8>?, _ room: Int
) -> Int {
    let side = side(state)
    require((side.isFinished || side.mayBeFinished) && room == Int(DCERPC_MECHANISM_MAX_KEY), "a key of \(room) bytes")
    for index in 0..<room { key?[index] = 9 }
    let odd = side.script.oddity()
    switch odd == 0 ? 0 : odd & 3 {
    case 1: return 0
    case 2: return side.script.input.word()
    case 3: return side.script.input.byte() & 1 == 0 ? .max : -1
    default: return 16
    }
}

private func peer(_ state: UnsafeMutableRawPointer?, _ account: OpaquePointer?) {
    let side = side(state)
    require(side.isServer, "a server's peer")
    guard let object = AccountObject.type.object(of: account) else { found("no account") }
    let odd = side.script.oddity()
    guard odd & 1 == 0 else { return }
    object.name(domain: "TOYS", account: "bear")
    var left = odd == 0 ? 2 : side.script.input.word() % 1100
    while left > 0, object.add(SecurityID(revision: 1, authority: [0, 0, 0, 0, 0, 5], parts: [21])) { left -= 1 }
    require(object.sids.count <= AccountObject.maximumSIDs, "\(object.sids.count) SIDs")
}

private func operations(_ flags: UInt32, signs: Bool, seals: Bool, says: Bool) -> dcerpc_mechanism_ops {
    var ops = dcerpc_mechanism_ops()
    ops.struct_size = MemoryLayout<dcerpc_mechanism_ops>.size
    ops.auth_type = UInt32(authType)
    ops.flags = flags
    ops.create = create
    ops.step = step
    ops.signature_size = signatureSize
    if signs {
        ops.sign = protect
        ops.verify = open
    }
    if seals {
        ops.seal = seal
        ops.unseal = unseal
    }
    if says {
        ops.session_key = sessionKey
        ops.peer = peer
    }
    return ops
}

// MARK: The session

private final class Session {
    let script: Script
    let plugIn: PlugIn
    let level: ProtectionLevel
    let client: ClientConnection
    let server = ServerConnection(limits: small())
    private var actions = 0
    private var asked: UInt = 0
    private var answers: UInt = 0
    /// What waits for a step: the core takes nothing more meanwhile.
    private var waiting = 0
    /// Their steps are memory as long as they are there.
    private var contexts: [PlugInMechanism] = []

    init(_ script: Script, _ plugIn: PlugIn, _ level: ProtectionLevel, takesTurns: Bool, bigEndian: Bool) {
        self.script = script
        self.plugIn = plugIn
        self.level = level
        client = ClientConnection(limits: small(), bigEndian: bigEndian, offersMultiplexing: !takesTurns)
        server.authTypes = [authType]
    }

    private func mechanism(isServer: Bool) -> PlugInMechanism? {
        guard plugIn.supports(level) else { return nil }
        let made = try? plugIn.make(isServer: isServer, level, target: isServer ? "" : "host/server", loop: { nil })
            .get()
        if let made { contexts.append(made) }
        return made
    }

    func run(calls: Int) {
        guard let mechanism = mechanism(isServer: false) else { return }
        let context = SecurityContext(mechanism, level: level, contextID: 1)
        var first: [UInt8]?
        take(context.step([])) { if case .success(let step) = $0, !step.finished { first = step.token } }
        keepPromises()
        guard let first else { return }
        client.secure(context, token: first)
        try? client.negotiate(echo, transferSyntaxes: [.ndr, .ndr64], tag: 1000)
        for turn in 0..<24 {
            if turn == 12 { for _ in 0..<calls { request(script.input.word() % 9000 & ~3) } }
            move()
            keepPromises()
        }
        lastWords()
        client.disconnected(.peerClosed)
        server.disconnected(.peerClosed)
        act()
        require(waiting == 0, "a step without end")
        lastWords()
        for context in contexts {
            context.withSessionKey { key in
                require(key.count <= Int(DCERPC_MECHANISM_MAX_KEY), "a key of \(key.count) bytes")
                for byte in key { require(byte == 9, "not its key") }
            }
        }
    }

    /// Takes a step, or waits for it, as the drivers do.
    private func take(_ step: PendingStep.Outcome, then: @escaping (PendingStep.Outcome) -> Void) {
        guard case .success(let made) = step, let pending = made.pending else { return then(step) }
        waiting += 1
        pending.whenDone { outcome in
            self.waiting -= 1
            self.take(outcome, then: then)
        }
    }

    private func keepPromises() {
        while let promise = script.promised.popLast() {
            if promise.status == accepted { for side in script.sides { side.mayBeFinished = true } }
            done(promise.step, promise.status)
            if script.oddity() & 0x41 == 0x41 { done(promise.step, denied) }
            act()
        }
        // What was promised and never said: the time-outs are the drivers'.
        if waiting > 0 {
            for step in script.steps { done(step, denied) }
            act()
        }
    }

    private func lastWords() {
        for step in script.steps {
            let taken = [1].withUnsafeBytes { PlugInStep.type.object(of: step)?.setToken($0) ?? false }
            require(!taken, "a token of a step that is over")
            done(step, accepted)
        }
        act()
    }

    /// With a program that does all things right.
    func mustHaveWorked() {
        require(asked > 0 && answers == asked, "\(answers) answers to \(asked) calls")
    }

    // MARK: The wire

    private func move() {
        move(Array(client.outbox.pending), server.inputSpace, server.received)
        client.written(client.outbox.pending.count)
        act()
        move(Array(server.outbox.pending), client.inputSpace, client.received)
        server.written(server.outbox.pending.count)
        act()
    }

    private func move(_ bytes: [UInt8], _ space: () -> UnsafeMutableRawBufferPointer?, _ received: (Int) -> Void) {
        require(bytes.count <= 1 << 20, "\(bytes.count) bytes on the wire")
        var rest = bytes[...]
        while !rest.isEmpty, let room = space(), room.count > 0 {
            let n = min(room.count, rest.count)
            room.copyBytes(from: rest.prefix(n))
            received(n)
            rest = rest.dropFirst(n)
            act()
        }
    }

    private func act() {
        actClient()
        actServer()
    }

    private func count() {
        actions += 1
        require(actions < 5000, "\(actions) actions")
    }

    private func actClient() {
        while true {
            count()
            switch client.nextAction() {
            case .none: return
            case .authenticate(let context, let token):
                take(context.step(token)) { self.client.completeAuthentication($0) }
            case .answered(let answer):
                answers += 1
                require(answer.stub.count <= 0x8000, "an answer of \(answer.stub.count) bytes")
            case .negotiated, .closed: break
            }
        }
    }

    private func actServer() {
        while true {
            count()
            switch server.nextAction() {
            case .none: return
            case .negotiate: negotiate()
            case .authenticate(let context, let token):
                take(context.step(token)) { self.server.completeAuthentication($0) }
            case .dispatch(let call): dispatch(call)
            case .cancel, .orphan, .closed: break
            }
        }
    }

    private func negotiate() {
        guard let request = server.authenticationRequest else { return answer(.none) }
        let context: SecurityContext
        if let known = server.continuedContext {
            context = known
        } else {
            guard request.level == level, let mechanism = mechanism(isServer: true) else { return answer(.refused) }
            context = SecurityContext(mechanism, level: request.level, contextID: request.contextID)
        }
        take(context.step(request.token)) { outcome in
            guard case .success(let step) = outcome else { return self.answer(.failed) }
            self.answer(.step(context, step))
        }
    }

    private func answer(_ authentication: AuthenticationAnswer) {
        let offered = server.proposals.map { $0.abstractSyntax == echo ? UInt(1) : nil }
        server.answerNegotiation(
            interfaces: offered, group: 5, secondaryAddress: Array("135".utf8), authentication: authentication)
    }

    private func dispatch(_ call: IncomingCall) {
        let own = script.sides.filter(\.isServer)
        // At level connect nobody's calls go on to work while an exchange does not end.
        require(call.security > 0 || level == .connect, "a call of nobody")
        if call.security > 0 { require(own.contains { $0.isFinished || $0.mayBeFinished }, "a call of nobody") }
        if level.protectsMessages { require(own.contains { !$0.hasRefused }, "a call that was refused") }
        let stub = Array(call.stub)
        if !script.isBlind { for byte in stub { require(byte == 7, "another call than was made") } }
        guard let start = try? server.openResponse() else { return }
        do {
            try append(stub, to: &server.outbox.writer)
            try server.sealResponse(
                start, callID: call.callID, contextID: call.contextID, bigEndian: call.bigEndian,
                security: call.security)
        } catch { server.abandonResponse(start) }
    }

    private func request(_ size: Int) {
        guard client.isOpen, let start = try? client.openRequest(object: nil) else { return }
        do { try append([UInt8](repeating: 7, count: size), to: &client.outbox.writer) } catch {
            return client.abandonRequest(start)
        }
        asked += 1
        _ = try? client.sealRequest(start, contextID: 0, opnum: 1, object: nil, tag: asked, security: 1)
    }
}

func fuzz(_ bytes: UnsafeRawBufferPointer) {
    var input = Input(bytes)
    let kind = input.byte(), manners = input.byte()
    let levels: [ProtectionLevel] = [.privacy, .integrity, .connect, .packet]
    let flags = UInt32(kind >> 2 & 3)
    var ops = operations(
        flags, signs: manners & 1 == 0, seals: manners & 2 == 0, says: manners & 4 == 0)
    let script = Script(input, legs: 2 + Int(manners >> 4 & 7))
    withExtendedLifetime(script) {
        guard let plugIn = PlugIn(&ops, data: Unmanaged.passUnretained(script).toOpaque()) else {
            found("no mechanism")
        }
        let session = Session(
            script, plugIn, levels[Int(kind & 3)], takesTurns: flags & DCERPC_MECHANISM_TAKES_TURNS != 0,
            bigEndian: kind & 16 != 0)
        session.run(calls: 1 + Int(kind >> 5))
        // What a good program says is what it hears.
        if !script.isOdd, plugIn.supports(session.level) { session.mustHaveWorked() }
    }
}

func seeds() -> [[UInt8]] {
    var seeds: [[UInt8]] = []
    for kind in 0..<32 as Range<UInt8> {
        for legs in 0..<8 as Range<UInt8> { seeds.append([kind | 64, legs << 4]) }
    }
    // One thing wrong, each at each of the first calls of the mechanism.
    for at in 0..<24 {
        for odd in 0xc0...0xff as ClosedRange<UInt8> {
            seeds.append([UInt8(at & 7), 0x20] + [UInt8](repeating: 0, count: at) + [odd, odd, 1, odd, 0])
        }
    }
    return seeds
}
