/** Descriptors are scarcer than memory: where bytes are limited, each counts as so many. */
export const DESCRIPTOR_COST: number = 64 * 1024;
