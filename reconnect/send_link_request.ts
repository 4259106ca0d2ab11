import type { Body, BodyInput } from "../protocol/body.ts";
import type { SentRequestHandle } from "../peer/handles/sent_request_handle.ts";
import type { RequestOptions } from "../peer/requests/request_options.ts";
import { FailedTry, type LinkCalls } from "./link_calls.ts";
import type { LinkedPeer } from "./linked_peer.ts";
import { LinkRequest } from "./link_request.ts";

/** The longest body that is kept to be sent again. Longer ones aren't copied to be sent, either. */
const LONGEST_COPY = 256 * 1024;

/** Sends a request over a link; see `Link.sendRequest`. */
export async function sendLinkRequest<B extends Body, I>(
  calls: LinkCalls<B, I>,
  serviceId: number,
  body: BodyInput<B>,
  options: RequestOptions<B>,
): Promise<LinkRequest<B>> {
  const state = calls.begin(options, Infinity);
  // The application may change its own as soon as this has resolved.
  const copy = copyOf(body);
  let over: LinkedPeer<B, I> | null = null;
  const send = (
    input: BodyInput<B>,
    options: RequestOptions<B>,
  ): Promise<SentRequestHandle<B>> =>
    calls.run(serviceId, options, state, async (linked, rest) => {
      const handle = await linked.writer.sendRequest(serviceId, input, rest);
      over = linked;
      return handle;
    }, false);
  const handle = await send(body, options);
  return new LinkRequest(handle, {
    onSuccess: () => calls.onSuccess(),
    async resend(error, disposed) {
      if (copy === null) return null;
      const failed = new FailedTry(error, over!);
      const signal = options.signal === undefined
        ? disposed
        : AbortSignal.any([options.signal, disposed]);
      const again = { ...options, signal };
      if (!await calls.retry(failed, serviceId, again, state)) return null;
      return await send(copy, again);
    },
  });
}

/** A body that stays as it is; null if it is too long for that, or carries descriptors. */
function copyOf<B extends Body>(body: BodyInput<B>): BodyInput<B> | null {
  if (typeof body === "string") return body;
  const parts = body as Partial<{ data: unknown; fds: readonly unknown[] }>;
  if ((parts.fds?.length ?? 0) > 0) return null;
  const data = (parts.data ?? body) as string | ArrayBuffer | Uint8Array;
  if (typeof data === "string") return data as BodyInput<B>;
  if (data.byteLength >= LONGEST_COPY) return null;
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
  return bytes.slice() as BodyInput<B>;
}
