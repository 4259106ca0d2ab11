import { TcpTransport, UnixStreamTransport } from "../../../mod.ts";
import type { Permission } from "../permissions.ts";
import type { TransportUnderTest } from "../transport_under_test.ts";
import { BYTE_STREAM, IN_TURN, listenOn, socketPath } from "./listen_on.ts";

/** Which sockets a transport has; by default those of the runtime. */
export interface Sockets {
  readonly reactor?: true;
  readonly permission?: Permission;
  readonly suffix?: string;
}

/** Sockets of the C library. */
export const REACTOR: Sockets = {
  reactor: true,
  permission: "ffi",
  suffix: " on the reactor",
};

export function tcp(
  { reactor, suffix = "", permission }: Sockets,
): TransportUnderTest {
  return {
    ...BYTE_STREAM,
    name: `TCP${suffix}`,
    everyNthTest: reactor === undefined ? 1 : IN_TURN,
    permission: permission ?? "net",
    hasConn: reactor === undefined,
    lingers: true,
    async link(config) {
      const options = { ...config, reactor };
      const acceptor = await TcpTransport.listenAsync("127.0.0.1:0", options);
      const { hostname, port } = acceptor.addr;
      const ends = await Promise.all([
        TcpTransport.connect({ hostname, port }, options),
        acceptor.accept(),
      ]);
      await acceptor.close();
      return ends;
    },
    listen: (options) =>
      listenOn(
        "127.0.0.1:0",
        { ...options, reactor },
        Deno.errors.ConnectionRefused,
      ),
  };
}

export function unixStream(
  { reactor, suffix = "", permission }: Sockets,
): TransportUnderTest {
  return {
    ...BYTE_STREAM,
    name: `Unix stream${suffix}`,
    permission: permission ?? "unix",
    hasConn: reactor === undefined,
    async link(config, stack) {
      const options = { ...config, reactor };
      const path = await socketPath(stack);
      const acceptor = await UnixStreamTransport.listenAsync(path, options);
      const ends = await Promise.all([
        UnixStreamTransport.connect(path, options),
        acceptor.accept(),
      ]);
      await acceptor.close();
      return ends;
    },
    listen: async (options, stack) => {
      const address = `unix:${await socketPath(stack)}`;
      return listenOn(address, { ...options, reactor }, Deno.errors.NotFound);
    },
  };
}
