import type {
  NamedStream,
  StreamUse,
} from "../../peer/streams/stream_routes.ts";
import type { MessageCodecs } from "../codecs/interface_codec.ts";

/**
 * Says which streams of interfaces arrive at a peer: all or none. Where there are
 * none, the handle isn't touched, and may be a released one.
 *
 * @returns Takes that back.
 * @throws {TypeError} If one of them has the id of another one that arrives there.
 */
export function declareStreams(
  peer: {
    declareStreams(streams: Iterable<NamedStream>, use: StreamUse): () => void;
  },
  tables: readonly MessageCodecs[],
  use: StreamUse,
): () => void {
  const streams = tables.flatMap(({ byId }) => [...byId.values()]);
  return streams.length > 0 ? peer.declareStreams(streams, use) : () => {};
}
