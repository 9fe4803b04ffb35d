import { spawnSync } from 'node:child_process';
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { LineSink, nonBlockingStream } from '../../../src/adapters/telemetry/line-sink.js';

/** A stream that writes nothing until it is let go. */
function mkStuck() {
  let waiting: (() => void) | undefined;
  let free = false;
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      const write = (): void => {
        written.push(chunk.toString());
        done();
      };
      if (free) write();
      else waiting = write;
    },
  });
  const letGo = (): void => {
    free = true;
    waiting?.();
  };
  return { stream, letGo, written };
}

describe('LineSink', () => {
  it('drops whole lines beyond its limit, and counts them', () => {
    const { stream, letGo, written } = mkStuck();
    const sink = new LineSink(stream, 10);
    for (const line of ['12345\n', 'abcdef\n', 'abc\n', 'x\n']) sink.write(line);
    expect(sink.dropped).toBe(2);
    letGo();
    expect(written).toEqual(['12345\n', 'abc\n']);
    sink.write('room again');
    expect(sink.dropped).toBe(2);
  });

  it('counts bytes, not characters', () => {
    const sink = new LineSink(mkStuck().stream, 10);
    sink.write('üüüüüü');
    expect(sink.dropped).toBe(1);
  });

  it('holds 1 MiB unless told otherwise', () => {
    const sink = new LineSink(mkStuck().stream);
    sink.write('x'.repeat(1_048_575));
    sink.write('y');
    expect(sink.dropped).toBe(0);
    sink.write('z');
    expect(sink.dropped).toBe(1);
  });

  it('survives a reader that has gone', async () => {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    const sink = new LineSink(stream);
    sink.write('one\n');
    await new Promise((resolve) => stream.once('close', resolve));
    sink.write('two\n');
    expect(sink.dropped).toBe(2);
    await sink.flush(10_000);
  });

  it('waits for the last line, but not for ever', async () => {
    const { stream, letGo, written } = mkStuck();
    const sink = new LineSink(stream, 100);
    await sink.flush(10_000);
    sink.write('x'.repeat(20));
    await sink.flush(10);
    expect(written).toEqual([]);
    const flushed = sink.flush(10_000);
    letGo();
    await flushed;
    expect(written.join('')).toBe('x'.repeat(20));
  });
});

describe('a pipe that nobody reads', () => {
  it('neither blocks the process nor breaks a line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-log-'));
    const path = join(folder, 'fifo');
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    // Both ends in one descriptor, so that opening does not wait.
    const holder = openSync(path, 'r+');
    const stream = nonBlockingStream(openSync(path, 'w'));
    // A file stream would not block the loop, but its thread; and process.exit waits for that.
    expect(stream).toBeInstanceOf(Socket);
    const sink = new LineSink(stream);
    const line = `${'x'.repeat(1_023)}\n`;
    for (let i = 0; i < 3_000; i += 1) sink.write(line);
    // The pipe holds a few lines, the sink 1,024 more.
    expect(sink.dropped).toBeGreaterThan(3_000 - 1_024 - 100);
    await new Promise((resolve) => setTimeout(resolve, 20));

    let read = '';
    const reader = createReadStream(path, { encoding: 'utf8' });
    reader.on('data', (data) => (read += String(data)));
    await sink.flush(10_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const lines = read.split('\n');
    expect(lines.pop()).toBe('');
    expect(new Set(lines)).toEqual(new Set(['x'.repeat(1_023)]));
    expect(lines.length + sink.dropped).toBe(3_000);
    closeSync(holder);
    stream.destroy();
    await new Promise<void>((resolve) => reader.once('close', () => resolve()));
    rmSync(folder, { recursive: true });
  });
});
