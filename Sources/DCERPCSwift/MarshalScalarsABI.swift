// SPDX-License-Identifier: LGPL-3.0-or-later
// ndr_marshal.h: scalars, each by its number in ndr_format.h

public import CDCERPC
internal import Glibc

// The names are libndr's, one a scalar.

@c @implementation
public func ndr_push_uint8(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UInt8) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_UINT8), v)
}

@c @implementation
public func ndr_pull_uint8(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<UInt8>?) -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_UINT8), v)
}

@c @implementation
public func ndr_print_uint8(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UInt8) {
    printScalar(ndr, name, UInt32(NDR_T_UINT8), v)
}

@c @implementation
public func ndr_push_int8(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: Int8) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_INT8), v)
}

@c @implementation
public func ndr_pull_int8(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<Int8>?) -> ndr_err_code {
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_INT8), v)
}

@c @implementation
public func ndr_print_int8(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: Int8) {
    printScalar(ndr, name, UInt32(NDR_T_INT8), v)
}

@c @implementation
public func ndr_push_uint16(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UInt16) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_UINT16), v)
}

@c @implementation
public func ndr_pull_uint16(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<UInt16>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_UINT16), v)
}

@c @implementation
public func ndr_print_uint16(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UInt16) {
    printScalar(ndr, name, UInt32(NDR_T_UINT16), v)
}

@c @implementation
public func ndr_push_int16(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: Int16) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_INT16), v)
}

@c @implementation
public func ndr_pull_int16(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<Int16>?) -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_INT16), v)
}

@c @implementation
public func ndr_print_int16(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: Int16) {
    printScalar(ndr, name, UInt32(NDR_T_INT16), v)
}

@c @implementation
public func ndr_push_uint1632(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UInt16) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_UINT1632), v)
}

@c @implementation
public func ndr_pull_uint1632(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<UInt16>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_UINT1632), v)
}

@c @implementation
public func ndr_print_uint1632(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UInt16) {
    printScalar(ndr, name, UInt32(NDR_T_UINT1632), v)
}

@c @implementation
public func ndr_push_uint32(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UInt32) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_UINT32), v)
}

@c @implementation
public func ndr_pull_uint32(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<UInt32>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_UINT32), v)
}

@c @implementation
public func ndr_print_uint32(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UInt32) {
    printScalar(ndr, name, UInt32(NDR_T_UINT32), v)
}

@c @implementation
public func ndr_push_int32(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: Int32) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_INT32), v)
}

@c @implementation
public func ndr_pull_int32(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<Int32>?) -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_INT32), v)
}

@c @implementation
public func ndr_print_int32(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: Int32) {
    printScalar(ndr, name, UInt32(NDR_T_INT32), v)
}

@c @implementation
public func ndr_push_uint3264(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UInt32) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_UINT3264), v)
}

@c @implementation
public func ndr_pull_uint3264(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<UInt32>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_UINT3264), v)
}

@c @implementation
public func ndr_print_uint3264(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UInt32) {
    printScalar(ndr, name, UInt32(NDR_T_UINT3264), v)
}

@c @implementation
public func ndr_push_int3264(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: Int32) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_INT3264), v)
}

@c @implementation
public func ndr_pull_int3264(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<Int32>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_INT3264), v)
}

@c @implementation
public func ndr_print_int3264(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: Int32) {
    printScalar(ndr, name, UInt32(NDR_T_INT3264), v)
}

@c @implementation
public func ndr_push_hyper(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UInt64) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_HYPER), v)
}

@c @implementation
public func ndr_pull_hyper(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<UInt64>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_HYPER), v)
}

@c @implementation
public func ndr_print_hyper(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UInt64) {
    printScalar(ndr, name, UInt32(NDR_T_HYPER), v)
}

@c @implementation
public func ndr_push_int64(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: Int64) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_INT64), v)
}

@c @implementation
public func ndr_pull_int64(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<Int64>?) -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_INT64), v)
}

@c @implementation
public func ndr_print_int64(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: Int64) {
    printScalar(ndr, name, UInt32(NDR_T_INT64), v)
}

@c @implementation
public func ndr_push_dlong(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: Int64) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_DLONG), v)
}

@c @implementation
public func ndr_pull_dlong(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<Int64>?) -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_DLONG), v)
}

@c @implementation
public func ndr_print_dlong(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: Int64) {
    printScalar(ndr, name, UInt32(NDR_T_DLONG), v)
}

@c @implementation
public func ndr_push_udlong(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UInt64) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_UDLONG), v)
}

@c @implementation
public func ndr_pull_udlong(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<UInt64>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_UDLONG), v)
}

@c @implementation
public func ndr_print_udlong(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UInt64) {
    printScalar(ndr, name, UInt32(NDR_T_UDLONG), v)
}

