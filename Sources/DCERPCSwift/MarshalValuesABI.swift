// SPDX-License-Identifier: LGPL-3.0-or-later
// ndr_marshal.h: addresses, pointers, GUIDs, SIDs and what else is more than a number, each by its number in ndr_format.h

public import CDCERPC
internal import Glibc

@c @implementation
public func ndr_push_ipv4address(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafePointer<CChar>?) -> ndr_err_code
{
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_IPV4ADDRESS), v)
}

@c @implementation
public func ndr_pull_ipv4address(
    _ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) -> ndr_err_code {
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_IPV4ADDRESS), v)
}

@c @implementation
public func ndr_print_ipv4address(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UnsafePointer<CChar>?) {
    printScalar(ndr, name, UInt32(NDR_T_IPV4ADDRESS), v)
}

@c @implementation
public func ndr_push_ipv6address(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafePointer<CChar>?) -> ndr_err_code
{
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_IPV6ADDRESS), v)
}

@c @implementation
public func ndr_pull_ipv6address(
    _ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) -> ndr_err_code {
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_IPV6ADDRESS), v)
}

@c @implementation
public func ndr_print_ipv6address(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UnsafePointer<CChar>?) {
    printScalar(ndr, name, UInt32(NDR_T_IPV6ADDRESS), v)
}

@c @implementation
public func ndr_push_pointer(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutableRawPointer?) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_POINTER), v)
}

@c @implementation
public func ndr_pull_pointer(
    _ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> ndr_err_code {
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_POINTER), v)
}

@c @implementation
public func ndr_print_pointer(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UnsafeMutableRawPointer?) {
    printScalar(ndr, name, UInt32(NDR_T_POINTER), v)
}

@c @implementation
public func ndr_push_enum_uint8(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UInt8) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_UINT8), v)
}

@c @implementation
public func ndr_pull_enum_uint8(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<UInt8>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_UINT8), v)
}

@c @implementation
public func ndr_push_enum_uint16(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UInt16) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_UINT16), v)
}

@c @implementation
public func ndr_pull_enum_uint16(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<UInt16>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_UINT16), v)
}

@c @implementation
public func ndr_push_enum_uint32(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UInt32) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_UINT32), v)
}

@c @implementation
public func ndr_pull_enum_uint32(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<UInt32>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_UINT32), v)
}

@c @implementation
public func ndr_push_enum_uint1632(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UInt16) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_UINT1632), v)
}

@c @implementation
public func ndr_pull_enum_uint1632(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<UInt16>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_UINT1632), v)
}

@c @implementation
public func ndr_push_GUID(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafePointer<GUID>?) -> ndr_err_code {
    pushValue(ndr, ndr_flags, UInt32(NDR_T_GUID), v)
}

@c @implementation
public func ndr_pull_GUID(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<GUID>?) -> ndr_err_code {
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_GUID), v)
}

@c @implementation
public func ndr_print_GUID(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UnsafePointer<GUID>?) {
    printValue(ndr, name, UInt32(NDR_T_GUID), v)
}

@c @implementation
public func ndr_push_policy_handle(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafePointer<policy_handle>?)
    -> ndr_err_code
{
    pushValue(ndr, ndr_flags, UInt32(NDR_T_POLICY_HANDLE), v)
}

@c @implementation
public func ndr_pull_policy_handle(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<policy_handle>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_POLICY_HANDLE), v)
}

@c @implementation
public func ndr_print_policy_handle(
    _ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UnsafePointer<policy_handle>?
) {
    printValue(ndr, name, UInt32(NDR_T_POLICY_HANDLE), v)
}

@c @implementation
public func ndr_push_ndr_syntax_id(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafePointer<ndr_syntax_id>?)
    -> ndr_err_code
{
    pushValue(ndr, ndr_flags, UInt32(NDR_T_SYNTAX_ID), v)
}

@c @implementation
public func ndr_pull_ndr_syntax_id(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<ndr_syntax_id>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_SYNTAX_ID), v)
}

@c @implementation
public func ndr_print_ndr_syntax_id(
    _ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UnsafePointer<ndr_syntax_id>?
) {
    printValue(ndr, name, UInt32(NDR_T_SYNTAX_ID), v)
}

@c @implementation
public func ndr_push_timeval(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafePointer<timeval>?) -> ndr_err_code {
    pushValue(ndr, ndr_flags, UInt32(NDR_T_TIMEVAL), v)
}

@c @implementation
public func ndr_pull_timeval(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<timeval>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_TIMEVAL), v)
}

