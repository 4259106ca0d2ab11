import type { RpcError } from "../../../protocol/error.ts";
import type { MessageHeader } from "../../../protocol/header.ts";
import type { DescriptorWindow } from "../descriptor_window.ts";
import { copyIn, recordType, writeHead, writeOwn } from "../record.ts";
import { RECORD_HEAD_LEN } from "../ring_layout.ts";
import type { RingWriter } from "../ring_writer.ts";
import { REFERENCE_LEN } from "./frame_reference.ts";
import type { SentFrame } from "./sent_frame.ts";

/** The length of a record that has a reference. */
export const FRAME_RECORD_LEN: number = RECORD_HEAD_LEN + REFERENCE_LEN;

/** How much room a frame needs. */
export function frameRoom({ region: { announced } }: SentFrame): number {
  return announced ? FRAME_RECORD_LEN : FRAME_RECORD_LEN + RECORD_HEAD_LEN;
}

/**
 * Writes a message whose body is a frame, and before it the region, if the other side
 * doesn't know that. There has to be room.
 *
 * @returns Whether it is written, or the region has to wait or can't be sent.
 */
export function writeFrame(
  ring: RingWriter,
  window: DescriptorWindow,
  header: MessageHeader,
  frame: SentFrame,
  little: boolean,
): "written" | "later" | RpcError {
  const { region } = frame;
  if (!region.announced) {
    const result = window.send(ring, [region.region.fd]);
    if (result !== "sent") return result;
    writeOwn(ring, recordType.REGION, region.number, little);
    window.written(ring);
    region.announced = true;
  }
  const { memory, position } = ring;
  const { requestId, serviceId } = header;
  writeHead(
    memory,
    position,
    REFERENCE_LEN,
    recordType.FRAME,
    requestId,
    serviceId,
    little,
  );
  const start = (position + RECORD_HEAD_LEN) & (memory.size - 1);
  copyIn(memory, start, frame.encode(header, little));
  ring.add(FRAME_RECORD_LEN);
  frame.deliver();
  return "written";
}
