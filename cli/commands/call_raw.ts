import type { PeerHandle } from "../../peer/handles/peer_handle.ts";
import { remoteError } from "../../peer/requests/remote_error.ts";
import type { Body, BodyInput } from "../../protocol/body.ts";
import { dropDescriptors } from "../drop_descriptors.ts";
import { usageError } from "../exit_code.ts";
import type { CallScope } from "../call_scope.ts";

/** Calls a service by its id, with bytes as bodies. Gives the response. */
export async function callRaw(
  peer: PeerHandle<Body, unknown>,
  { options, body, fds, request, io, onUpdate }: CallScope,
): Promise<Uint8Array> {
  const updates = options.send.map(readUpdate);
  const data = body ?? new Uint8Array();
  // Which descriptors a transport takes is known at run time only.
  const input = (fds.length === 0 ? data : { data, fds }) as BodyInput;
  using sent = await peer.sendRequest(options.raw!, input, request);
  for (const [id, text] of updates) await sent.sendUpdate(id, text);
  for await (const { header, body } of sent) {
    onUpdate(header.serviceId, body.data);
    dropDescriptors(body, io);
  }
  const response = await sent.recvResponse();
  if (response.isError) throw remoteError(response, sent);
  dropDescriptors(response.body, io);
  return response.body.data;
}

/** An update without an interface: `ID`, or `ID=TEXT`. */
function readUpdate(text: string): [number, string] {
  const [, id, body = ""] = /^(-?\d+)(?:=(.*))?$/s.exec(text) ?? [];
  if (id !== undefined) return [Number(id), body];
  throw usageError(`With --raw, --send takes ID or ID=TEXT, got ${text}`);
}
