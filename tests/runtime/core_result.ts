/** What `core_program.ts` prints, in every runtime. */
export const CORE_RESULT = {
  hasDeno: false,
  header: 12,
  typed: [1, 2, 3, "done"],
  raw: ["half", "Hello World", "streamed", "stopped", "aborted"],
  late: "TimedOut",
};
