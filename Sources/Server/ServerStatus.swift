// SPDX-License-Identifier: LGPL-3.0-or-later

/// The NTSTATUS values that the server's API returns or understands ([MS-ERREF] 2.3).
public enum ServerStatus {
    public static let ok: UInt32 = 0
    public static let notImplemented: UInt32 = 0xc000_0002
    public static let invalidHandle: UInt32 = 0xc000_0008
    public static let invalidParameter: UInt32 = 0xc000_000d
    public static let noMemory: UInt32 = 0xc000_0017
    public static let accessDenied: UInt32 = 0xc000_0022
    public static let objectNameNotFound: UInt32 = 0xc000_0034
    public static let objectNameCollision: UInt32 = 0xc000_0035
    public static let revisionMismatch: UInt32 = 0xc000_0059
    public static let insufficientResources: UInt32 = 0xc000_009a
    public static let timeout: UInt32 = 0xc000_00b5
    public static let notSupported: UInt32 = 0xc000_00bb
    public static let unexpectedNetworkError: UInt32 = 0xc000_00c4
    public static let internalError: UInt32 = 0xc000_00e5
    public static let cancelled: UInt32 = 0xc000_0120
    public static let addressAlreadyExists: UInt32 = 0xc000_020a
    public static let notFound: UInt32 = 0xc000_0225
    public static let unknownInterface: UInt32 = 0xc002_0012
    public static let tooBusy: UInt32 = 0xc002_0018
    public static let procedureOutOfRange: UInt32 = 0xc002_002e
    public static let cannotSupport: UInt32 = 0xc002_0041
    public static let callCancelled: UInt32 = 0xc002_0050
    public static let contextMismatch: UInt32 = 0xc003_0005
    public static let nullReferencePointer: UInt32 = 0xc003_0009
    public static let enumValueOutOfRange: UInt32 = 0xc003_000a
    public static let badStubData: UInt32 = 0xc003_000c
}
