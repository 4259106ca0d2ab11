#!/usr/bin/env node
// What npm installs as the command. Node 22 doesn't know `import.meta.main`, by which
// mod.ts runs in Deno.
import { main } from "./mod.ts";
import { runProcess } from "./run_process.ts";

await runProcess(main);