@c @implementation
public func ndr_print_timeval(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UnsafePointer<timeval>?) {
    printValue(ndr, name, UInt32(NDR_T_TIMEVAL), v)
}

@c @implementation
public func ndr_push_timespec(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafePointer<timespec>?) -> ndr_err_code
{
    pushValue(ndr, ndr_flags, UInt32(NDR_T_TIMESPEC), v)
}

@c @implementation
public func ndr_pull_timespec(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<timespec>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_TIMESPEC), v)
}

@c @implementation
public func ndr_print_timespec(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UnsafePointer<timespec>?) {
    printValue(ndr, name, UInt32(NDR_T_TIMESPEC), v)
}

@c @implementation
public func ndr_push_dom_sid(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafePointer<dom_sid>?) -> ndr_err_code {
    pushValue(ndr, ndr_flags, UInt32(NDR_T_DOM_SID), v)
}

@c @implementation
public func ndr_pull_dom_sid(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<dom_sid>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_DOM_SID), v)
}

@c @implementation
public func ndr_print_dom_sid(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UnsafePointer<dom_sid>?) {
    printValue(ndr, name, UInt32(NDR_T_DOM_SID), v)
}

@c @implementation
public func ndr_push_dom_sid2(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafePointer<dom_sid>?) -> ndr_err_code {
    pushValue(ndr, ndr_flags, UInt32(NDR_T_DOM_SID2), v)
}

@c @implementation
public func ndr_pull_dom_sid2(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<dom_sid>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_DOM_SID2), v)
}

@c @implementation
public func ndr_print_dom_sid2(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UnsafePointer<dom_sid>?) {
    printValue(ndr, name, UInt32(NDR_T_DOM_SID2), v)
}

@c @implementation
public func ndr_push_dom_sid28(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafePointer<dom_sid>?) -> ndr_err_code
{
    pushValue(ndr, ndr_flags, UInt32(NDR_T_DOM_SID28), v)
}

@c @implementation
public func ndr_pull_dom_sid28(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<dom_sid>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_DOM_SID28), v)
}

@c @implementation
public func ndr_print_dom_sid28(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UnsafePointer<dom_sid>?) {
    printValue(ndr, name, UInt32(NDR_T_DOM_SID28), v)
}

@c @implementation
public func ndr_push_dom_sid0(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafePointer<dom_sid>?) -> ndr_err_code {
    pushValue(ndr, ndr_flags, UInt32(NDR_T_DOM_SID0), v)
}

@c @implementation
public func ndr_pull_dom_sid0(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<dom_sid>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_DOM_SID0), v)
}

@c @implementation
public func ndr_print_dom_sid0(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UnsafePointer<dom_sid>?) {
    printValue(ndr, name, UInt32(NDR_T_DOM_SID0), v)
}

@c @implementation
public func ndr_push_security_descriptor(
    _ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafePointer<security_descriptor>?
) -> ndr_err_code {
    pushValue(ndr, ndr_flags, UInt32(NDR_T_SECURITY_DESCRIPTOR), v)
}

@c @implementation
public func ndr_pull_security_descriptor(
    _ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<security_descriptor>?
) -> ndr_err_code {
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_SECURITY_DESCRIPTOR), v)
}

@c @implementation
public func ndr_print_security_descriptor(
    _ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UnsafePointer<security_descriptor>?
) {
    printValue(ndr, name, UInt32(NDR_T_SECURITY_DESCRIPTOR), v)
}

@c @implementation
public func ndr_push_security_acl(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafePointer<security_acl>?)
    -> ndr_err_code
{
    pushValue(ndr, ndr_flags, UInt32(NDR_T_SECURITY_ACL), v)
}

@c @implementation
public func ndr_pull_security_acl(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<security_acl>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_SECURITY_ACL), v)
}

@c @implementation
public func ndr_print_security_acl(
    _ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UnsafePointer<security_acl>?
) {
    printValue(ndr, name, UInt32(NDR_T_SECURITY_ACL), v)
}

@c @implementation
public func ndr_push_security_ace(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafePointer<security_ace>?)
    -> ndr_err_code
{
    pushValue(ndr, ndr_flags, UInt32(NDR_T_SECURITY_ACE), v)
}

@c @implementation
public func ndr_pull_security_ace(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<security_ace>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_SECURITY_ACE), v)
}

@c @implementation
public func ndr_print_security_ace(
    _ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UnsafePointer<security_ace>?
) {
    printValue(ndr, name, UInt32(NDR_T_SECURITY_ACE), v)
}
