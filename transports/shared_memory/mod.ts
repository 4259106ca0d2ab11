/**
 * Memory that two processes share, so that large frames are handed over without a
 * copy; and a pool of it for each connection.
 *
 * Permissions: `--allow-ffi`, without a scope; Linux on x86-64 or arm64 only.
 *
 * @module
 */
export { FileDescriptor } from "../descriptor/file_descriptor.ts";
export type { FileDescriptorFlags } from "../descriptor/open_flags.ts";
export type { SharedMemoryLease } from "./lending.ts";
export type { SharedMemoryView } from "./mapping_cache.ts";
export type {
  SharedMemoryPeer,
  SharedMemoryPoolOptions,
} from "./pool_options.ts";
export {
  SharedMemory,
  type SharedMemoryCreateOptions,
  type SharedMemoryFromOptions,
  type SharedMemorySealOptions,
} from "./shared_memory.ts";
export {
  type SharedMemoryLendOptions,
  SharedMemoryPool,
  type SharedMemoryPoolStats,
} from "./shared_memory_pool.ts";
