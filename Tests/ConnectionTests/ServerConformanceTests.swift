// SPDX-License-Identifier: LGPL-3.0-or-later

import Connection
import PDU
import Testing
import Transport
import Wire

/// What a Windows server does, as Samba's conformance tests (raw_protocol) tell it, where no authentication is needed.
@Suite struct ServerConformanceTests {
    static let protocolError: UInt32 = 0x1c01_000b
    static let features = BindTimeFeatures(rawValue: 3)

    private func expectFault(
        _ answers: [SeenPDU], _ peer: ServerUnderTest, status: UInt32, callID: UInt32, contextID: UInt16 = 0,
        flags: UInt8, closes: Bool = true, _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(answers.count == 1, sourceLocation: location)
        guard let fault = answers.first else { return }
        #expect(fault.type == .fault && fault.status == status && fault.callID == callID, sourceLocation: location)
        #expect(fault.contextID == contextID && fault.flags == flags, sourceLocation: location)
        #expect(fault.allocHint != 0 && fault.stub.isEmpty, sourceLocation: location)
        #expect((peer.end == .protocolError) == closes, sourceLocation: location)
    }

    private func expectNak(
        _ answers: [SeenPDU], _ peer: ServerUnderTest, _ reason: BindNakReason,
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(answers.count == 1 && answers.first?.nak?.reason == reason, sourceLocation: location)
        #expect(answers.first?.nak?.versions == [ProtocolVersion(major: 5, minor: 0)], sourceLocation: location)
        #expect(answers.first?.bytes.count == 24, sourceLocation: location)
        #expect(peer.end == .protocolError && !peer.server.wantsInput, sourceLocation: location)
    }

    // MARK: pfc flags

    @Test(arguments: [
        (0x00, 0x03), (0x01, 0x03), (0x02, 0x03), (0x04, 0x07), (0x08, 0x03), (0x10, 0x13), (0x20, 0x03), (0x40, 0x03),
        (0x80, 0x03), (0xff, 0x17),
    ])
    func bindEchoesTheFlagsThatMeanSomething(sent: Int, expected: Int) {
        let peer = ServerUnderTest()
        #expect(peer.bind(flags: UInt8(sent)).first?.flags == UInt8(expected))
        #expect(peer.send(requestPDU([1])).first?.stub == [1])
    }

    @Test func alterAgreesOnMultiplexingOnlyWithANewContext() {
        let peer = ServerUnderTest()
        peer.bind()
        let known = [element(0, echo, [.ndr])]
        #expect(peer.send(bindPDU(known, type: .alterContext, flags: 0xff)).first?.flags == 0x07)
        #expect(!peer.server.multiplexing)
        let new = [element(1, echo, [.ndr])]
        #expect(peer.send(bindPDU(new, type: .alterContext, flags: 0x13)).first?.flags == 0x13)
        #expect(peer.server.multiplexing)
    }

    // MARK: Contexts

    @Test func aBindWithoutContextsIsRefused() {
        let first = ServerUnderTest()
        expectNak(first.send(bindPDU([])), first, .notSpecified)
        let second = ServerUnderTest()
        expectNak(second.send(bindPDU([element(1, echo, [])])), second, .notSpecified)
        let third = ServerUnderTest()
        var lying = bindPDU([])
        lying[10] = 8
        expectNak(third.send(lying), third, .protocolVersionNotSupported)
    }

    @Test func anAlterWithoutContextsIsAProtocolError() {
        for contexts in [[], [element(1, echo, [])]] {
            let peer = ServerUnderTest()
            peer.bind()
            let answers = peer.send(bindPDU(contexts, type: .alterContext, callID: 9))
            expectFault(answers, peer, status: Self.protocolError, callID: 9, flags: 0x23)
        }
    }

    @Test func onlyOneBindIsPossible() {
        let peer = ServerUnderTest()
        peer.bind()
        expectNak(peer.bind(contextID: 2), peer, .notSpecified)
    }

