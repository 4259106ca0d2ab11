/** A worker of mode_child.ts: listens again and again, and tells the modes that it saw. */
import { listen } from "../../../mod.ts";

const TIMES = 200;

declare const self: {
  onmessage: (event: MessageEvent<{ path: string; mode: number }>) => void;
  postMessage(modes: number[]): void;
};

self.onmessage = async ({ data: { path, mode } }) => {
  const modes = new Set<number>();
  for (let i = 0; i < TIMES; i++) {
    await using _listener = listen(`unix:${path}`, { mode });
    modes.add(Deno.lstatSync(path).mode! & 0o777);
  }
  self.postMessage([...modes]);
};
