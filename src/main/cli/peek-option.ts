/** The value of an option before the command line is parsed: what other options and their help depend on. */
export function peekOption(commandLine: readonly string[], flag: string): string | undefined {
  for (const [index, argument] of commandLine.entries()) {
    if (argument === '--') return undefined;
    if (argument === flag) return commandLine[index + 1];
    if (argument.startsWith(`${flag}=`)) return argument.slice(flag.length + 1);
  }
  return undefined;
}
