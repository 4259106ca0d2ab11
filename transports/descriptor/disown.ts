/** The method by which a FileDescriptor gives its number to another owner in this library. */
export const disown: unique symbol = Symbol("disown");
