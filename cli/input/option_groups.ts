import { type Command, Help, type Option } from "commander";

/** The heading of the options of a command itself. */
export const OWN_GROUP = "Options:";
/** The heading of what is about the connection. */
export const CONNECTION_GROUP = "Connection:";

const HELP = new Help();

/** Lets help show the options of a command before those of the connection. */
export function showOwnOptionsFirst(command: Command): Command {
  return command.configureHelp({
    groupItems<T extends Command | Option>(
      items: T[],
      visible: T[],
      groupOf: (item: T) => string,
    ): Map<string, T[]> {
      const groups = HELP.groupItems(items, visible, groupOf);
      const connection = groups.get(CONNECTION_GROUP);
      if (connection === undefined) return groups;
      groups.delete(CONNECTION_GROUP);
      return groups.set(CONNECTION_GROUP, connection);
    },
  });
}
