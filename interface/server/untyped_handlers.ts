/** A handler whose types are those of the declaration that the codec was made of. */
export type UntypedHandler = (body: unknown, request: unknown) => unknown;

/** A handler of each service and stream message by its name. */
export type UntypedHandlers = Readonly<Record<string, UntypedHandler>>;
