import { PERMISSIONS } from "../permissions.ts";

/**
 * The path of a program: the given one, or that on PATH or where Debian puts servers.
 * Null where there is none, or nothing may be run.
 */
export function findProgram(name: string, given?: string): string | null {
  if (!PERMISSIONS.all.granted) return null;
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/sbin"];
  const paths = folders.map((folder) => `${folder}/${name}`);
  return (given === undefined ? paths : [given]).find(isFile) ?? null;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    if (error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
