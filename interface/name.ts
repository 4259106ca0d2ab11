/** What a name must look like, so that it can be a method here and in Rust. */
export const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
