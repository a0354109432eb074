// SPDX-License-Identifier: LGPL-3.0-or-later
// version.h

internal import CDCERPC

@c @implementation
public func dcerpcswift_version() -> UInt32 { UInt32(DCERPCSWIFT_VERSION) }

@c @implementation
public func dcerpcswift_version_string() -> UnsafePointer<CChar>? { cString("1.0.0") }

@c @implementation
public func dcerpcswift_table_format() -> UInt32 { UInt32(NDR_TABLE_FORMAT) }
