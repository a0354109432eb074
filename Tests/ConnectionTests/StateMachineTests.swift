// SPDX-License-Identifier: LGPL-3.0-or-later

import Connection
import Foundation
import PDU
import Testing
import Transport
import Wire

/// Walks every cell of docs/state-machines.md: each PDU type in each state of each role must do what the page says.
@Suite struct StateMachineTests {
    /// The tables of the page: heading -> column names and, by row name, cells.
    private struct Table {
        var columns: [String] = []
        var rows: [String: [String]] = [:]
    }

    private func tables() throws -> [String: Table] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("docs/state-machines.md"), encoding: .utf8)
        var found: [String: Table] = [:]
        var heading = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("## ") { heading = String(line.dropFirst(3)) }
            guard line.hasPrefix("|"), !line.hasPrefix("|--") else { continue }
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { $0.trimmingCharacters(in: .whitespaces) }
            if found[heading] == nil {
                found[heading] = Table(columns: Array(cells.dropFirst()))
            } else {
                found[heading]?.rows[cells[0]] = Array(cells.dropFirst())
            }
        }
        return found
    }

    private static let rows: [(name: String, type: PDUType?)] =
        PDUType.allCases.map { ("\($0)", $0) } + [("(unknown type)", nil)]

    private func check(_ heading: String, _ columns: [String], _ behaviour: (String, PDUType?) throws -> String) throws
    {
        let table = try #require(try tables()[heading])
        #expect(table.columns == columns)
        #expect(Set(table.rows.keys) == Set(Self.rows.map(\.name)))
        for row in Self.rows {
            let actual = try columns.map { try behaviour($0, row.type) }
            #expect(table.rows[row.name] == actual, "| \(row.name) | \(actual.joined(separator: " | ")) |")
        }
    }

    // MARK: Server

    private static let serverColumns = [
        "unbound", "negotiating", "bound", "bound, call runs, one at a time", "bound, fragments come",
        "bound, fragments come, multiplexing", "closing", "closed",
    ]

    private func server(_ state: String) throws -> ServerUnderTest {
        let peer = ServerUnderTest()
        peer.echoes = false
        switch state {
        case "unbound": break
        case "negotiating":
            let bytes = bindPDU([element(0, echo, [.ndr])])
            let room = try #require(peer.server.inputSpace())
            room.copyBytes(from: bytes)
            peer.server.received(bytes.count)
            guard case .negotiate = peer.server.nextAction() else { throw Unexpected() }
        case "bound": peer.bind()
        case "bound, call runs, one at a time":
            peer.bind()
            peer.send(requestPDU(callID: 50))
        case "bound, fragments come":
            peer.bind()
            peer.send(requestPDU(callID: 50, flags: 1))
        case "bound, fragments come, multiplexing":
            peer.bind(flags: 0x13)
            peer.send(requestPDU(callID: 50, flags: 1))
        case "closing": peer.server.close(.local)
        case "closed": peer.server.disconnected(.local)
        default: throw Unexpected()
        }
        peer.dispatched = []
        return peer
    }

    private func pdu(_ type: PDUType?, callID: UInt32) -> [UInt8] {
        switch type {
        case .request: return requestPDU([1], callID: callID)
        case .response: return responsePDU([1], callID: callID)
        case .bind: return bindPDU([element(1, echo, [.ndr])], callID: callID)
        case .alterContext: return bindPDU([element(1, echo, [.ndr])], type: .alterContext, callID: callID)
        case .fault:
            return bytes { try FaultPDU(contextID: 0, status: 5).write(to: &$0, flags: .onlyFragment, callID: callID) }
        case .bindAck, .alterContextResponse:
            let kind = type ?? .bindAck
            return bytes {
                let features: [PresentationResult] = kind == .bindAck ? [.negotiated([])] : []
                try BindAckPDU(
                    maxTransmitFragment: 5840, maxReceiveFragment: 5840, associationGroup: 1,
                    results: [.accepted(.ndr)] + features
                ).write(to: &$0, type: kind, flags: .onlyFragment, callID: callID)
            }
        case .bindNak:
            return bytes { try BindNakPDU(reason: .notSpecified).write(to: &$0, flags: .onlyFragment, callID: callID) }
        case .some(let type): return headerOnly(type, callID: callID)
        case nil:
            var bytes = headerOnly(.request, callID: callID)
            bytes[2] = 21
            return bytes
        }
    }

    private func serverBehaviour(_ state: String, _ type: PDUType?) throws -> String {
        let peer = try server(state)
        let before = (peer.server.phase, peer.server.wantsInput)
        let answers = peer.send(pdu(type, callID: 60))
        if !before.1 {
            #expect(answers.isEmpty && peer.server.phase == before.0)
            return state == "negotiating" ? "waits" : "ignored"
        }
        var said: [String] = []
        said += peer.dispatched.map { _ in "dispatch" }
        said += peer.cancelled.map { _ in "cancel" }
        said += peer.orphaned.map { _ in "orphan" }
        for answer in answers {
            switch answer.type {
            case .bindAck: said.append("bind_ack")
            case .alterContextResponse: said.append("alter_context_resp")
            case .bindNak: said.append("bind_nak \(answer.nak?.reason.rawValue ?? 99)")
            case .fault: said.append(answer.callID == 60 ? "fault" : "fault of the other call")
            default: said.append("?")
            }
        }
        if peer.end != nil { said.append("close") }
        return said.joined(separator: ", ")
    }

    @Test func everyCellOfTheServer() throws {
        try check("Server", Self.serverColumns, serverBehaviour)
    }

    // MARK: Client

    private static let clientColumns = [
        "unbound", "binding", "bound", "bound, request held", "altering", "draining", "closed",
    ]

    /// A client in a state, and the call id that the PDU is to carry.
    private func client(_ state: String, _ type: PDUType?) throws -> (ClientUnderTest, UInt32) {
        let peer = ClientUnderTest()
        var callID: UInt32 = 1
        switch state {
        case "unbound": break
        case "binding":
            try peer.client.negotiate(echo, transferSyntaxes: [.ndr], tag: 1)
            callID = try #require(peer.output().first?.callID)
        case "bound", "closed", "draining":
            peer.bind()
            callID = try peer.request()
            if state == "closed" { peer.client.disconnected(.local) }
            if state == "draining" { peer.receive(headerOnly(.shutdown, callID: 0)) }
        case "bound, request held":
            peer.bind(flags: 0x03)
            try peer.request()
            callID = try peer.request()
        case "altering":
            peer.bind()
            callID = try peer.request()
            _ = peer.output()
            try peer.client.negotiate(other, transferSyntaxes: [.ndr], tag: 2)
            let alter = try #require(peer.output().first?.callID)
            if type != .response, type != .fault { callID = alter }
        default: throw Unexpected()
        }
        peer.act()
        return (peer, callID)
    }

    private func clientBehaviour(_ state: String, _ type: PDUType?) throws -> String {
        let (peer, callID) = try client(state, type)
        let before = (peer.end, peer.client.isOpen)
        peer.negotiations = []
        peer.receive(pdu(type, callID: callID))
        if before.0 != nil { return peer.replies.isEmpty && peer.negotiations.isEmpty ? "ignored" : "?" }
        var said: [String] = []
        said += peer.replies.map { _ in "answered" }
        for negotiation in peer.negotiations {
            if case .accepted = negotiation.outcome { said.append("negotiated") } else { said.append("refused") }
        }
        if peer.end != nil {
            said.append("close")
        } else if before.1, !peer.client.isOpen {
            said.append("drain")
        }
        return said.isEmpty ? "ignored" : said.joined(separator: ", ")
    }

    @Test func everyCellOfTheClient() throws {
        try check("Client", Self.clientColumns, clientBehaviour)
    }
}
