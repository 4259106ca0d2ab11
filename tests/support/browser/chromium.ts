import { PERMISSIONS, testUnless } from "../permissions.ts";
import { ChromiumProcess } from "./chromium_process.ts";
import { DrivenChromium } from "./driven_chromium.ts";

/** Why there is no browser: null if there is one. */
export function whyNoChromium(): string | null {
  const { granted, flag } = PERMISSIONS.all;
  if (!granted) return flag;
  try {
    const { success } = new Deno.Command("chromium", {
      args: ["--version"],
      stdout: "null",
      stderr: "null",
    }).outputSync();
    return success ? null : "chromium";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "chromium";
    throw error;
  }
}

const missing = whyNoChromium();

/** That of the tests of this file, from before the first one to the end of the last one. */
let chromium: ChromiumProcess | null = null;
let isRegistered = false;

function startForTests(): void {
  if (isRegistered) return;
  isRegistered = true;
  Deno.test.beforeAll(async () => {
    chromium = await ChromiumProcess.start();
  });
  Deno.test.afterAll(() => chromium![Symbol.asyncDispose]());
}

/** Registers a test that is ignored where there is no Chromium. */
export function browserTest(
  name: string,
  fn: (t: Deno.TestContext) => Promise<void>,
): void {
  if (missing === null) startForTests();
  testUnless(missing, `Chromium: ${name}`, fn);
}

/** Makes an empty profile in the Chromium of the tests of this file. */
export function openProfile(): Promise<DrivenChromium> {
  return DrivenChromium.of(chromium!);
}

/** Shows a page in Chromium until `result` is there, and gives it. */
export async function visit<T>(
  address: string,
  result: () => Promise<T>,
): Promise<T> {
  await using own = chromium === null ? await ChromiumProcess.start() : null;
  await using profile = await DrivenChromium.of(chromium ?? own!);
  await profile.open(address);
  return await result();
}
