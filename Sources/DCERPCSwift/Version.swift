// SPDX-License-Identifier: LGPL-3.0-or-later
// version.h

internal import CDCERPC

@c @implementation
public func dcerpcswift_version() -> UInt32 { 0x010000 }
