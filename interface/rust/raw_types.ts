/** What plain bytes are called in Rust: a type for which a format copies the bytes. */
export const RAW_BYTES = "RawBytes";

/** What the body of the transport is called in Rust: a type that a format lets pass. */
export const RAW_BODY = "RawBody";
