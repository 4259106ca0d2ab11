/** The value of an option of the command line, such as `--rounds 5`. */
export function option(name: string): string | undefined {
  const index = Deno.args.indexOf(`--${name}`);
  return index < 0 ? undefined : Deno.args[index + 1];
}

/** Whether an option names a value, or is not given. */
export function chosen(name: string, value: string): boolean {
  const wanted = option(name);
  return wanted === undefined || wanted === value;
}