    @Test func whateverComesFirstIsTakenForABind() {
        for type in (UInt8(0)...255).compactMap(PDUType.init(rawValue:)) where type != .bind {
            let peer = ServerUnderTest()
            let pdu = type == .request ? requestPDU() : headerOnly(type, callID: 5)
            expectNak(peer.send(pdu), peer, .protocolVersionNotSupported)
        }
        let minor = ServerUnderTest()
        var pdu = bindPDU([element(0, echo, [.ndr])])
        pdu[1] = 1
        expectNak(minor.send(pdu), minor, .protocolVersionNotSupported)
        let text = ServerUnderTest()
        expectNak(text.send(Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)), text, .protocolVersionNotSupported)
    }

    @Test func anUnknownInterfaceIsRejectedAndTheConnectionLives() {
        let peer = ServerUnderTest()
        let contexts = [element(1, unknown, [.ndr])]
        for type in [PDUType.bind, .alterContext] {
            let answer = peer.send(bindPDU(contexts, type: type)).first?.acknowledgement
            #expect(answer?.results == [.rejected(.abstractSyntaxNotSupported)])
        }
        let answers = peer.send(requestPDU(callID: 2, contextID: 12345))
        expectFault(answers, peer, status: 0x1c01_0003, callID: 2, flags: 0x23, closes: false)
        #expect(peer.send(bindPDU(contexts, type: .alterContext)).first?.type == .alterContextResponse)
    }

    @Test func oneContextIsAcceptedPerPDU() {
        let peer = ServerUnderTest()
        peer.bind()
        let two = [element(3, echo, [.ndr]), element(4, echo, [.ndr])]
        let first = peer.send(bindPDU(two, type: .alterContext)).first?.acknowledgement
        #expect(first?.results == [.accepted(.ndr), .rejected(.proposedTransferSyntaxesNotSupported)])
        #expect(first?.secondaryAddress == [])
        let second = peer.send(bindPDU(two.reversed(), type: .alterContext)).first?.acknowledgement
        #expect(second?.results == [.accepted(.ndr), .rejected(.proposedTransferSyntaxesNotSupported)])
        let same = [element(5, echo, [.ndr]), element(5, other, [.ndr])]
        let third = peer.send(bindPDU(same, type: .alterContext)).first?.acknowledgement
        #expect(third?.results == [.accepted(.ndr), .rejected(.proposedTransferSyntaxesNotSupported)])
        for contextID: UInt16 in [0, 3, 4, 5] {
            #expect(peer.send(requestPDU([7], contextID: contextID)).first?.contextID == contextID)
        }
    }

    @Test func aContextCannotBeChanged() {
        let changes = [element(0, other, [.ndr]), element(0, echo, [unknown, .ndr64])]
        for change in changes {
            let peer = ServerUnderTest()
            peer.bind(transfer: [unknown, .ndr, .ndr])
            let answers = peer.send(bindPDU([change], type: .alterContext, callID: 4))
            expectFault(answers, peer, status: Self.protocolError, callID: 4, flags: 0x23)
        }
        // Syntaxes that nobody knows change nothing.
        let peer = ServerUnderTest()
        peer.bind()
        let answer = peer.send(bindPDU([element(0, echo, [unknown, other])], type: .alterContext)).first
        #expect(answer?.acknowledgement?.results == [.rejected(.proposedTransferSyntaxesNotSupported)])
        #expect(peer.send(requestPDU([7])).first?.stub == [7])
    }

    @Test func responsesCarryTheLowByteOfTheContext() {
        let peer = ServerUnderTest()
        peer.bind(contextID: 0xffee)
        #expect(peer.send(requestPDU(contextID: 0xffee)).first?.contextID == 0xee)
    }

    // MARK: Bind time features

    @Test func featuresCountInTheFirstTransferSyntaxOnly() {
        let syntax = Self.features.syntax
        let none = BindTimeFeatures(rawValue: 0)
        let cases: [([SyntaxID], PresentationResult)] = [
            ([none.syntax, syntax], .negotiated(none)), ([syntax], .negotiated(Self.features)),
            ([BindTimeFeatures.keepConnectionOnOrphan.syntax, syntax], .negotiated(.keepConnectionOnOrphan)),
            ([BindTimeFeatures(rawValue: 0xfff0).syntax], .negotiated(none)),
            ([.zero, syntax], .rejected(.abstractSyntaxNotSupported)),
        ]
        for (offered, result) in cases {
            let peer = ServerUnderTest()
            let answer = peer.send(bindPDU([element(1, unknown, offered)])).first?.acknowledgement
            #expect(answer?.results == [result])
            #expect(peer.server.features == result.features)
        }
    }

    @Test func featuresTwiceAreRefused() {
        let peer = ServerUnderTest()
        let twice = [element(1, unknown, [Self.features.syntax]), element(2, unknown, [Self.features.syntax])]
        expectNak(peer.send(bindPDU(twice)), peer, .notSpecified)
    }

    // MARK: Authentication that nobody has

    @Test(arguments: [(0, 0), (1, 0), (2, 8), (3, 8), (4, 8), (5, 8), (6, 8), (7, 0), (255, 0)])
    func aBindWithAuthenticationIsRefused(level: Int, reason: Int) {
        let peer = ServerUnderTest()
        let pdu = withAuth(bindPDU([element(1, echo, [.ndr])]), type: 0, level: UInt8(level))
        expectNak(peer.send(pdu), peer, BindNakReason(rawValue: UInt16(reason)))
    }

    @Test func authenticationLaterIsDenied() {
        for flags: UInt8 in [3, 1] {
            let peer = ServerUnderTest()
            peer.bind(contextID: 1)
            let answers = peer.send(withAuth(requestPDU(callID: 3, contextID: 1, flags: flags), type: 0, level: 2))
            expectFault(answers, peer, status: 5, callID: 3, contextID: 1, flags: 0x03)
        }
        let peer = ServerUnderTest()
        peer.bind()
        let alter = withAuth(bindPDU([element(1, echo, [.ndr])], type: .alterContext, callID: 6), type: 10, level: 5)
        expectFault(peer.send(alter), peer, status: 5, callID: 6, flags: 0x23)
    }

    // MARK: Fragment sizes and hints

    @Test(arguments: [
        (0xffff, 0xffff, 5840), (0, 0xffff, 2048), (0xffff, 0, 2048), (0, 0, 2048), (3199, 0, 2048), (0, 3199, 2048),
        (3199, 0xffff, 3192), (0xffff, 3199, 3192),
    ])
    func fragmentSizesAreAgreedOnOnce(transmit: Int, receive: Int, both: Int) {
        let peer = ServerUnderTest()
        let contexts = [element(1, echo, [.ndr])]
        let bind = bindPDU(contexts, transmit: UInt16(transmit), receive: UInt16(receive))
        for pdu in [bind, bindPDU(contexts, type: .alterContext, transmit: UInt16(both - 8), receive: 0xffff)] {
            let answer = peer.send(pdu).first?.acknowledgement
            #expect(answer?.maxTransmitFragment == UInt16(both) && answer?.maxReceiveFragment == UInt16(both))
        }
        for size in [both - 24, 5840 - 24] {
            let answers = peer.send(requestPDU(stubBytes(size), contextID: 1, hint: 0xffff_ffff))
            #expect(answers.flatMap(\.stub) == stubBytes(size))
            #expect(answers.allSatisfy { $0.bytes.count <= both })
        }
        let answers = peer.send(requestPDU(stubBytes(5840 - 23), callID: 3, contextID: 1))
        expectFault(answers, peer, status: Self.protocolError, callID: 3, flags: 0x03)
    }

    // MARK: Fragments

    @Test func theFirstHintMayPromiseFourMebibytes() {
        let peer = ServerUnderTest()
        peer.bind()
        #expect(peer.send(requestPDU([1], flags: 1, hint: 0x40_0000)).isEmpty)
        #expect(peer.end == nil)
        let other = ServerUnderTest()
        other.bind(contextID: 8)
        let answers = other.send(requestPDU([1], contextID: 8, flags: 1, hint: 0x40_0001))
        expectFault(answers, other, status: 5, callID: 2, contextID: 8, flags: 0x03)
    }

    @Test(arguments: [0x01, 0x41, 0x21, 0x11, 0x09]) func aSecondFirstFragmentIsAProtocolError(flags: Int) {
        for callID: UInt32 in [2, 3] {
            let peer = ServerUnderTest()
            peer.bind(contextID: 6)
            #expect(peer.send(requestPDU([1], contextID: 6, flags: UInt8(flags))).isEmpty)
            let answers = peer.send(requestPDU([1], callID: callID, contextID: 6, flags: UInt8(flags)))
            // Told of the call that was broken into, not of the intruder.
            expectFault(answers, peer, status: Self.protocolError, callID: 2, contextID: 6, flags: 0x03)
        }
    }

    @Test(arguments: [0x00, 0x02]) func aFragmentOfNothingIsAProtocolError(flags: Int) {
        let peer = ServerUnderTest()
        peer.bind(contextID: 6)
        let answers = peer.send(requestPDU([1], contextID: 6, flags: UInt8(flags)))
        expectFault(answers, peer, status: Self.protocolError, callID: 2, flags: 0x03)
    }

    @Test func withMultiplexingTheIntruderIsTold() {
        let peer = ServerUnderTest()
        peer.bind(contextID: 6, flags: 0x13)
        #expect(peer.send(requestPDU([1], contextID: 6, flags: 1)).isEmpty)
        let answers = peer.send(requestPDU([1], callID: 9, contextID: 5))
        expectFault(answers, peer, status: Self.protocolError, callID: 9, flags: 0x03)
        for (contextID, status, closes) in [(UInt16(6), Self.protocolError, true), (5, 0x1c01_0003, false)] {
            let stray = ServerUnderTest()
            stray.bind(contextID: 6, flags: 0x13)
            let answers = stray.send(requestPDU([1], contextID: contextID, flags: 2))
            expectFault(
                answers, stray, status: status, callID: 2, contextID: closes ? 6 : 0, flags: closes ? 0x03 : 0x23,
                closes: closes)
        }
    }

    @Test func theByteOrderOfACallCannotChange() {
        let peer = ServerUnderTest()
        peer.bind()
        #expect(peer.send(requestPDU([1], flags: 1)).isEmpty)
        let answers = peer.send(requestPDU([2], flags: 2, bigEndian: true))
        expectFault(answers, peer, status: Self.protocolError, callID: 2, flags: 0x23)
    }

    @Test func withoutMultiplexingOneCallRunsAtATime() {
        let peer = ServerUnderTest()
        peer.echoes = false
        peer.bind()
        #expect(peer.send(requestPDU(callID: 2)).isEmpty)
        let answers = peer.send(requestPDU(callID: 3))
        expectFault(answers, peer, status: Self.protocolError, callID: 3, flags: 0x03)
    }

    // MARK: Cancelling

    @Test func aCallThatBeginsCancelledIsNone() {
        let peer = ServerUnderTest()
        peer.bind()
        expectFault(peer.send(requestPDU([1], flags: 0x05)), peer, status: 0x6bd, callID: 2, flags: 0x23)
    }

    @Test(arguments: [(0x04, 0x02), (0x00, 0x06)]) func laterTheCancelFlagMeansNothing(middle: Int, last: Int) {
        let peer = ServerUnderTest()
        peer.bind()
        for (stub, flags) in [([UInt8(1)], 1), ([2], UInt8(middle))] {
            #expect(peer.send(requestPDU(stub, flags: flags)).isEmpty)
        }
        #expect(peer.send(requestPDU([3], flags: UInt8(last))).first?.stub == [1, 2, 3])
    }

    @Test(arguments: [PDUType.coCancel, .orphaned]) func nobodyAnswersACancel(type: PDUType) {
        let peer = ServerUnderTest()
        peer.bind(flags: 0x13)
        #expect(peer.send(headerOnly(type, callID: 3)).isEmpty)
        #expect(peer.cancelled + peer.orphaned == [3])
        // In the middle of a request it changes nothing, and the request completes.
        #expect(peer.send(requestPDU([1], callID: 4, flags: 1)).isEmpty)
        #expect(peer.send(headerOnly(type, callID: 4)).isEmpty)
        #expect(peer.cancelled + peer.orphaned == [3])
        #expect(peer.send(requestPDU([2], callID: 4, flags: 2)).first?.stub == [1, 2])
        #expect(peer.send(requestPDU([3], callID: 5)).first?.stub == [3])
        #expect(peer.end == nil)
    }
}
