// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import NDR
import Testing
import Wire

@Suite struct GUIDConversionTests {
    @Test func everyFieldGoesBothWays() throws {
        let value = try #require(UUIDValue("6bffd098-a112-3610-9833-46c3f87e345a"))
        let guid = GUID(value)
        #expect(guid.time_low == 0x6bff_d098)
        #expect(guid.clock_seq.0 == 0x98 && guid.clock_seq.1 == 0x33)
        #expect(guid.node.0 == 0x46 && guid.node.5 == 0x5a)
        #expect(UUIDValue(guid) == value)
    }
}
