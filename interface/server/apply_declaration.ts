import type { Body } from "../../protocol/body.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";

/** Lets a request be cancelled as its service declares: by an update, or by draining. */
export function applyDeclaration(
  { cancelUpdate, endless }: ServiceCodec,
  request: ReceivedRequestHandle<Body>,
): void {
  if (cancelUpdate !== null) request.cancelOn(cancelUpdate.id);
  if (endless) request.setEndless();
}
