/** What can be completed. */
export interface CompletionTree {
  /** The name of the command. */
  readonly name: string;
  /** Its commands. */
  readonly commands: readonly {
    readonly name: string;
    readonly summary: string;
    readonly options: readonly {
      /** With its dashes. */
      readonly name: string;
      readonly description: string;
    }[];
  }[];
}

/** The scripts by shell. All else that is typed is completed as a file. */
export const SHELLS = { bash, zsh, fish } as const;

function bash({ name, commands }: CompletionTree): string {
  const cases = commands.map(({ name, options }) =>
    `    ${name}) words="${
      options.map(({ name }) => name).join(" ")
    } --help" ;;`
  );
  return `_${name}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words=""
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${commands.map(({ name }) => name).join(" ")} --help"
  elif [[ "$word" != -* ]]; then
    return
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _${name} ${name}`;
}

function zsh({ name, commands }: CompletionTree): string {
  const described = commands.map(({ name, summary }) =>
    `    ${quoted(`${name}:${summary}`)}`
  );
  const cases = commands.map(({ name, options }) =>
    `    ${name}) options=(${
      options.map(({ name, description }) => quoted(`${name}:${description}`))
        .join(" ")
    }) ;;`
  );
  return `#compdef ${name}
_${name}() {
  local -a commands options
  commands=(
${described.join("\n")}
  )
  case "\${words[2]}" in
${cases.join("\n")}
  esac
  if (( CURRENT == 2 )); then
    _describe command commands
  elif [[ "$PREFIX" == -* ]]; then
    _describe -o option options
  else
    _files
  fi
}
compdef _${name} ${name}`;
}

function fish({ name, commands }: CompletionTree): string {
  const first = commands.map((command) =>
    `complete -c ${name} -n __fish_use_subcommand -a ${command.name} -d ${
      quoted(command.summary)
    }`
  );
  const options = commands.flatMap((command) =>
    command.options.map((option) =>
      `complete -c ${name} -n '__fish_seen_subcommand_from ${command.name}' -l ${
        option.name.replace(/^--/, "")
      } -d ${quoted(option.description)}`
    )
  );
  return [...first, ...options].join("\n");
}

/** A word for a shell, which takes it as it stands. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
