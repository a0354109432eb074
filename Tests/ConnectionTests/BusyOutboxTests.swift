// SPDX-License-Identifier: LGPL-3.0-or-later

import Connection
import PDU
import Testing
import Transport
import Wire

/// User code can run while a message is being pushed (a marshaller of its own): nothing that it asks of the same
/// connection may touch the message.
@Suite struct BusyOutboxTests {
    @Test func aRequestInTheMakingIsLeftAlone() throws {
        let driver = try connected()
        let running = try driver.request([1], tag: 1)
        let start = try driver.client.openRequest(object: nil)
        try push([9, 9], to: &driver.client.outbox.writer)
        #expect(throws: WireError.limitExceeded) { try driver.client.openRequest(object: nil) }
        #expect(throws: WireError.limitExceeded) {
            try driver.client.negotiate(other, transferSyntaxes: [.ndr], tag: 5)
        }
        driver.client.abandon(callID: running)
        driver.run()
        #expect(driver.calls.map(\.stub) == [[1]])
        try push([9], to: &driver.client.outbox.writer)
        _ = try driver.client.sealRequest(start, contextID: 0, opnum: 0, object: nil, tag: 2, security: 0)
        driver.run()
        #expect(driver.calls.map(\.stub) == [[1], [9, 9, 9]])
    }

    @Test func aClosedConnectionTakesNothing() throws {
        let driver = try connected()
        let start = try driver.client.openRequest(object: nil)
        driver.client.disconnected(.local)
        try push([9], to: &driver.client.outbox.writer)
        #expect(throws: WireError.truncated) {
            try driver.client.sealRequest(start, contextID: 0, opnum: 0, object: nil, tag: 2, security: 0)
        }
        let unsent = driver.client.outbox.unsent
        #expect(unsent == 0)
        driver.run()
        #expect(driver.clientEnd == .local)
    }

    @Test func aFaultWaitsForTheAnswerInTheMaking() throws {
        let driver = try connected()
        for tag in 0..<2 { try driver.request([UInt8(tag)], tag: UInt(tag)) }
        driver.run()
        for keeping in [true, false] {
            let start = try driver.server.openResponse()
            #expect(throws: WireError.limitExceeded) { try driver.server.openResponse() }
            if keeping {
                driver.fault(driver.calls[1], 77)
                try push([5], to: &driver.server.outbox.writer)
                driver.run()
                #expect(driver.replies.isEmpty)
                try driver.server.sealResponse(
                    start, callID: driver.calls[0].callID, contextID: 0, bigEndian: false, security: 0)
            } else {
                driver.server.abandonResponse(start)
            }
            driver.run()
            #expect(driver.replies.map(\.tag) == [0, 1])
        }
        #expect(driver.replies[0].stub == [5] && driver.replies[1].fault == 77)
        #expect(driver.server.callsRunning == 0)
    }
}
