import { bind, connect, type ListenOptions } from "../../../mod.ts";
import type { ErrorClass, TestListener } from "../transport_under_test.ts";

const MIB = 1024 * 1024;

/** The `everyNthTest` of a transport that works as others do. */
export const IN_TURN = 8;

/** What all byte streams have in common, unless they say otherwise. */
export const BYTE_STREAM = {
  maxBodyLen: 64 * MIB,
  longBodyIsFatal: true,
  headLen: 16,
  capacity: 12 * MIB,
  hasConn: false,
  copiesLargeBodies: false,
  disposeEmpties: true,
  lingers: false,
  authorizesFirst: false,
  everyNthTest: IN_TURN,
};

export async function socketPath(stack: AsyncDisposableStack): Promise<string> {
  const dir = await Deno.makeTempDir({ prefix: "rpc_" });
  stack.defer(() => Deno.remove(dir, { recursive: true }));
  return `${dir}/s`;
}

export async function listenOn(
  address: string,
  options: ListenOptions,
  refusal: ErrorClass,
): Promise<TestListener> {
  const { reactor = false } = options;
  // The suite runs in Node too, where nothing listens at once.
  const listener = await bind(address, options);
  const { addr } = listener;
  const target = addr.transport === "tcp"
    ? { hostname: "127.0.0.1", port: addr.port }
    : addr;
  return {
    listener,
    refusal,
    connect: (options) =>
      connect(target, { ...options, ...(reactor && { reactor }) }),
  };
}
