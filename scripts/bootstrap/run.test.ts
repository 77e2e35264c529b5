import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

/** A process that runs `program` through runProgram. */
function throughBootstrap(program: string) {
  const module = pathToFileURL(join(import.meta.dirname, 'run.mjs')).href;
  const outer = `
    import { runProgram } from ${JSON.stringify(module)};
    await runProgram(process.execPath, ['--input-type=module', '--eval', ${JSON.stringify(program)}], process.cwd());
  `;
  return spawn(process.execPath, ['--input-type=module', '--eval', outer], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe('runProgram', () => {
  it('ends with the exit code of the program', async () => {
    expect(await once(throughBootstrap('process.exit(7)'), 'exit')).toEqual([7, null]);
  });

  it('ends as a shell does after a signal', async () => {
    expect(await once(throughBootstrap(`process.kill(process.pid, 'SIGKILL')`), 'exit')).toEqual([137, null]);
  });

  it('passes the output on as it is', async () => {
    const { stdout } = throughBootstrap(`console.log('{"a":1}')`);
    expect(await stdout.setEncoding('utf8').toArray()).toEqual(['{"a":1}\n']);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'passes %s on, and waits for the program to end in order',
    async (signal) => {
      const outer = throughBootstrap(`
      process.on('${signal}', () => { console.log('saved'); process.exit(3); });
      console.log('ready');
      setInterval(() => {}, 1_000);
    `);
      const lines: string[] = [];
      outer.stdout.setEncoding('utf8').on('data', (text: string) => {
        lines.push(text);
        if (text === 'ready\n') outer.kill(signal);
      });
      expect(await once(outer, 'exit')).toEqual([3, null]);
      expect(lines).toEqual(['ready\n', 'saved\n']);
    },
  );
});
