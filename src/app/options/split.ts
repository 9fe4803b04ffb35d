/** Cuts a command line into flags and operands, with commander; nothing is refused before all is read. */
import { Command, CommanderError, Option } from 'commander';
import { nearest } from '../../model/nearest.js';
import { environmentName, type Flag, type Flags, type Given } from './flag.js';

/** What a command is called and takes, for its help. */
export interface CommandDoc {
  readonly name: string;
  /** The operands as help prints them, e.g. `PATH…`; empty for none. */
  readonly operands: string;
  readonly describe: string;
  /** Printed below the flags. */
  readonly epilogue?: string;
}

/** The command as commander knows it; used for reading and for help. */
function toCommand(doc: CommandDoc, flags: Flags): Command {
  const command = new Command(`gatehouse ${doc.name}`)
    .usage(`[flags]${doc.operands === '' ? '' : ` ${doc.operands}`}`)
    .description(doc.describe)
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ helpWidth: 110 })
    .allowUnknownOption()
    .allowExcessArguments();
  for (const flag of Object.values(flags)) command.addOption(toOption(flag));
  if (doc.operands !== '') command.argument('[operands...]');
  if (doc.epilogue !== undefined) command.addHelpText('after', `\n${doc.epilogue}`);
  return command.exitOverride();
}

function toOption(flag: Flag<unknown>): Option {
  const short = flag.short === undefined ? '' : `-${flag.short}, `;
  // The value is optional to commander, so that a missing one is reported together with everything else.
  const value = flag.placeholder === undefined ? '' : ` [${flag.placeholder}]`;
  const fallback = flag.defaultText === '' ? '' : `; default ${flag.defaultText}`;
  const again = flag.repeatable === true ? '; repeatable' : '';
  const option = new Option(
    `${short}--${flag.name}${value}`,
    `${flag.describe} (${environmentName(flag)}${fallback}${again})`,
  );
  // Commander would hand the parser of a flag without a value nothing at all, and keep what it makes of that.
  if (flag.placeholder === undefined) return option;
  return option.argParser((text: string, previous: readonly string[] | undefined) => [
    ...(previous ?? []),
    text,
  ]);
}

export const helpOf = (doc: CommandDoc, flags: Flags): string =>
  toCommand(doc, flags).helpInformation().replaceAll('[operands...]', doc.operands) +
  (doc.epilogue === undefined ? '' : `\n${doc.epilogue}\n`);

/** Reads `argv`; `help` when that was asked for. */
export function splitArguments(doc: CommandDoc, flags: Flags, argv: readonly string[]): Given | 'help' {
  const command = toCommand(doc, flags).configureOutput({
    writeOut: () => undefined,
    writeErr: () => undefined,
  });
  const complaints: string[] = [];
  try {
    command.parse([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.code === 'commander.helpDisplayed') return 'help';
    complaints.push(error instanceof Error ? error.message.replace(/^error: /, '') : String(error));
  }
  const values = command.opts<Record<string, unknown>>();
  const found = new Map<string, readonly string[]>();
  for (const flag of Object.values(flags)) {
    const value = values[camelCase(flag.name)];
    if (value === undefined) continue;
    if (Array.isArray(value)) found.set(flag.name, value as string[]);
    else if (flag.placeholder === undefined) found.set(flag.name, ['true']);
    else complaints.push(`--${flag.name}: needs a value, ${flag.placeholder}`);
  }
  return { flags: found, ...operandsOf(command.args, doc, flags, complaints) };
}

function operandsOf(args: readonly string[], doc: CommandDoc, flags: Flags, complaints: string[]) {
  const operands: string[] = [];
  const names = Object.values(flags).map(({ name }) => `--${name}`);
  for (const arg of args) {
    if (arg.startsWith('-') && arg !== '-') {
      const name = arg.split('=', 1)[0] ?? arg;
      const near = nearest(name, names);
      complaints.push(`${name}: unknown flag${near === undefined ? '' : `; did you mean ${near}?`}`);
    } else operands.push(arg);
  }
  if (doc.operands === '' && operands.length > 0 && complaints.length === 0) {
    complaints.push(`${operands[0] ?? ''}: \`gatehouse ${doc.name}\` takes no operands`);
  }
  return { operands, complaints };
}

const camelCase = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
