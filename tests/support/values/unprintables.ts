/** Values that throw where they are made text, or that have none. */
export function unprintables(): Record<string, unknown> {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const throws = (): never => {
    throw new Error("It can't be read");
  };
  const withGetter = (key: string): Error =>
    Object.defineProperty(new Error("x"), key, { get: throws });
  return {
    "an object without a prototype": Object.create(null),
    "a revoked proxy": revoked.proxy,
    "a proxy whose traps throw": new Proxy(new Error("x"), {
      get: throws,
      getPrototypeOf: throws,
    }),
    "an error whose message throws": withGetter("message"),
    "an error whose name throws": Object.defineProperty(
      withGetter("name"),
      "message",
      { value: "" },
    ),
    "an error whose message is no string": Object.assign(new Error(), {
      message: Object.create(null),
    }),
    "an object whose toString throws": { toString: throws },
    "an object whose toString gives an object": { toString: () => ({}) },
    "an error without a message": new Error(),
    "an empty string": "",
    "a symbol": Symbol("x"),
    "undefined": undefined,
  };
}
