// swift-tools-version:6.1
// SPDX-License-Identifier: LGPL-3.0-or-later
//
// One target per room; a target imports only rooms on lower floors (docs/architecture.md lists the floors).

import PackageDescription

let root = Context.packageDirectory

// Every room: no implicit Concurrency or StringProcessing import (the library must not pull either in),
// explicit existentials, imports that say who may see them, and no warning left standing.
let roomSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags([
        "-Xfrontend", "-disable-implicit-concurrency-module-import",
        "-Xfrontend", "-disable-implicit-string-processing-module-import",
        "-warnings-as-errors",
        // Generated headers include <dcerpcswift/...>.
        "-Xcc", "-I\(root)/Include",
    ]),
]

let toolSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "dcerpcswift",
    products: [
        .library(name: "dcerpcswift", type: .dynamic, targets: ["DCERPCSwift"]),
        .executable(name: "dcerpc-idl", targets: ["dcerpc-idl"]),
        .executable(name: "dcerpc", targets: ["dcerpc"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        // Floor 0
        .systemLibrary(name: "CDCERPC", path: "Include"),
        .systemLibrary(name: "CTalloc"),
        .systemLibrary(name: "CTevent"),
        .systemLibrary(name: "CAres"),
        .systemLibrary(name: "CNettle"),
        .systemLibrary(name: "CZlib"),
        .target(name: "CShims", dependencies: ["CTalloc", "CTevent"]),
        .target(name: "CKerberos"),
        .target(name: "Wire", swiftSettings: roomSettings),
        .target(name: "Compression", dependencies: ["Wire", "CZlib"], swiftSettings: roomSettings),
        .target(name: "IDLSyntax", swiftSettings: roomSettings),

        // Floor 1
        .target(name: "NDR", dependencies: ["Wire", "Compression", "CDCERPC"], swiftSettings: roomSettings),
        .target(name: "PDU", dependencies: ["Wire"], swiftSettings: roomSettings),
        .target(name: "Binding", dependencies: ["Wire"], swiftSettings: roomSettings),
        .target(name: "IDLModel", dependencies: ["IDLSyntax"], swiftSettings: roomSettings),

        // Floor 2
        .target(name: "IDLEmit", dependencies: ["IDLSyntax", "IDLModel"], swiftSettings: roomSettings),

        .target(name: "Security", dependencies: ["Wire", "CNettle", "CKerberos"], swiftSettings: roomSettings),
        // An IDL file as a table in memory, for tools
        .target(
            name: "IDLRuntime", dependencies: ["IDLModel", "IDLEmit", "NDR", "Wire", "CDCERPC"],
            swiftSettings: roomSettings),

        // Floor 3
        .target(name: "Connection", dependencies: ["Wire", "PDU", "Security"], swiftSettings: roomSettings),

        // Floor 4
        .target(
            name: "Transport",
            dependencies: [
                "Wire", "PDU", "Binding", "Security", "Connection", "CShims", "CTalloc", "CTevent", "CAres",
            ],
            swiftSettings: roomSettings),

        // What C functions that marshal are given
        .target(
            name: "Marshalling", dependencies: ["NDR", "Transport", "CDCERPC", "CShims"],
            swiftSettings: roomSettings),

        // Security mechanisms of C programs
        .target(
            name: "PlugIns", dependencies: ["Wire", "Security", "Transport", "CDCERPC", "CShims"],
            swiftSettings: roomSettings),

        // Floor 5: the interfaces that the library itself speaks, as tables that dcerpc-idl made
        .target(
            name: "CBuiltinTables", dependencies: ["CDCERPC"], exclude: ["netlogon_channel.idl"],
            cSettings: [.headerSearchPath("../../Include")]),
        .target(
            name: "Client",
            dependencies: [
                "Wire", "NDR", "PDU", "Binding", "Security", "Connection", "Transport", "Marshalling", "PlugIns",
                "CDCERPC", "CShims",
                "CTalloc", "CTevent", "CBuiltinTables",
            ],
            swiftSettings: roomSettings),
        .target(
            name: "Server",
            dependencies: [
                "Wire", "NDR", "PDU", "Binding", "Security", "Connection", "Transport", "Marshalling", "PlugIns",
                "CDCERPC", "CShims",
                "CTalloc", "CTevent", "CBuiltinTables",
            ],
            swiftSettings: roomSettings),

        // Floor 6: the C ABI
        .target(
            name: "DCERPCSwift",
            dependencies: [
                "Wire", "Compression", "NDR", "PDU", "Binding", "Security", "Connection", "Transport", "Marshalling",
                "PlugIns", "Client", "Server", "CDCERPC",
                "CShims", "CTalloc", "CTevent",
            ],
            exclude: ["dcerpcswift.map"],
            swiftSettings: roomSettings,
            linkerSettings: [
                .unsafeFlags([
                    "-static-stdlib",
                    "-Xlinker", "-soname=libdcerpcswift.so.1",
                    "-Xlinker", "--version-script=\(root)/Sources/DCERPCSwift/dcerpcswift.map",
                    "-Xlinker", "--gc-sections", "-Xlinker", "--as-needed", "-Xlinker", "-z", "-Xlinker", "relro",
                    "-Xlinker", "-z", "-Xlinker", "now",
                ])
            ]),

        // The command lines
        .executableTarget(
            name: "dcerpc-idl",
            dependencies: [
                "IDLSyntax", "IDLModel", "IDLEmit",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: toolSettings),

        .executableTarget(
            name: "dcerpc",
            dependencies: [
                "IDLSyntax", "IDLModel", "IDLRuntime", "NDR", "Wire", "CDCERPC",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: toolSettings + [.unsafeFlags(["-Xcc", "-I\(root)/Include"])]),

        // Tests
        .testTarget(name: "WireTests", dependencies: ["Wire"]),
        .testTarget(name: "CompressionTests", dependencies: ["Compression", "Wire"]),
        .testTarget(
            name: "NDRTests", dependencies: ["NDR", "Wire", "CDCERPC", "CNDRTestTables"],
            swiftSettings: [.unsafeFlags(["-Xcc", "-I\(root)/Include"])]),
        .target(
            name: "CNDRTestTables", dependencies: ["CDCERPC"], path: "Tests/Support/CNDRTestTables",
            cSettings: [.headerSearchPath("../../../Include")]),
        .testTarget(name: "PDUTests", dependencies: ["PDU", "Wire"]),
        .testTarget(name: "BindingTests", dependencies: ["Binding", "Wire"]),
        .testTarget(name: "IDLSyntaxTests", dependencies: ["IDLSyntax"]),
        .testTarget(name: "IDLModelTests", dependencies: ["IDLModel", "IDLSyntax"]),
        .testTarget(name: "IDLEmitTests", dependencies: ["IDLEmit", "IDLModel", "IDLSyntax"]),
        .testTarget(
            name: "IDLRuntimeTests",
            dependencies: ["IDLRuntime", "IDLModel", "IDLSyntax", "NDR", "Wire", "CDCERPC", "CNDRTestTables"],
            swiftSettings: [.unsafeFlags(["-Xcc", "-I\(root)/Include"])]),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Server", "Binding", "Connection", "NDR", "PDU", "Transport", "Wire", "CBuiltinTables", "CDCERPC",
                "CShims",
                "CTalloc", "CTevent",
            ]),
        .testTarget(name: "SecurityTests", dependencies: ["Security", "Wire"]),
        .testTarget(name: "ConnectionTests", dependencies: ["Connection", "PDU", "Security", "Transport", "Wire"]),
    ]
)
