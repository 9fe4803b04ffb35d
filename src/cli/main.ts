#!/usr/bin/env node
/** The `gatehouse` command: finds the subcommand, reads its flags, runs it, and turns its outcome into an exit code. */
import { realpathSync } from 'node:fs';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { splitArguments, helpOf } from '../app/options/split.js';
import { readFlags } from '../app/options/flag.js';
import { version } from '../app/version.js';
import { nearest } from '../model/nearest.js';
import { OperationalError } from '../model/operational-error.js';
import { escapeControls, quote } from '../model/text.js';
import type { Command, Terminal } from './command.js';
import { EXIT, type ExitCode } from './exit-codes.js';

// A command is loaded when it is called: `lint` should not wait for the server's libraries.
const COMMANDS: Readonly<
  Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>
> = {
  serve: {
    summary: 'the admission webhook and the inbound policy API, with their admin port',
    load: async () => (await import('./commands/serve.js')).serveCommand,
  },
  lint: {
    summary: 'judges manifests: the same rules, offline',
    load: async () => (await import('./commands/lint.js')).lintCommand,
  },
  policy: {
    summary: 'prints what a controller tells the proxies of workload ports',
    load: async () => (await import('./commands/policy.js')).policyCommand,
  },
  explain: {
    summary: 'says whether a client may call a port, and why',
    load: async () => (await import('./commands/explain.js')).explainCommand,
  },
  verify: {
    summary: 'compares a running policy controller with what we compute',
    load: async () => (await import('./commands/verify.js')).verifyCommand,
  },
  matrix: {
    summary: 'says which clients may call which ports',
    load: async () => (await import('./commands/matrix.js')).matrixCommand,
  },
  diff: {
    summary: 'says who may talk to whom in one state and not in another one',
    load: async () => (await import('./commands/diff.js')).diffCommand,
  },
  expect: {
    summary: 'checks assertions on who may call what',
    load: async () => (await import('./commands/expect.js')).expectCommand,
  },
  crds: {
    summary: 'prints the CustomResourceDefinitions',
    load: async () => (await import('./commands/crds.js')).crdsCommand,
  },
  manifests: {
    summary: 'prints what an installation in a cluster consists of',
    load: async () => (await import('./commands/manifests.js')).manifestsCommand,
  },
  doctor: {
    summary: 'checks an installation, end to end',
    load: async () => (await import('./commands/doctor.js')).doctorCommand,
  },
  certs: {
    summary: 'makes a self-signed CA and a serving certificate',
    load: async () => (await import('./commands/certs.js')).certsCommand,
  },
};

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`);
  return `Gatehouse judges Linkerd's inbound authorization policy before it does harm.

Usage: gatehouse COMMAND [flags]

${lines.join('\n')}

\`gatehouse COMMAND --help\` lists the flags of a command.
`;
}

/** Runs one invocation; never throws. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    (name === undefined ? terminal.err : terminal.out)(usage());
    return name === undefined ? EXIT.failed : EXIT.fine;
  }
  if (name === '--version' || name === 'version') {
    terminal.out(`gatehouse ${version()} (node ${process.version})\n`);
    return EXIT.fine;
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) {
    const near = nearest(name, Object.keys(COMMANDS));
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    terminal.err(`gatehouse: ${quote(name)} is no command${meant}\n\n${usage()}`);
    return EXIT.failed;
  }
  try {
    return await runCommand(await entry.load(), rest, terminal);
  } catch (error) {
    terminal.err(`gatehouse ${name}: ${describeError(error)}\n`);
    return EXIT.failed;
  }
}

async function runCommand(command: Command, argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { doc, flags } = command;
  const given = splitArguments(doc, flags, argv);
  if (given === 'help') {
    terminal.out(helpOf(doc, flags));
    return EXIT.fine;
  }
  const values = readFlags(flags, given, terminal.env);
  if (!values.ok) {
    for (const complaint of values.error)
      terminal.err(`gatehouse ${doc.name}: ${escapeControls(complaint)}\n`);
    terminal.err(`\`gatehouse ${doc.name} --help\` lists the flags\n`);
    return EXIT.failed;
  }
  return command.run({ values: values.value, operands: given.operands, terminal });
}

/** What a person can act on; a bug keeps its stack. */
function describeError(error: unknown): string {
  if (error instanceof OperationalError) {
    return error.hint === undefined ? error.message : `${error.message}\n  ${error.hint}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Whether this module is what node was asked to run, perhaps through a link in node_modules/.bin. */
function isEntryPoint(): boolean {
  const script = process.argv[1];
  return script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url);
}

if (isEntryPoint()) {
  // A reader that goes away, such as `head`, is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.fine);
    throw error;
  });
  process.exitCode = await main(process.argv.slice(2), {
    stdin: process.stdin,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    colour: isatty(1) && process.env['NO_COLOR'] === undefined,
    interactive: isatty(2),
    env: process.env,
    now: () => new Date(),
    clock: () => performance.now(),
  });
}
