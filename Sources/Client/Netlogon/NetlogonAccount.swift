// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CBuiltinTables
internal import CDCERPC
internal import Marshalling
internal import NDR
public import Security
internal import Wire

/// What a domain controller says about an account that has logged on.
extension nc_SamInfo3 {
    static func text(_ string: nc_String) -> String { string.string.flatMap { String(validatingCString: $0) } ?? "" }

    var domainName: String { nc_SamInfo3.text(domain) }
    var accountName: String { nc_SamInfo3.text(account) }

    /// The account, its primary and other groups, and what else it has.
    var securityIDs: [SecurityID] {
        var found: [SecurityID] = []
        if let domain = domain_sid.map({ SecurityID($0.pointee) }) {
            found += [domain.relative(rid), domain.relative(primary_group)]
            if let groups {
                for index in 0..<Int(group_count) where groups[index].rid != primary_group {
                    found.append(domain.relative(groups[index].rid))
                }
            }
        }
        if let extra = sids {
            for index in 0..<Int(sid_count) {
                if let sid = extra[index].sid { found.append(SecurityID(sid.pointee)) }
            }
        }
        return found
    }
}

extension SecurityID {
    fileprivate init(_ sid: dom_sid) {
        let count = min(15, max(0, Int(sid.num_auths)))
        self.init(
            revision: sid.sid_rev_num, authority: withUnsafeBytes(of: sid.id_auth) { Array($0) },
            parts: withUnsafeBytes(of: sid.sub_auths) { Array($0.bindMemory(to: UInt32.self).prefix(count)) })
    }
}

/// The account in a Kerberos ticket ([MS-PAC] 2.5).
public enum KerberosAccount {
    /// nil: it cannot be read.
    public static func read(_ logonInfo: UnsafeRawBufferPointer) -> SecurityPeer? {
        guard let table = builtin_table_netlogon_channel(), let memory = CallMemory(),
            let codec = try? InterfaceCodec(table, environment: tallocMarshalling),
            let buffer = memory.zeroed(nc_LogonInfoBuffer.self)
        else { return nil }
        do throws(NDRError) {
            try codec.pull(
                type: "nc_LogonInfoBuffer", .ndr32, from: logonInfo, into: buffer, parent: memory.context,
                allocator: tallocAllocator)
        } catch { return nil }
        guard let info = buffer.pointee.content.info else { return nil }
        let account = info.pointee.account
        var sids = account.securityIDs
        if let domain = info.pointee.resource_domain.map({ SecurityID($0.pointee) }),
            let resources = info.pointee.resources
        {
            for index in 0..<Int(info.pointee.resource_count) { sids.append(domain.relative(resources[index].rid)) }
        }
        return SecurityPeer(domain: account.domainName, account: account.accountName, workstation: "", sids: sids)
    }
}
