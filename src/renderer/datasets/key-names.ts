const named: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Space: 'space',
  ShiftLeft: 'left shift',
  ShiftRight: 'right shift',
};

/** What stands on the key of a KeyboardEvent.code, on most keyboards: `KeyA` is `A`. */
export const keyName = (code: string): string => named[code] ?? code.replace(/^(Key|Digit)/, '');
