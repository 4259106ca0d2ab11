/**
 * Owned file descriptors, which travel with messages over Unix seqpacket sockets.
 *
 * Permissions: `--allow-ffi`, without a scope; Linux on x86-64 or arm64 only.
 *
 * @module
 */
export { FileDescriptor } from "./file_descriptor.ts";
export type { FileDescriptorFlags } from "./open_flags.ts";
