import type { Body } from "../../protocol/body.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";

/**
 * Says what a request is called, and lets it be cancelled as its service declares: by
 * an update, or by draining.
 */
export function applyDeclaration(
  service: ServiceCodec,
  request: ReceivedRequestHandle<Body>,
): void {
  const { cancelUpdate, endless } = service;
  request.setNamed(service);
  if (cancelUpdate !== null) request.cancelOn(cancelUpdate.id);
  if (endless) request.setEndless();
}
