import { PERMISSIONS } from "../permissions.ts";

/** What keeps this process from becoming another user; null if nothing does. */
export function whyNotRoot(): string | null {
  const { granted, flag } = PERMISSIONS.all;
  if (!granted) return flag;
  return Deno.uid() === 0 ? null : "root";
}
