import type { PeerHandle } from "../../peer/handles/peer_handle.ts";
import { remoteError } from "../../peer/requests/remote_error.ts";
import type { Body } from "../../protocol/body.ts";
import { closeDescriptors } from "../../interface/codecs/schema_codec.ts";
import { usageError } from "../exit_code.ts";
import type { CallScope } from "../call_scope.ts";

/** Calls a service by its id, with bytes as bodies. Gives the response. */
export async function callRaw(
  peer: PeerHandle<Body, unknown>,
  { options, body, request, onUpdate }: CallScope,
): Promise<Uint8Array> {
  const updates = options.send.map(readUpdate);
  const bytes = body ?? new Uint8Array();
  using sent = await peer.sendRequest(options.raw!, bytes, request);
  for (const [id, text] of updates) await sent.sendUpdate(id, text);
  for await (const { header, body } of sent) {
    onUpdate(header.serviceId, body.data);
    closeDescriptors(body);
  }
  const response = await sent.recvResponse();
  if (response.isError) throw remoteError(response, sent);
  closeDescriptors(response.body);
  return response.body.data;
}

/** An update without an interface: `ID`, or `ID=TEXT`. */
function readUpdate(text: string): [number, string] {
  const [, id, body = ""] = /^(-?\d+)(?:=(.*))?$/s.exec(text) ?? [];
  if (id !== undefined) return [Number(id), body];
  throw usageError(`With --raw, --send takes ID or ID=TEXT, got ${text}`);
}
