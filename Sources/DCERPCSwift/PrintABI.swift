// SPDX-License-Identifier: LGPL-3.0-or-later
// ndr.h: structures as text

internal import CDCERPC
internal import NDR
internal import Transport
internal import Wire

private func setsValues(_ flags: UInt32) -> Bool { flags & UInt32(NDR_CODEC_SET_VALUES) != 0 }

private func direction(printing flags: UInt32) -> Direction? {
    switch flags & ~UInt32(NDR_CODEC_SET_VALUES) {
    case UInt32(NDR_CODEC_IN): return .request
    case UInt32(NDR_CODEC_OUT): return .response
    default: return nil
    }
}

@c @implementation
public func ndr_codec_print_call(
    _ codec: OpaquePointer!, _ mem_ctx: UnsafeMutableRawPointer!, _ opnum: UInt32, _ flags: UInt32,
    _ r: UnsafeRawPointer!
) -> UnsafeMutablePointer<CChar>! {
    guard let object = CodecObject.type.object(of: codec), let r, opnum < UInt32(object.codec.callCount),
        let direction = direction(printing: flags)
    else { return nil }
    do throws(NDRError) {
        let text = try object.codec.print(Int(opnum), direction, from: r, setValues: setsValues(flags))
        object.succeeded()
        return tallocString(mem_ctx, text)
    } catch {
        _ = object.failed(error, NTStatus.invalidParameter)
        return nil
    }
}

@c @implementation
public func ndr_codec_print_type(
    _ codec: OpaquePointer!, _ mem_ctx: UnsafeMutableRawPointer!, _ type: UnsafePointer<CChar>!,
    _ name: UnsafePointer<CChar>!, _ flags: UInt32, _ level: Int64, _ value: UnsafeRawPointer!
) -> UnsafeMutablePointer<CChar>! {
    guard let object = CodecObject.type.object(of: codec), let type, let name, let value,
        flags & ~UInt32(NDR_CODEC_SET_VALUES) == 0
    else { return nil }
    do throws(NDRError) {
        let text = try object.codec.print(
            type: String(cString: type), name: String(cString: name), level: level, from: value,
            setValues: setsValues(flags))
        object.succeeded()
        return tallocString(mem_ctx, text)
    } catch {
        _ = object.failed(error, NTStatus.invalidParameter)
        return nil
    }
}
