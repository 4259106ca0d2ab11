import { bind, connect, type PeerHandle } from "../../mod.ts";
import type { Listener } from "../../mod.ts";
import {
  bind as bindTls,
  connect as connectTls,
  type TlsCertificates,
} from "../../endpoints/tls.ts";
import { serve } from "../../tools/soak/serve.ts";
import { OPTIONS } from "../../tools/soak/services.ts";
import { Ca, whyNoCertificates } from "../tls/certificates.ts";
import { type Network, THERE } from "./wire/network.ts";

/** What goes to both sides besides the options of the soak. */
export interface SideOptions {
  readonly heartbeat?: { readonly interval: number; readonly timeout: number };
  readonly stallTimeout?: number;
  readonly closeTimeout?: number;
}

/** A server at the far end of a network, and the way to it. */
export interface Server extends AsyncDisposable {
  readonly address: string;
  readonly listener: Listener;
  connect(
    options?: SideOptions & { signal?: AbortSignal },
  ): Promise<PeerHandle>;
}

/** A transport that goes over networks. */
export interface NetworkTransport {
  readonly name: string;
  /**
   * Whether a side sees that a message has begun to come. Not over a WebSocket, whose
   * messages of up to 256 KiB come whole.
   */
  readonly seesParts: boolean;
  listen(network: Network, options?: SideOptions): Promise<Server>;
}

function byAddress(
  name: string,
  scheme: string,
  own: { readonly reactor?: true } = {},
): NetworkTransport {
  return {
    name,
    seesParts: scheme !== "ws",
    async listen(network, options = {}) {
      const both = { ...OPTIONS, onError() {}, ...own };
      const listener = await network.there(() =>
        bind(`${scheme}://${THERE}:0`, { ...both, ...options })
      ) as unknown as Listener;
      listener.run(serve);
      const { port } = listener.addr as unknown as { port: number };
      const address = `${scheme}://${THERE}:${port}`;
      return {
        address,
        listener,
        connect: async (options) =>
          await connect(address, { ...both, ...options }) as PeerHandle,
        [Symbol.asyncDispose]: () => listener.shutdown({ grace: 0 }),
      };
    },
  };
}

let certificates: Promise<TlsCertificates & { caCerts: string[] }> | null =
  null;

async function makeCertificates(): Promise<
  TlsCertificates & { caCerts: string[] }
> {
  await using ca = await Ca.make();
  const signed = await ca.sign("server", { hosts: `IP:${THERE}` });
  return { ...signed, caCerts: [ca.cert] };
}

const TLS: NetworkTransport = {
  name: "TLS",
  seesParts: true,
  async listen(network, options = {}) {
    const { cert, key, caCerts } = await (certificates ??= makeCertificates());
    const both = { ...OPTIONS, onError() {} };
    const listener = await network.there(() =>
      bindTls(`tls://${THERE}:0`, { ...both, ...options, cert, key })
    ) as unknown as Listener;
    listener.run(serve);
    const { port } = listener.addr as unknown as { port: number };
    const address = `tls://${THERE}:${port}` as const;
    return {
      address,
      listener,
      connect: async (options) =>
        await connectTls(address, {
          ...both,
          ...options,
          caCerts,
        }) as unknown as PeerHandle,
      [Symbol.asyncDispose]: () => listener.shutdown({ grace: 0 }),
    };
  },
};

/** All of them. */
export const NETWORK_TRANSPORTS: readonly NetworkTransport[] = [
  byAddress("TCP", "tcp"),
  byAddress("TCP on the reactor", "tcp", { reactor: true }),
  byAddress("WebSocket", "ws"),
  ...(whyNoCertificates() === null ? [TLS] : []),
];
