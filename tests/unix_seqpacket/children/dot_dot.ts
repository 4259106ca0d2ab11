/**
 * Connects to and listens on the paths of its arguments, with access to one folder;
 * prints what becomes of it.
 */
import { UnixSeqpacketTransport } from "../../../mod.ts";

async function outcome(call: () => Promise<string>): Promise<string> {
  try {
    return await call();
  } catch (error) {
    return (error as Error).name;
  }
}

const [connectTo, listenOn] = Deno.args;
console.log(JSON.stringify({
  connected: await outcome(async () => {
    const transport = await UnixSeqpacketTransport.connect(connectTo!);
    await transport.close();
    return "connected";
  }),
  listened: await outcome(async () => {
    const acceptor = UnixSeqpacketTransport.listen(listenOn!);
    const { path } = acceptor.addr;
    await acceptor.close();
    return path;
  }),
}));