@c @implementation
public func ndr_push_udlongr(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UInt64) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_UDLONGR), v)
}

@c @implementation
public func ndr_pull_udlongr(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<UInt64>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_UDLONGR), v)
}

@c @implementation
public func ndr_print_udlongr(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: UInt64) {
    printScalar(ndr, name, UInt32(NDR_T_UDLONGR), v)
}

@c @implementation
public func ndr_push_float(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: Float) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_FLOAT), v)
}

@c @implementation
public func ndr_pull_float(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<Float>?) -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_FLOAT), v)
}

@c @implementation
public func ndr_print_float(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: Float) {
    printScalar(ndr, name, UInt32(NDR_T_FLOAT), v)
}

@c @implementation
public func ndr_push_double(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: Double) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_DOUBLE), v)
}

@c @implementation
public func ndr_pull_double(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<Double>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_DOUBLE), v)
}

@c @implementation
public func ndr_print_double(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: Double) {
    printScalar(ndr, name, UInt32(NDR_T_DOUBLE), v)
}

@c @implementation
public func ndr_push_NTTIME(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: NTTIME) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_NTTIME), v)
}

@c @implementation
public func ndr_pull_NTTIME(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<NTTIME>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_NTTIME), v)
}

@c @implementation
public func ndr_print_NTTIME(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: NTTIME) {
    printScalar(ndr, name, UInt32(NDR_T_NTTIME), v)
}

@c @implementation
public func ndr_push_NTTIME_1sec(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: NTTIME) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_NTTIME_1SEC), v)
}

@c @implementation
public func ndr_pull_NTTIME_1sec(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<NTTIME>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_NTTIME_1SEC), v)
}

@c @implementation
public func ndr_print_NTTIME_1sec(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: NTTIME) {
    printScalar(ndr, name, UInt32(NDR_T_NTTIME_1SEC), v)
}

@c @implementation
public func ndr_push_NTTIME_hyper(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: NTTIME) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_NTTIME_HYPER), v)
}

@c @implementation
public func ndr_pull_NTTIME_hyper(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<NTTIME>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_NTTIME_HYPER), v)
}

@c @implementation
public func ndr_print_NTTIME_hyper(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: NTTIME) {
    printScalar(ndr, name, UInt32(NDR_T_NTTIME_HYPER), v)
}

@c @implementation
public func ndr_push_time_t(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: time_t) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_TIME_T), v)
}

@c @implementation
public func ndr_pull_time_t(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<time_t>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_TIME_T), v)
}

@c @implementation
public func ndr_print_time_t(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: time_t) {
    printScalar(ndr, name, UInt32(NDR_T_TIME_T), v)
}

@c @implementation
public func ndr_push_uid_t(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: uid_t) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_UID), v)
}

@c @implementation
public func ndr_pull_uid_t(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<uid_t>?) -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_UID), v)
}

@c @implementation
public func ndr_print_uid_t(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: uid_t) {
    printScalar(ndr, name, UInt32(NDR_T_UID), v)
}

@c @implementation
public func ndr_push_gid_t(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: gid_t) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_GID), v)
}

@c @implementation
public func ndr_pull_gid_t(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<gid_t>?) -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_GID), v)
}

@c @implementation
public func ndr_print_gid_t(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: gid_t) {
    printScalar(ndr, name, UInt32(NDR_T_GID), v)
}

@c @implementation
public func ndr_push_NTSTATUS(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: NTSTATUS) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_NTSTATUS), v)
}

@c @implementation
public func ndr_pull_NTSTATUS(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<NTSTATUS>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_NTSTATUS), v)
}

@c @implementation
public func ndr_print_NTSTATUS(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: NTSTATUS) {
    printScalar(ndr, name, UInt32(NDR_T_NTSTATUS), v)
}

@c @implementation
public func ndr_push_WERROR(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: WERROR) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_WERROR), v)
}

@c @implementation
public func ndr_pull_WERROR(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<WERROR>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_WERROR), v)
}

@c @implementation
public func ndr_print_WERROR(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: WERROR) {
    printScalar(ndr, name, UInt32(NDR_T_WERROR), v)
}

@c @implementation
public func ndr_push_HRESULT(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: HRESULT) -> ndr_err_code {
    pushScalar(ndr, ndr_flags, UInt32(NDR_T_HRESULT), v)
}

@c @implementation
public func ndr_pull_HRESULT(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ v: UnsafeMutablePointer<HRESULT>?)
    -> ndr_err_code
{
    pullScalar(ndr, ndr_flags, UInt32(NDR_T_HRESULT), v)
}

@c @implementation
public func ndr_print_HRESULT(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ v: HRESULT) {
    printScalar(ndr, name, UInt32(NDR_T_HRESULT), v)
}
