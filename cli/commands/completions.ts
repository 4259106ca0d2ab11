import { Argument, type Command } from "commander";
import { type CompletionTree, SHELLS } from "../completions.ts";
import type { CliIo } from "../cli_io.ts";

/** `fizyr completions`: a script for a shell. */
export function completionsCommand(
  command: Command,
  program: Command,
  io: CliIo,
): Command {
  const names = Object.keys(SHELLS);
  return command
    .summary("write a script that completes this command in a shell")
    .description("Write a script that completes this command in a shell.")
    .addArgument(new Argument("<shell>", "the shell").choices(names))
    .addHelpText(
      "after",
      `
Examples:
  fizyr completions bash > ~/.local/share/bash-completion/completions/fizyr
  fizyr completions zsh > ~/.zfunc/_fizyr
  fizyr completions fish > ~/.config/fish/completions/fizyr.fish`,
    )
    .action((shell: keyof typeof SHELLS) => {
      io.out(SHELLS[shell](treeOf(program)));
    });
}

function treeOf(program: Command): CompletionTree {
  return {
    name: program.name(),
    commands: program.commands.map((command) => ({
      name: command.name(),
      summary: command.summary(),
      options: command.options.map(({ long, description }) => ({
        name: long!,
        description,
      })),
    })),
  };
}
